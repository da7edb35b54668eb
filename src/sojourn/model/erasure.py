"""How people who were erased are known again without being named, and how texts about others mention them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import quote

ERASED: Final = "erased"
"""Stands where somebody was named."""
SHORTEST: Final = 5
"""Shorter addresses are not looked for inside of texts."""
SHORTEST_ID: Final = 8
"""Shorter ids are not looked for in what is about others: they may be numbers of something else."""
BEFORE: Final = (
    r"(^[.+-]*|[^A-Za-z0-9_.@+-][.+-]*|\\[nrtbf]|\\u[0-9A-Fa-f]{4}|%(?:[013-9A-Fa-f][0-9A-Fa-f]|2[0-9ACFacf]))"
)
AFTER: Final = r"($|[^A-Za-z0-9_.@+-]|[.-]+(?:$|[^A-Za-z0-9]))"
"""What stands around an address that is not a part of a longer one, in text, in JSON and in links."""


def digest_of(salt: str, id: str) -> str:
    """Return what stands for an id that must be known again and not be read.

    Examples
    --------
    >>> digest_of("salt", "ann") == digest_of("salt", "ann"), len(digest_of("salt", "ann"))
    (True, 64)
    """
    return hashlib.sha256(f"{salt}/{id}".encode()).hexdigest()


@dataclass(frozen=True)
class Mentions:
    r"""Finds people in texts about others: their addresses in any case, their ids where they are a whole JSON text.

    Parameters
    ----------
    ids, addresses : collection of str
        What names them.

    Notes
    -----
    The patterns are for RE2 (DuckDB), Rust and Python alike. What stands around an address is in their groups, so two
    of which one ends where the other begins are found in two passes only.

    Examples
    --------
    >>> mentions = Mentions(["customer-1"], ["ann@example.com"])
    >>> mentions.without('{"by": "customer-1", "to": "joann@example.com, Ann@example.com."}')
    '{"by": "erased", "to": "joann@example.com, erased."}'
    """

    ids: Collection[str]
    addresses: Collection[str]

    @cached_property
    def words(self) -> Sequence[str]:
        """Texts of which one is in each text that mentions them, in any case; there may be none."""
        return [*self._addresses, *(f'"{id}"' for id in self.long_ids)]

    @cached_property
    def quick(self) -> str:
        """A pattern that is found in each text that mentions them, and in some others."""
        return f"(?i){'|'.join(map(re.escape, self.words))}"

    @cached_property
    def patterns(self) -> Sequence[str]:
        """Patterns with two groups, between which the name is; to be replaced everywhere, one after the other."""
        found: list[str] = []
        if self._addresses:
            found += [f"(?i){BEFORE}(?:{'|'.join(map(re.escape, self._addresses))}){AFTER}"] * 2
        if self.long_ids:
            found.append(f'(")(?:{"|".join(map(re.escape, self.long_ids))})(")')
        return found

    def without(self, text: str) -> str:
        """Return a text that does not name them."""
        for pattern in self.patterns:
            text = re.sub(pattern, rf"\1{ERASED}\2", text)
        return text

    def starred(self, text: bytes) -> bytes:
        """Return a text of the same length with stars where they were named, in UTF-8 and what has ASCII as it has.

        Examples
        --------
        >>> Mentions([], ["ann@example.com"]).starred(b"to <ann@example.com>")
        b'to <***************>'
        """
        for pattern in self.patterns:
            text = re.sub(pattern.encode(), _starred, text)
        return text

    @cached_property
    def _addresses(self) -> list[str]:
        plain = [address for address in self.addresses if len(address) >= SHORTEST]
        return list(dict.fromkeys([*plain, *(quote(address, safe="") for address in plain)]))

    @cached_property
    def long_ids(self) -> list[str]:
        """The ids that are looked for, also as a browser says them."""
        every = dict.fromkeys(form for id in self.ids for form in (id, id.removeprefix("anon:")))
        return [id for id in every if len(id) >= SHORTEST_ID]


def _starred(found: re.Match[bytes]) -> bytes:
    return found[1] + b"*" * (len(found[0]) - len(found[1]) - len(found[2])) + found[2]
