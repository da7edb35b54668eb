"""Slows down who tries to guess passwords."""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sojourn.engine.clock import elapsed_s
from sojourn.service.access.errors import TooManyAttempts

FREE_OF_ACCOUNT: Final = 5
"""Failures of an account before it has to wait."""
FREE_OF_ADDRESS: Final = 20
LONGEST_S: Final = 300.0
FORGET_S: Final = 3_600.0
"""Failures are forgotten when none came for so long."""
KEPT: Final = 20_000
"""Names and addresses that are remembered; of more the oldest are forgotten."""


@dataclass
class Failures:
    """What is remembered of a name or an address."""

    count: int
    last_s: float


class Throttle:
    """Counts failed sign-ins per account and per address; each more doubles the wait.

    Parameters
    ----------
    now_s : callable
        Seconds since some fixed moment.
    """

    def __init__(self, now_s: Callable[[], float] = elapsed_s) -> None:
        self._now_s = now_s
        self._failures: OrderedDict[str, Failures] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, name: str, address: str) -> None:
        """Count an attempt as failed until `succeed` takes it back, so that many at once are counted, too.

        Raises
        ------
        TooManyAttempts
            It comes too soon; it is not counted.
        """
        with self._lock:
            places = self._places(name, address)
            wait_s = max(self._wait_s(place, free) for place, free in places)
            if wait_s > 0:
                raise TooManyAttempts(wait_s)
            for place, _ in places:
                self._count(place)

    def succeed(self, name: str, address: str) -> None:
        """Forget an account's failures, and take the attempt back from its address."""
        (account, _), (network, _) = self._places(name, address)
        with self._lock:
            self._failures.pop(account, None)
            found = self._failures.get(network)
            if found is not None:
                found.count -= 1

    def _places(self, name: str, address: str) -> tuple[tuple[str, int], tuple[str, int]]:
        return (f"name {name[:100]}", FREE_OF_ACCOUNT), (f"address {network_of(address)}", FREE_OF_ADDRESS)

    def _wait_s(self, place: str, free: int) -> float:
        found = self._failures.get(place)
        if found is None or found.count < free:
            return 0.0
        passed_s = self._now_s() - found.last_s
        return min(2.0 ** min(found.count - free, 20), LONGEST_S) - passed_s

    def _count(self, place: str) -> None:
        now_s = self._now_s()
        found = self._failures.setdefault(place, Failures(0, now_s))
        found.count = 1 if now_s - found.last_s > FORGET_S else found.count + 1
        found.last_s = now_s
        self._failures.move_to_end(place)
        while len(self._failures) > KEPT:
            self._failures.popitem(last=False)


def network_of(address: str) -> str:
    """Return what one sender has: an IPv4 address, or the first 64 bits of an IPv6 address.

    Examples
    --------
    >>> network_of("2001:db8::1:2:3")
    '2001:db8::/64'
    """
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(read) if read.version == 4 else str(ipaddress.ip_network((read, 64), strict=False))
