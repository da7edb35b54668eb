"""HTTP as providers see it: one request, one answer, and what went wrong between them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Protocol

import msgspec

HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A name of a header (RFC 9110, 5.1)."""


class HttpRequest(msgspec.Struct, frozen=True):
    """A request.

    Attributes
    ----------
    method, url : str
        As they go out; `url` is absolute.
    headers : mapping of str
        ASCII without control characters.
    body : bytes or None
        Nothing is added to it.
    timeout_s : float
        For the whole exchange, the answer's body too.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None
    timeout_s: float = 10.0

    def check_headers(self) -> None:
        """Refuse headers that would be more than they say.

        Raises
        ------
        HttpRefused
            One has other than printable ASCII.
        """
        for name, text in self.headers.items():
            if not (name + text).isascii() or not (name + text).isprintable():
                raise HttpRefused(f"the header `{name[:40]!r}` has other than printable ASCII")


class HttpReply(msgspec.Struct, frozen=True):
    """An answer; names of headers are in lower case."""

    code: int
    headers: Mapping[str, str]
    body: bytes


class HttpRefused(Exception):
    """The request can never be made: its address is forbidden, or it is no request. The message has no secrets."""


class HttpFailed(Exception):
    """There was no whole answer.

    Attributes
    ----------
    attempted : bool
        Whether the other side may have got the request.
    """

    def __init__(self, reason: str, *, attempted: bool) -> None:
        super().__init__(reason)
        self.attempted = attempted


class OpenHttp(Protocol):
    """Opens connections of one provider's own, which it closes."""

    def __call__(self, *, http2: bool = False) -> Http:
        """Return them; HTTP/2 takes many times the processor time, and carries many requests on one connection."""
        ...


class Http(Protocol):
    """Connections of one provider, used from one event loop. Redirects are answers and are not followed."""

    async def send(self, request: HttpRequest) -> HttpReply:
        """Send a request and read the answer.

        Raises
        ------
        HttpRefused
            It can never be made.
        HttpFailed
            There was no whole answer.
        """
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...
