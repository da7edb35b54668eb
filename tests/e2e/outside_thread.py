"""The outside of a provider in a thread, for a server in a process of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.contract.stands.stand import Stand


@contextmanager
def running(stand: Stand) -> Iterator[Stand]:
    """Run a stand until the end of the block."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(stand.start(), loop).result(10)
    try:
        yield stand
    finally:
        asyncio.run_coroutine_threadsafe(stand.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
