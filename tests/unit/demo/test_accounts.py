from collections import Counter

import httpx
import pytest
from rich.console import Console

from demo.accounts import NotAddingUp, check_accounts


def client(**counts: int) -> httpx.Client:
    tally = {
        "channel": "email", "targeted": 10, "sent": 6, "pending": 0, "held": 1, "failed": 0, "bounced": 1,
        "discarded": {"capped": 3}, **counts,
    }  # fmt: skip
    answer = {"id": "sorry", "state": "live", "channels": [tally]}
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=answer))
    return httpx.Client(transport=transport, base_url="http://shop")


def test_sums_that_agree_are_shown() -> None:
    console = Console(width=120)
    with console.capture() as printed:
        console.print(check_accounts(client(), ["sorry"], Counter(received=5, refused=1)))
    assert "10 targeted = 6 sent + 0 pending + 1 held + 0 failed + 3 capped" in printed.get()


def test_a_message_that_is_nowhere_is_told() -> None:
    with pytest.raises(NotAddingUp, match="10 email targeted, 9 accounted for"):
        check_accounts(client(sent=5), ["sorry"], Counter(received=4, refused=1))


def test_a_mail_that_never_came_is_told() -> None:
    with pytest.raises(NotAddingUp, match="6 e-mails were handed over, the mail server saw 5"):
        check_accounts(client(), ["sorry"], Counter(received=4, refused=1))
