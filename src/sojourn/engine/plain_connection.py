"""One connection of HTTP/1.1: a request at a time, and its answer as a parser in C reads it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, cast

import httptools

from sojourn.channels.http import HttpFailed, HttpReply, HttpRequest
from sojourn.sources.exchange import MAX_BODY

MAX_HEAD: Final = 65_536
"""Bytes that may come without a piece of a body: no headers and no trailers are longer."""


class Connection(asyncio.Protocol):
    """An open connection. After any failure it is closed; one that can carry another request `is_free`.

    Parameters
    ----------
    host : str
        Whom it reaches, for errors.
    lost : callable
        Is told when it is closed.

    Attributes
    ----------
    idle_since : float
        In the time of the event loop; whoever keeps connections sets it.

    References
    ----------
    RFC 9112.
    """

    idle_since = 0.0
    _headers: dict[str, str]
    _parts: list[bytes]
    _code: int
    _size: int
    _silent: int
    _headed: bool
    _whole: bool
    _keeps: bool

    def __init__(self, host: str, lost: Callable[[Connection], object]) -> None:
        self._host, self._lost = host, lost
        self._parser = httptools.HttpResponseParser(self)
        self._waiter: asyncio.Future[HttpReply | HttpFailed] | None = None
        self._begin()

    @property
    def is_free(self) -> bool:
        """Whether another request can go over it."""
        return self._waiter is None and not self._transport.is_closing()

    def close(self) -> None:
        """Close it at once; who waits for an answer gets none."""
        self._transport.abort()

    async def exchange(self, head: bytes, request: HttpRequest, left_s: float) -> HttpReply:
        """Write a request, and wait for the answer.

        Parameters
        ----------
        head : bytes
            The request up to its body.
        left_s : float
            What is left of the request's time.

        Raises
        ------
        HttpFailed
            There is no whole answer.
        """
        if self._transport.is_closing():
            raise HttpFailed(f"`{self._host}` cannot be reached (closed)", attempted=False)
        loop = asyncio.get_running_loop()
        self._begin()
        self._waiter = loop.create_future()
        late = loop.call_later(left_s, self._fail, f"no whole answer within {request.timeout_s:g} s")
        self._transport.write(head + request.body if request.body else head)
        try:
            answer = await self._waiter
        except asyncio.CancelledError:
            self.close()
            raise
        finally:
            late.cancel()
            self._waiter = None
        if isinstance(answer, HttpFailed):
            raise answer
        return answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport; TLS has been agreed upon."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by its class

    def data_received(self, data: bytes) -> None:
        """Read a part of an answer; what nobody asked for ends the connection."""
        if self._waiter is None or self._waiter.done():
            self.close()
            return
        self._silent += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._keeps = False
            if not self._whole:
                self._break(type(error).__name__)
                return
        if self._size > MAX_BODY:
            self._fail(f"the answer has more than {MAX_BODY:,} bytes")
        elif self._whole:
            self._finish()
        elif self._silent > MAX_HEAD:
            self._break("headers without end")

    def eof_received(self) -> None:
        """End an answer that has no other end."""
        self._end("closed")

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits, or keeps it."""
        if exc is None:
            self._end("closed")
        else:
            self._break(type(exc).__name__)
        self._lost(self)

    def on_message_begin(self) -> None:
        """Note that an answer begins, after others that only announced it; or one that was not asked for."""
        if self._whole:
            self._keeps = False
        else:
            self._headers = {}

    def on_header(self, name: bytes, text: bytes) -> None:
        """Keep a header; trailers are left out."""
        if self._headed:
            return
        known, read = name.decode("ascii", "replace").lower(), text.decode("utf-8", "replace").strip()
        before = self._headers.get(known)
        self._headers[known] = read if before is None else f"{before}, {read}"

    def on_headers_complete(self) -> None:
        """Note of what kind the answer is."""
        if self._whole:
            return
        self._code = self._parser.get_status_code()
        if self._code >= 200:
            self._headed = True
            self._silent = 0

    def on_body(self, part: bytes) -> None:
        """Keep a piece of the body."""
        if self._whole:
            return
        self._silent = 0
        self._size += len(part)
        if self._size <= MAX_BODY:
            self._parts.append(part)

    def on_message_complete(self) -> None:
        """Note that the answer is whole."""
        if self._headed and not self._whole:
            self._whole = True
            self._keeps = self._parser.should_keep_alive()

    def _begin(self) -> None:
        self._headers, self._parts = {}, []
        self._code = self._size = self._silent = 0
        self._headed = self._whole = self._keeps = False

    def _end(self, reason: str) -> None:
        """Take the end of the connection for the end of the body if nothing else says where that is."""
        coded = "chunked" in self._headers.get("transfer-encoding", "").lower()
        if self._headed and not coded and "content-length" not in self._headers:
            self._finish()
        else:
            self._break(reason)

    def _finish(self) -> None:
        self._answer(HttpReply(self._code, self._headers, b"".join(self._parts)))
        if not self._keeps or self._transport.get_write_buffer_size():
            self.close()

    def _break(self, reason: str) -> None:
        self._fail(f"`{self._host}` broke off ({reason})")

    def _fail(self, reason: str) -> None:
        self._answer(HttpFailed(reason, attempted=True))
        self.close()

    def _answer(self, answer: HttpReply | HttpFailed) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(answer)
