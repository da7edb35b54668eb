"""HTTP as providers see it: one request, one answer, and what went wrong between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class HttpRequest:
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


@dataclass(frozen=True, slots=True)
class HttpReply:
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
