"""Which addresses calls may reach: those of the public internet, and others that the workspace allows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from sojourn.model.errors import SojournError

Address = IPv4Address | IPv6Address
NAT64: Final = IPv6Network("64:ff9b::/96")
UNICAST: Final = IPv6Network("2000::/3")
"""What IPv6 has given out; everything else leads to this machine, its network, or through a translator to IPv4."""
EXAMPLES: Final = IPv6Network("3fff::/20")


class ForbiddenAddress(SojournError):
    """A host has an address that calls may not reach."""

    code = "CALL-001"

    def __init__(self, host: str) -> None:
        super().__init__(
            f"`{host}` is not on the public internet",
            hint="list it under `allow_private_hosts` of the `workspace` document if calls may reach it",
        )


class AddressRules:
    """Tells which addresses may be reached.

    Parameters
    ----------
    allowed : sequence of str
        Host names, addresses and networks (`10.1.0.0/16`) that may be reached though they are private.

    Examples
    --------
    >>> rules = AddressRules(["10.1.0.0/16", "crm.internal"])
    >>> rules.permits("x.example", "93.184.216.34"), rules.permits("x.example", "169.254.169.254")
    (True, False)
    >>> rules.permits("x.example", "10.1.2.3"), rules.permits("crm.internal", "192.168.1.4")
    (True, True)
    """

    def __init__(self, allowed: Sequence[str]) -> None:
        self._hosts: set[str] = set()
        self._networks: list[IPv4Network | IPv6Network] = []
        for text in allowed:
            try:
                self._networks.append(ip_network(text, strict=False))
            except ValueError:
                self._hosts.add(text.lower().rstrip("."))

    def permits(self, host: str, address: str) -> bool:
        """Tell whether a call to a host may go to one of its addresses."""
        found = plain_address(address)
        if is_public(found) or host.lower().rstrip(".") in self._hosts:
            return True
        return any(found in network for network in self._networks if network.version == found.version)


@lru_cache(1_024)
def plain_address(text: str) -> Address:
    """Return an address; one of IPv4 in the clothes of IPv6 as what it is.

    >>> plain_address("::ffff:127.0.0.1")
    IPv4Address('127.0.0.1')
    """
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and address in NAT64:
        inner = IPv4Address(int(address) & 0xFFFFFFFF)
    return inner or address


@lru_cache(1_024)
def is_public(address: Address) -> bool:
    """Tell whether an address is one of the public internet.

    >>> [is_public(plain_address(text)) for text in ("2606:4700::1111", "::127.0.0.1", "fec0::1", "64:ff9b:1::a00:1")]
    [True, False, False, False]
    """
    if isinstance(address, IPv6Address) and (address not in UNICAST or address in EXAMPLES):
        return False
    return address.is_global and not address.is_multicast
