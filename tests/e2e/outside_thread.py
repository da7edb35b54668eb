"""The outside of a provider in a thread, for a server in a process of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import TypeVar

from tests.contract.stands.stand import Stand

T = TypeVar("T")


@contextmanager
def entered(outside: AbstractAsyncContextManager[T]) -> Iterator[T]:
    """Run something until the end of the block."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    given = asyncio.run_coroutine_threadsafe(outside.__aenter__(), loop).result(10)
    try:
        yield given
    finally:
        asyncio.run_coroutine_threadsafe(outside.__aexit__(None, None, None), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@contextmanager
def running(stand: Stand) -> Iterator[Stand]:
    """Run a stand until the end of the block."""

    @asynccontextmanager
    async def started() -> AsyncIterator[Stand]:
        await stand.start()
        yield stand
        await stand.stop()

    with entered(started()) as given:
        yield given
