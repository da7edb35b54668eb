"""All names under which the store knows a person."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sojourn.store.duckdb.store import DuckStore

FIND: Final = """
SELECT _pno, profile_id FROM profile WHERE profile_id = $id
    OR _pno = (SELECT any_value(pno) FROM identity WHERE alias = $id)
ORDER BY profile_id = $id LIMIT 1
"""
SALT: Final = "hashed_addresses"
"""Name in `meta` of what is put before an address that is kept as a hash only."""
HASHED: Final = "sha256:"
"""Begins an address of the suppression list that is kept as a hash."""


@dataclass(frozen=True)
class Person:
    """A profile, by all that names it.

    Attributes
    ----------
    pno : int
        Its number.
    profile_id : str
        The id under which it is kept.
    aliases : tuple of str
        Its other ids.
    addresses : mapping of channel to address
        Where its messages go now.
    former : tuple of str
        Addresses that messages went to before.
    """

    pno: int
    profile_id: str
    aliases: tuple[str, ...] = ()
    addresses: Mapping[str, str] | None = None
    former: tuple[str, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """All ids."""
        return (self.profile_id, *self.aliases)

    @property
    def every_address(self) -> tuple[str, ...]:
        """All addresses, those of before included."""
        return tuple(dict.fromkeys([*(self.addresses or {}).values(), *self.former]))


def find_person(store: DuckStore, id: str, address_columns: Mapping[str, str]) -> Person | None:
    """Return a person by any of its ids, None where there is none.

    Parameters
    ----------
    address_columns : mapping of channel to attribute
        The attributes that are addresses.
    """
    found = store.read(FIND, {"id": id}).rows()
    if not found:
        return None
    pno, profile_id = found[0]
    row = store.read("SELECT * FROM profile WHERE _pno = $pno", {"pno": pno}).row(0, named=True)
    addresses = {channel: str(row[name]) for channel, name in address_columns.items() if row.get(name)}
    aliases = store.read("SELECT DISTINCT alias FROM identity WHERE pno = $pno", {"pno": pno})["alias"].to_list()
    sent = store.read('SELECT DISTINCT "to" FROM message WHERE pno = $pno AND "to" IS NOT NULL', {"pno": pno})
    former = [address for address in sent["to"].to_list() if address not in (*addresses.values(), profile_id)]
    return Person(pno, profile_id, tuple(id for id in aliases if id != profile_id), addresses, tuple(former))


def hashed(salt: str, address: str) -> str:
    """Return what stands for an address that must be known again and not be read.

    Examples
    --------
    >>> hashed("salt", "Ann@Example.com") == hashed("salt", "ann@example.com")
    True
    """
    return HASHED + hashlib.sha256((salt + address.lower()).encode()).hexdigest()
