"""All names under which the store knows a person."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sojourn.expr.names import identifier

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
    shared : frozenset of str
        Those of the addresses, in small letters, that are other people's as well (see `without_shared`).
    """

    pno: int
    profile_id: str
    aliases: tuple[str, ...] = ()
    addresses: Mapping[str, str] | None = None
    former: tuple[str, ...] = ()
    shared: frozenset[str] = frozenset()

    @property
    def ids(self) -> tuple[str, ...]:
        """All ids."""
        return (self.profile_id, *self.aliases)

    @property
    def every_address(self) -> tuple[str, ...]:
        """All addresses that are nobody else's, those of before included."""
        all_of = dict.fromkeys([*(self.addresses or {}).values(), *self.former])
        return tuple(address for address in all_of if address.lower() not in self.shared)


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


def without_shared(store: DuckStore, people: Sequence[Person], address_columns: Mapping[str, str]) -> list[Person]:
    """Return people who know which of their addresses somebody else has, too: a family's mailbox stays the others'."""
    addresses = sorted({address.lower() for person in people for address in person.every_address})
    present = store.columns("profile")
    told = {"addresses": addresses, "pnos": [person.pno for person in people]}
    shared: set[str] = set()
    for name in sorted(set(address_columns.values()) & set(present)):
        column = f"lower({identifier(name)}::VARCHAR)"
        query = (
            f"SELECT DISTINCT {column} AS address FROM profile "
            f"WHERE list_contains($addresses, {column}) AND NOT list_contains($pnos, _pno)"
        )
        shared.update(store.read(query, told)["address"].to_list())
    return [replace(person, shared=frozenset(shared)) for person in people]


def hashed(salt: str, address: str) -> str:
    """Return what stands for an address that must be known again and not be read.

    Examples
    --------
    >>> hashed("salt", "Ann@Example.com") == hashed("salt", "ann@example.com")
    True
    """
    return HASHED + hashlib.sha256((salt + address.lower()).encode()).hexdigest()
