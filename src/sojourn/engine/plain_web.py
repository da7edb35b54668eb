"""HTTP/1.1 of providers that make a request for each message, with the address rules of sources."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from functools import lru_cache
from ipaddress import ip_address
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from sojourn.channels.http import HttpFailed, HttpRefused, HttpReply, HttpRequest
from sojourn.sources.addresses import AddressRules, ForbiddenAddress
from sojourn.sources.exchange import MAX_BODY
from sojourn.sources.request import SCHEMES
from sojourn.sources.transport import CONNECT_S, CONNECTIONS, KEPT_S, Resolve, resolve
from sojourn.sources.trust import Trust, trusted

NOT_BEGUN: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
TYPED: Final = ("Content-Type",)
"""What aiohttp would add to a body that says nothing of itself."""


class PlainWeb:
    """Makes the requests of one provider (an `Http`), for a fourteenth of the processor time of HTTP/2's client.

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
        self._rules, self._resolve = rules, resolve
        self._headers = {"User-Agent": user_agent, "Accept-Encoding": "identity"}
        self._trust = trust()
        self._trust.set_alpn_protocols(["http/1.1"])
        self._session: aiohttp.ClientSession | None = None

    async def send(self, request: HttpRequest) -> HttpReply:
        """Send a request and read the answer (see `Http.send`)."""
        request.check_headers()
        url = _read_url(request.url)
        try:
            self._check_address(str(url.host))
            async with asyncio.timeout(request.timeout_s):
                return await self._exchange(url, request)
        except ForbiddenAddress as error:
            raise HttpRefused(f"{error.message}; {error.hint}") from error
        except (aiohttp.InvalidURL, UnicodeError) as error:
            raise HttpRefused("what comes out is no URL") from error
        except NOT_BEGUN as error:
            raise HttpFailed(_unreached(error, str(url.host)), attempted=False) from error
        except TimeoutError as error:
            raise HttpFailed(f"no whole answer within {request.timeout_s:g} s", attempted=True) from error
        except aiohttp.ClientError as error:
            raise HttpFailed(f"`{url.host}` broke off ({type(error).__name__})", attempted=True) from error

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()

    def _check_address(self, host: str) -> None:
        """Refuse an address that stands in the URL itself: no resolver is asked for it."""
        if not _is_address(host) or self._rules().permits(host, host):
            return
        raise ForbiddenAddress(host)

    async def _exchange(self, url: URL, request: HttpRequest) -> HttpReply:
        async with self._opened().request(
            request.method, url, data=request.body, headers=request.headers, allow_redirects=False
        ) as answer:  # fmt: skip
            headers = {name.lower(): text for name, text in answer.headers.items()}
            return HttpReply(answer.status, headers, await _read(answer))

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(
                resolver=Guarded(self._rules, self._resolve), use_dns_cache=False, limit=CONNECTIONS,
                keepalive_timeout=KEPT_S, ssl=self._trust,
            )  # fmt: skip
            self._session = aiohttp.ClientSession(
                connector=connector, headers=self._headers, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False,
                skip_auto_headers=TYPED, timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S),
            )  # fmt: skip
        return self._session


@lru_cache(1_024)
def _read_url(text: str) -> URL:
    try:
        url = URL(text)
    except ValueError as error:
        raise HttpRefused("what comes out is no URL") from error
    if not text.isprintable() or " " in (url.host or ""):  # which the parser would leave out
        raise HttpRefused("what comes out is no URL")
    if url.scheme not in SCHEMES or not url.host:
        raise HttpRefused("the URL does not begin with http:// or https:// and a host")
    return url


@lru_cache(1_024)
def _is_address(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


class Guarded(AbstractResolver):
    """Finds the addresses of a host that may be reached; connections are made to these, and TLS still checks the name.

    Parameters
    ----------
    rules : callable
        Gives the rules that apply now.
    find : callable
        Finds all addresses of a host.
    """

    def __init__(self, rules: Callable[[], AddressRules], find: Resolve) -> None:
        self._rules = rules
        self._find = find

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the permitted addresses.

        Raises
        ------
        ForbiddenAddress
            There is none.
        """
        found, rules = await self._find(host, port), self._rules()
        permitted = [address for address in found if rules.permits(host, address)]
        if not permitted:
            raise ForbiddenAddress(host)
        return [
            ResolveResult(
                hostname=host, host=address, port=port, proto=0, flags=socket.AI_NUMERICHOST,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
            )
            for address in permitted
        ]  # fmt: skip

    async def close(self) -> None:
        """Nothing is open."""


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    parts, size = [], 0
    async for part in answer.content.iter_any():
        size += len(part)
        if size > MAX_BODY:
            answer.close()
            raise HttpFailed(f"the answer has more than {MAX_BODY:,} bytes", attempted=True)
        parts.append(part)
    return b"".join(parts)


def _unreached(error: Exception, host: str) -> str:
    """Say why no request could be made."""
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return f"there is no host `{host}`"
    if isinstance(error, aiohttp.ClientSSLError | aiohttp.ClientConnectorCertificateError):
        return f"`{host}` has no certificate that can be trusted"
    return f"`{host}` cannot be reached ({type(error).__name__})"
