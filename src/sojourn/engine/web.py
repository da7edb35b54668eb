"""HTTP of providers over the guarded transport of sources: the same address rules, HTTP/2, no proxies of the system."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from sojourn.channels.http import HttpFailed, HttpRefused, HttpReply, HttpRequest
from sojourn.model.errors import SojournError
from sojourn.sources.addresses import AddressRules
from sojourn.sources.exchange import ExchangeFailed, exchange
from sojourn.sources.request import SCHEMES, Request
from sojourn.sources.transport import GuardedBackend, GuardedTransport, Resolve, Trust, resolve, trusted

CONNECT_S = 5.0
"""How long a connection may take to open; a message is not counted as attempted then."""


class Web:
    """Makes the requests of one provider (an `Http`).

    Parameters
    ----------
    rules : callable
        Gives the rules for addresses that apply now.
    user_agent : str
        How it introduces itself.
    """

    def __init__(
        self, rules: Callable[[], AddressRules], user_agent: str = "Sojourn", *, resolve: Resolve = resolve,
        trust: Trust = trusted,
    ) -> None:  # fmt: skip
        self._client = httpx.AsyncClient(
            transport=GuardedTransport(GuardedBackend(rules, resolve), trust), trust_env=False,
            timeout=httpx.Timeout(None, connect=CONNECT_S), headers={"User-Agent": user_agent},
        )  # fmt: skip

    async def send(self, request: HttpRequest) -> HttpReply:
        """Send a request and read the answer (see `Http.send`)."""
        try:
            reply = await exchange(self._client, _checked(request), {}, request.timeout_s, redirects=0)
        except SojournError as error:
            raise HttpRefused(f"{error.message}; {error.hint}") from error
        except ExchangeFailed as error:
            raise HttpFailed(str(error), attempted=error.begun) from error
        return HttpReply(reply.code, {name.lower(): text for name, text in reply.headers.items()}, reply.body)

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()


def _checked(request: HttpRequest) -> Request:
    for name, text in request.headers.items():
        if not (name + text).isascii() or not (name + text).isprintable():
            raise HttpRefused(f"the header `{name[:40]!r}` has other than printable ASCII")
    try:
        url = httpx.URL(request.url)
    except httpx.InvalidURL as error:
        raise HttpRefused("what comes out is no URL") from error
    if url.scheme not in SCHEMES or not url.host:
        raise HttpRefused("the URL does not begin with http:// or https:// and a host")
    return Request(request.method, url, request.headers, request.body)
