"""A server of raw bytes for tests of the HTTP client, and a way to ask it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import uvloop

from sojourn.channels.http import HttpRequest
from sojourn.engine.plain_web import PlainWeb
from sojourn.sources.addresses import AddressRules

T = TypeVar("T")
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
PATIENCE_S = 30.0


class Stand:
    """Answers the first request with the first answer, and so on; the last one is given to all that follow.

    An answer is bytes, or pieces that leave one by one; after None, the server says no more. With `hangs_up` it ends
    each connection after an answer, and waits for the client to do so, too.
    """

    def __init__(self, *answers: bytes | Sequence[bytes] | None, hangs_up: bool = False, reads: bool = True) -> None:
        self._answers = list(answers)
        self._hangs_up, self._reads = hangs_up, reads
        self._tasks: list[asyncio.Task[None]] = []
        self._writers: list[asyncio.StreamWriter] = []
        self._ended = 0
        self._changed = asyncio.Event()
        self.requests: list[bytes] = []
        self.connections = 0

    async def ended(self, count: int) -> None:
        """Wait until clients have ended so many connections."""
        await self._until(lambda: self._ended >= count)

    async def asked(self, count: int) -> None:
        """Wait until so many requests have come."""
        await self._until(lambda: len(self.requests) >= count)

    def say(self, text: bytes) -> None:
        """Say what nobody asked for."""
        self._writers[-1].write(text)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.append(writer)
        task = asyncio.current_task()
        assert task is not None
        self._tasks.append(task)
        try:
            while await self._answer(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            pass
        finally:
            self._ended += 1
            self._changed.set()
            writer.close()

    async def stop(self) -> None:
        """Wait until all connections have ended, which the client has to see to."""
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.gather(*self._tasks)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        self.requests.append(head + (await reader.readexactly(length) if self._reads else b""))
        self._changed.set()
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        for piece in [answer] if isinstance(answer, bytes) else answer or ():
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
        if self._hangs_up:
            if writer.can_write_eof():
                writer.write_eof()
            else:
                writer.close()
        if self._hangs_up or answer is None:
            return bool(await reader.readexactly(1))
        return True

    async def _until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                self._changed.clear()
                await self._changed.wait()


async def named(host: str, port: int) -> list[str]:
    """Resolve any name to this machine."""
    return ["127.0.0.1"]


def trusting_nobody() -> ssl.SSLContext:
    """Trust no authority: the usual ones take long to load."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def request(url: str, **more: Any) -> HttpRequest:
    return HttpRequest(**{"method": "POST", "url": url, "headers": {}, "body": b"x", "timeout_s": PATIENCE_S, **more})


def asking(
    make: Callable[[], Stand], ask: Callable[[PlainWeb, Stand, int], Awaitable[T]], *, host: str = "127.0.0.1",
    allowed: Sequence[str] = ("127.0.0.0/8",), tls: ssl.SSLContext | None = None, **more: Any,
) -> T:  # fmt: skip
    """Ask a server on the event loop that delivery uses; nothing may be left that went wrong behind the scenes."""
    troubles: list[Any] = []

    async def both() -> T:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: troubles.append(context))
        stand = make()
        web = PlainWeb(lambda: AddressRules(allowed), **{"resolve": named, "trust": trusting_nobody, **more})
        async with await asyncio.start_server(stand.serve, host, 0, ssl=tls, limit=2**24) as server:
            try:
                return await ask(web, stand, server.sockets[0].getsockname()[1])
            finally:
                await web.close()
                await stand.stop()

    try:
        return uvloop.run(both())
    finally:
        assert troubles == []
