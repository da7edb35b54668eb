"""HTTP/1.1 of providers that make a request for each message, with the address rules of sources."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Sequence
from functools import partial

from sojourn.channels.http import HttpFailed, HttpRefused, HttpReply, HttpRequest
from sojourn.engine.plain_connection import Connection
from sojourn.engine.plain_request import Target, read_target, write_head
from sojourn.sources.addresses import AddressRules, ForbiddenAddress
from sojourn.sources.transport import CONNECT_S, KEPT_S, Resolve, resolve
from sojourn.sources.trust import Trust, trusted


class PlainWeb:
    """Makes the requests of one provider (an `Http`), for a fraction of the processor time of HTTP/2's client.

    A connection carries one request at a time and is kept for the next one. There is no queue: a provider makes no
    more requests at once than it may have connections (see `Singly`).

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
        self._user_agent = user_agent
        self._trust = trust()
        self._trust.set_alpn_protocols(["http/1.1"])
        self._open: set[Connection] = set()
        self._kept: dict[tuple[str, str, int], list[Connection]] = {}
        self._sweeping: asyncio.TimerHandle | None = None
        self._closed = False

    async def send(self, request: HttpRequest) -> HttpReply:
        """Send a request and read the answer (see `Http.send`)."""
        request.check_headers()
        target = read_target(request.url)
        head = write_head(request, target, self._user_agent)
        if target.is_address and not self._rules().permits(target.host, target.host):
            raise _forbidden(target)
        loop = asyncio.get_running_loop()
        ends = loop.time() + request.timeout_s
        connection = self._take(target, loop.time()) or await self._connect(target, ends)
        reply = await connection.exchange(head, request, ends - loop.time())
        if connection.is_free:
            self._keep(target, connection, loop)
        return reply

    async def close(self) -> None:
        """Close all connections."""
        self._closed = True
        if self._sweeping is not None:
            self._sweeping.cancel()
        for connection in self._open:
            connection.close()

    def _take(self, target: Target, now: float) -> Connection | None:
        """Return the connection to an origin that was used last, if it is still good."""
        kept = self._kept.get(target.origin)
        while kept:
            connection = kept.pop()
            if connection.is_free and now < connection.idle_since + KEPT_S:
                return connection
            connection.close()
        return None

    def _keep(self, target: Target, connection: Connection, loop: asyncio.AbstractEventLoop) -> None:
        connection.idle_since = loop.time()
        self._kept.setdefault(target.origin, []).append(connection)
        if self._sweeping is None:
            self._sweeping = loop.call_later(KEPT_S, self._sweep)

    def _sweep(self) -> None:
        """Close what nobody has used for long."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        for origin, kept in list(self._kept.items()):
            while kept and (kept[0].idle_since + KEPT_S <= now or not kept[0].is_free):
                kept.pop(0).close()
            if not kept:
                del self._kept[origin]
        oldest = min((kept[0].idle_since for kept in self._kept.values()), default=None)
        self._sweeping = None if oldest is None else loop.call_at(oldest + KEPT_S, self._sweep)

    async def _connect(self, target: Target, ends: float) -> Connection:
        try:
            async with asyncio.timeout_at(ends):
                addresses = await self._permitted(target)
            connection = await self._reach(target, addresses, ends)
        except UnicodeError as error:  # a name with a part that is too long for one
            raise HttpRefused("what comes out is no URL") from error
        except ssl.SSLError as error:
            reason = f"`{target.host}` has no certificate that can be trusted"
            raise HttpFailed(reason, attempted=False) from error
        except OSError as error:
            reason = f"`{target.host}` cannot be reached ({type(error).__name__})"
            raise HttpFailed(reason, attempted=False) from error
        if self._closed:
            connection.close()
        return connection

    async def _permitted(self, target: Target) -> list[str]:
        """Return the addresses that may be reached: connections are made to these, and TLS still checks the name."""
        _, host, port = target.origin
        try:
            found = [host] if target.is_address else await self._resolve(host, port)
        except OSError as error:
            raise HttpFailed(f"there is no host `{host}`", attempted=False) from error
        rules = self._rules()
        permitted = [address for address in found if rules.permits(host, address)]
        if not permitted:
            raise _forbidden(target)
        return permitted

    async def _reach(self, target: Target, addresses: Sequence[str], ends: float) -> Connection:
        """Connect to the first address that answers; each but the last has half of the time that is left."""
        loop = asyncio.get_running_loop()
        ends, trouble = min(ends, loop.time() + CONNECT_S), OSError()
        scheme, host, port = target.origin
        made = partial(Connection, host, self._open.discard)
        trust, name = (self._trust, host.rstrip(".")) if scheme == "https" else (None, None)
        for place, address in enumerate(addresses, 1):
            share_s = (ends - loop.time()) / (1 if place == len(addresses) else 2)
            try:
                async with asyncio.timeout(share_s):
                    _, connection = await loop.create_connection(
                        made, address, port, ssl=trust, server_hostname=name
                    )  # fmt: skip
            except OSError as error:
                trouble = error
            else:
                self._open.add(connection)
                return connection
        raise trouble


def _forbidden(target: Target) -> HttpRefused:
    error = ForbiddenAddress(target.host)
    return HttpRefused(f"{error.message}; {error.hint}")
