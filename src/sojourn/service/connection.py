"""One HTTP connection, which has to send what it wants, and take what it gets, in time."""

from __future__ import annotations

import asyncio
from typing import ClassVar, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_S = 30.0
"""Seconds from the first byte of a request, or from the connection, to the end of its header."""
HEAD_BYTES = 65_536
"""Bytes of a header; more are held for nobody."""
BODY_S = 40.0
"""Seconds in which a body has to come; each `BYTES_PER_S` of it that have come give one more."""
BYTES_PER_S = 500.0
TAKE_S = 60.0
"""Seconds in which a client that is behind has to take `TAKE_S * BYTES_PER_S` bytes of its answer."""
UNREADY: Final = 2_000
"""Connections that may be sending at a time: of more the one is hung up on that has been at it for longest."""
TOO_LARGE: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


class Connection(HttpToolsProtocol):
    """Uvicorn's HTTP/1.1, hung up on when it is too slow: such connections would use up sockets and memory."""

    unready: ClassVar[dict[Connection, None]] = {}
    """Those that have not sent their whole request, the oldest first."""
    _late: asyncio.TimerHandle | None = None
    _stuck: asyncio.TimerHandle | None = None
    _head_bytes: int | None = 0
    """Of the header that is coming; None while none is."""
    _body_until_s = 0.0
    _left = 0

    @classmethod
    def of_a_server(cls) -> type[Connection]:
        """Return the class of one server's connections."""
        return type("Connection", (cls,), {"unready": {}})

    # ---- what comes in -------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a header."""
        super().connection_made(transport)
        self._await_head()
        if len(self.unready) > UNREADY:
            oldest = next(iter(self.unready))
            self.unready.pop(oldest)
            oldest.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take what came, unless it is a header without end."""
        super().data_received(data)
        if self._head_bytes is None:
            return
        self._head_bytes += len(data)
        if self._head_bytes > HEAD_BYTES and not self.transport.is_closing():
            self.transport.write(TOO_LARGE)
            self.transport.close()

    def on_message_begin(self) -> None:
        """Begin to wait for the end of the header."""
        super().on_message_begin()
        self._head_bytes = 0
        self._await_head()

    def on_headers_complete(self) -> None:
        """Wait for the body."""
        self._head_bytes = None
        self._stop()
        super().on_headers_complete()
        self._body_until_s = self.loop.time() + BODY_S
        self._late = self.loop.call_at(self._body_until_s, self._check_body)

    def on_body(self, body: bytes) -> None:
        """Give the rest of the body more time."""
        self._body_until_s += len(body) / BYTES_PER_S
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Wait no longer: all of the request is there."""
        self._stop()
        self.unready.pop(self, None)
        super().on_message_complete()

    def _await_head(self) -> None:
        self.unready[self] = None
        if self._late is None:
            self._late = self.loop.call_later(HEAD_S, self.transport.abort)

    def _check_body(self) -> None:
        now_s = self.loop.time()
        if self.flow.read_paused:  # it waits for us
            self._body_until_s = max(self._body_until_s, now_s + BODY_S)
        if now_s >= self._body_until_s:
            self.transport.abort()
        else:
            self._late = self.loop.call_at(self._body_until_s, self._check_body)

    def _stop(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    # ---- what goes out -------------------------------------------------------------------------------------------

    def pause_writing(self) -> None:
        """Begin to look whether the client takes its answer."""
        super().pause_writing()
        self._watch_taking()

    def resume_writing(self) -> None:
        """Look no longer: it has taken most of it."""
        super().resume_writing()
        self._stop_watching()

    def on_response_complete(self) -> None:
        """Look whether the rest of the answer is taken: uvicorn waits for it without end."""
        super().on_response_complete()
        if self._stuck is None and self.transport.get_write_buffer_size():
            self._watch_taking()

    def timeout_keep_alive_handler(self) -> None:
        """Hang up a connection at rest; one that has not even taken its last answer is not waited for."""
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        super().timeout_keep_alive_handler()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._stop()
        self.unready.pop(self, None)
        super().connection_lost(exc)
        self._stop_watching()

    def _watch_taking(self) -> None:
        self._stop_watching()
        self._left = self.transport.get_write_buffer_size()
        self._stuck = self.loop.call_later(TAKE_S, self._check_taking)

    def _check_taking(self) -> None:
        left = self.transport.get_write_buffer_size()
        if self._left - left < min(TAKE_S * BYTES_PER_S, self._left):
            self.transport.abort()
        elif left:
            self._watch_taking()

    def _stop_watching(self) -> None:
        if self._stuck is not None:
            self._stuck.cancel()
            self._stuck = None
