"""Connections that go only to addresses that were checked: what DNS says is looked up once, and used."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import httpcore
import httpx

from sojourn.sources.addresses import AddressRules, ForbiddenAddress
from sojourn.sources.trust import Trust, trusted

CONNECTIONS = 200
KEPT = 50
KEPT_S = 30.0
CONNECT_S = 5.0
"""How long a provider's connection may take to open; a message is not counted as attempted then."""
Resolve = Callable[[str, int], Awaitable[list[str]]]


async def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host, as the system finds them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects to a host's permitted addresses only, by the address and not by the name.

    Parameters
    ----------
    rules : callable
        Gives the rules that apply now.
    resolve : callable
        Finds the addresses of a host.
    """

    def __init__(self, rules: Callable[[], AddressRules], resolve: Resolve = resolve) -> None:
        self._rules = rules
        self._resolve = resolve
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:  # fmt: skip
        """Connect to the first permitted address that answers; TLS still checks the name.

        Raises
        ------
        ForbiddenAddress
            The host has no address that may be reached.
        """
        error: Exception = ForbiddenAddress(host)
        for address in await self._permitted(host, port):
            try:
                return await self._backend.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as refused:
                error = refused
        raise error

    async def _permitted(self, host: str, port: int) -> list[str]:
        try:
            found = await self._resolve(host, port)
        except OSError as error:
            raise httpcore.ConnectError(f"no address of {host}") from error
        rules = self._rules()
        return [address for address in found if rules.permits(host, address)]

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class GuardedTransport(httpx.AsyncHTTPTransport):
    """HTTP/1.1 and HTTP/2 over a guarded backend; proxies of the environment are not used, as they would go round it.

    Parameters
    ----------
    backend : GuardedBackend
        Makes the connections.
    trust : callable
        Returns whom TLS trusts.
    """

    def __init__(self, backend: GuardedBackend, trust: Trust = trusted) -> None:
        # The transport's own constructor makes the same pool, and has no parameter for its backend.
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=trust(), max_connections=CONNECTIONS,
            max_keepalive_connections=KEPT, keepalive_expiry=KEPT_S, http1=True, http2=True, network_backend=backend,
        )  # fmt: skip
