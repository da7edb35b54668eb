"""HTTP of providers over the guarded transport of sources: the same address rules, HTTP/2, no proxies of the system."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from sojourn.channels.http import Http, HttpFailed, HttpRefused, HttpReply, HttpRequest, OpenHttp
from sojourn.engine.plain_web import PlainWeb
from sojourn.model.errors import SojournError
from sojourn.sources.addresses import AddressRules
from sojourn.sources.exchange import ExchangeFailed, exchange
from sojourn.sources.request import SCHEMES, Request
from sojourn.sources.transport import CONNECT_S, GuardedBackend, GuardedTransport, Resolve, resolve
from sojourn.sources.trust import Trust, trusted


def opener(rules: Callable[[], AddressRules], user_agent: str = "Sojourn", *, trust: Trust = trusted) -> OpenHttp:
    """Return what opens connections for providers (see `Web`)."""

    def opened(*, http2: bool = False) -> Http:
        return (Web if http2 else PlainWeb)(rules, user_agent, trust=trust)

    return opened


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
    request.check_headers()
    try:
        url = httpx.URL(request.url)
    except httpx.InvalidURL as error:
        raise HttpRefused("what comes out is no URL") from error
    if url.scheme not in SCHEMES or not url.host:
        raise HttpRefused("the URL does not begin with http:// or https:// and a host")
    return Request(request.method, url, request.headers, request.body)
