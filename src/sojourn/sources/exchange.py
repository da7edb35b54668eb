"""One request and its answer: redirects, the time that is left, the size of the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import httpx

from sojourn.sources.request import SCHEMES, Request

MAX_BODY: Final = 1_048_576
"""Bytes of an answer that are read; a longer one fails."""
MAX_REDIRECTS: Final = 5
REDIRECTS: Final = (301, 302, 303, 307, 308)
NOT_BEGUN: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class ExchangeFailed(Exception):
    """There was no answer; the message says why, and has no secrets.

    Attributes
    ----------
    begun : bool
        Whether the other side may have got the request.
    """

    begun = True


class NotBegun(ExchangeFailed):
    """The other side did not get the request: no connection was made."""

    begun = False


class ExchangeTimedOut(ExchangeFailed):
    """There was no answer in time."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    code: int
    headers: httpx.Headers
    body: bytes


async def exchange(
    client: httpx.AsyncClient, request: Request, secret: Mapping[str, str], timeout_s: float,
    redirects: int = MAX_REDIRECTS,
) -> Reply:  # fmt: skip
    """Send a request and read the answer, all within a time.

    Parameters
    ----------
    secret : mapping
        Headers that only the request's own host may see: a redirect to another one goes without them.
    timeout_s : float
        For everything together, redirects and the body too.
    redirects : int
        How many are followed; with 0 a redirect is an answer as any other.

    Raises
    ------
    ExchangeFailed, ExchangeTimedOut
        There is no answer.
    ForbiddenAddress
        It, or a redirect, goes to an address that may not be reached.
    """
    try:
        async with asyncio.timeout(timeout_s):
            return await _follow(client, request, dict(secret), redirects)
    except TimeoutError as error:
        raise ExchangeTimedOut(f"no whole answer within {timeout_s:g} s") from error
    except NOT_BEGUN as error:
        raise NotBegun(f"{type(error).__name__} with {request.url.host}") from error
    except httpx.HTTPError as error:
        raise ExchangeFailed(f"{type(error).__name__} with {request.url.host}") from error
    except httpx.InvalidURL as error:  # it reads where a redirect leads although it is not to follow it
        raise ExchangeFailed("it redirects to what is no URL") from error


async def _follow(client: httpx.AsyncClient, request: Request, secret: dict[str, str], redirects: int) -> Reply:
    for _ in range(redirects + 1):
        reply = await _send(client, request, secret)
        target = reply.headers.get("location")
        if not redirects or reply.code not in REDIRECTS or target is None:
            return reply
        following = _redirected(request, reply.code, target)
        if _origin(following.url) != _origin(request.url):
            secret = {}
        request = following
    raise ExchangeFailed(f"more than {redirects} redirects")


async def _send(client: httpx.AsyncClient, request: Request, secret: Mapping[str, str]) -> Reply:
    headers = {**request.headers, **secret}
    async with client.stream(request.method, request.url, headers=headers, content=request.body) as response:
        return Reply(response.status_code, response.headers, await _read(response))


async def _read(response: httpx.Response) -> bytes:
    parts, size = [], 0
    async for part in response.aiter_bytes():
        size += len(part)
        if size > MAX_BODY:
            raise ExchangeFailed(f"the answer has more than {MAX_BODY:,} bytes")
        parts.append(part)
    return b"".join(parts)


def _redirected(request: Request, code: int, target: str) -> Request:
    try:
        url = request.url.join(target)
    except httpx.InvalidURL as error:
        raise ExchangeFailed("it redirects to what is no URL") from error
    if url.scheme not in SCHEMES:
        raise ExchangeFailed(f"it redirects to `{url.scheme}`")
    if code in (307, 308) or request.method in ("GET", "HEAD"):
        return replace(request, url=url)
    headers = {name: text for name, text in request.headers.items() if not name.lower().startswith("content-")}
    return Request("GET", url, headers, None)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
