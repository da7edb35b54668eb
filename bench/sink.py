"""A mail server that takes everything and notes when: as little as SMTP allows, so that it is not what is measured."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Final

GREETING: Final = b"220 sink ESMTP\r\n"
HELLO: Final = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"
OK: Final = b"250 OK\r\n"
END: Final = b"\r\n.\r\n"

Received = Callable[[bytes, float], None]
"""Takes the recipient of a mail and the instant (`perf_counter`) at which its last byte came."""


class Session(asyncio.Protocol):
    """One connection."""

    def __init__(self, received: Received) -> None:
        self._received = received
        self._buffer = b""
        self._recipient = b""
        self._in_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        transport.write(GREETING)

    def data_received(self, data: bytes) -> None:
        """Answer all whole commands, and take all whole mails."""
        self._buffer += data
        while answer := self._next():
            self._transport.write(answer)

    def _next(self) -> bytes:
        if self._in_data:
            return self._take_mail()
        line, end, rest = self._buffer.partition(b"\r\n")
        if not end:
            return b""
        self._buffer = rest
        return self._answer(line)

    def _take_mail(self) -> bytes:
        _, end, rest = self._buffer.partition(END)
        if not end:
            return b""
        self._buffer, self._in_data = rest, False
        self._received(self._recipient, perf_counter())
        return OK

    def _answer(self, line: bytes) -> bytes:
        verb = line[:4].upper()
        if verb == b"RCPT":
            self._recipient = line.partition(b"<")[2].partition(b">")[0]
        self._in_data = verb == b"DATA"
        return {b"EHLO": HELLO, b"DATA": b"354 Go on\r\n", b"QUIT": b"221 Bye\r\n"}.get(verb, OK)


@asynccontextmanager
async def listening(received: Received) -> AsyncIterator[int]:
    """Listen on a free port of this machine and give its number."""
    server = await asyncio.get_running_loop().create_server(lambda: Session(received), "127.0.0.1", 0)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
