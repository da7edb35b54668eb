"""One HTTP connection, which has to say what it wants in time."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_S = 30.0
"""Seconds from the first byte of a request, or from the connection, to the end of its header."""


class Connection(HttpToolsProtocol):
    """Uvicorn's HTTP/1.1, hung up on when a header does not end: such connections would use up the sockets."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a header."""
        super().connection_made(transport)
        self._watch()

    def on_message_begin(self) -> None:
        """Begin to wait for the end of the header."""
        super().on_message_begin()
        self._watch()

    def on_headers_complete(self) -> None:
        """Wait no longer: the header is there."""
        self._stop()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._stop()
        super().connection_lost(exc)

    def _watch(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(HEAD_S, self.transport.close)

    def _stop(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
