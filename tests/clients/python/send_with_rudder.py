"""Sends so many events, as a program of a customer would: `python send_with_rudder.py URL KEY COUNT`."""

import sys

from rudderstack.analytics.client import Client

url, key, count = sys.argv[1:]
analytics = Client(key, host=url, upload_size=20)
for n in range(int(count)):
    assert analytics.track("ann", "Order Completed", {"n": n})[0]
analytics.shutdown()
