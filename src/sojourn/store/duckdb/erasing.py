"""Taking people out of the tables; counts of messages and steps stay, and say nothing about a person (ADR 0016)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from sojourn.expr.directory import EntitySpec
from sojourn.expr.names import identifier
from sojourn.model.erasure import digest_of
from sojourn.store.duckdb.person import Person, hashed

if TYPE_CHECKING:
    from sojourn.store.duckdb.store import DuckStore

FACTS: Final[Mapping[str, tuple[str, ...]]] = {
    "passage_end": (), "step": (), "message": (), "feedback": ("link",), "discard": (), "conversion": (),
    "answer": ("target",),
}  # fmt: skip
"""Tables whose rows stay, as counts are made of them, with the texts that are the documents' own; all others go."""
UNSENT: Final = """
INSERT INTO discard (no, doc, node, pno, channel, "at", reason)
SELECT m.no, m.doc, m.node, m.pno, m.channel, $at, $reason
FROM message m SEMI JOIN outbox USING (no) WHERE m.pno IN $pnos
"""
TOKEN: Final = "[^A-Za-z0-9_.@+-]"
"""What stands between an id or address and the rest of a text."""
SHORTEST: Final = 5
"""Shorter addresses are not looked for inside of texts."""


def erase_rows(store: DuckStore, people: Sequence[Person], entities: Mapping[str, EntitySpec], salt: str) -> None:
    """Delete or empty all rows about people; the caller holds the transaction.

    Parameters
    ----------
    entities : mapping
        The declared entities: rows that are linked to a person go, too.
    salt : str
        Is put before addresses that are kept as hashes.
    """
    numbers = [person.pno for person in people]
    for person in people:
        _linked_rows(store, person, entities)
        _suppressions(store, person, salt)
    for table in _tables_with(store, "pno"):
        if table in FACTS:
            _empty_texts(store, table, numbers)
        else:
            store.connection.execute(f"DELETE FROM {identifier(table)} WHERE pno IN $pnos", {"pnos": numbers})
    _work(store, people)
    _mentions(store, people)
    store.connection.execute("DELETE FROM profile WHERE _pno IN $pnos", {"pnos": numbers})


def _tables_with(store: DuckStore, column: str) -> list[str]:
    query = "SELECT table_name FROM duckdb_columns() JOIN duckdb_tables() USING (table_oid) WHERE column_name = $column"
    query = query.replace("SELECT table_name", "SELECT DISTINCT duckdb_tables.table_name")
    return sorted(str(row[0]) for row in store.connection.execute(query, {"column": column}).fetchall())


def text_columns(store: DuckStore, table: str) -> list[str]:
    """Return the columns of a table that are text."""
    query = "SELECT column_name FROM duckdb_columns() WHERE table_name = $table AND data_type = 'VARCHAR'"
    return [str(row[0]) for row in store.connection.execute(query, {"table": table}).fetchall()]


def _empty_texts(store: DuckStore, table: str, numbers: Sequence[int]) -> None:
    names = [name for name in text_columns(store, table) if name not in FACTS[table]]
    if names:
        sets = ", ".join(f"{identifier(name)} = NULL" for name in names)
        store.connection.execute(f"UPDATE {identifier(table)} SET {sets} WHERE pno IN $pnos", {"pnos": numbers})


def _linked_rows(store: DuckStore, person: Person, entities: Mapping[str, EntitySpec]) -> None:
    """Delete the rows of entities that are linked to a person."""
    for id, entity in entities.items():
        table = f"rows_{id}"
        present = store.columns(table) if id != "profile" else []
        for link in entity.links.values():
            if link.to != "profile" or not set(link.on) <= set(present):
                continue
            row = store.read("SELECT * FROM profile WHERE _pno = $pno", {"pno": person.pno}).row(0, named=True)
            pairs = {here: row.get(there) for here, there in link.on.items()}
            tests = " AND ".join(f"{identifier(here)} = ${i}" for i, here in enumerate(pairs, 1))
            store.connection.execute(f"DELETE FROM {identifier(table)} WHERE {tests}", list(pairs.values()))
        store.changed[table] += 1


def _suppressions(store: DuckStore, person: Person, salt: str) -> None:
    """Keep of suppressed addresses only what knows them again."""
    for address in person.every_address:
        params = {"address": address, "hashed": hashed(salt, address)}
        store.connection.execute(
            "UPDATE suppression SET address = $hashed WHERE lower(address) = lower($address)", params
        )
        store.connection.execute("DELETE FROM soft_bounce WHERE lower(address) = lower($address)", {"address": address})


def _work(store: DuckStore, people: Sequence[Person]) -> None:
    """Delete people's rows in the work tables of campaigns; targets keep their places, and nothing else."""
    words = [word for person in people for word in (*person.ids, *person.every_address)]
    for table in store.tables("work_"):
        names = text_columns(store, table)
        tests = [f"{identifier(name)} IN $words" for name in names]
        numbers = [name for name in store.columns(table) if name in ("_pno", "_to")]
        params: dict[str, object] = {"words": words} if names else {}
        if numbers:
            tests += [f"{identifier(name)} IN $pnos" for name in numbers]
            params["pnos"] = [person.pno for person in people]
        if tests:
            store.connection.execute(f"DELETE FROM {identifier(table)} WHERE {' OR '.join(tests)}", params)
    for table in store.tables("targets_"):
        sets = ", ".join(f"{identifier(name)} = NULL" for name in (*text_columns(store, table), "_to"))
        pnos = [person.pno for person in people]
        store.connection.execute(f'UPDATE {identifier(table)} SET {sets} WHERE "_to" IN $pnos', {"pnos": pnos})


def _mentions(store: DuckStore, people: Sequence[Person]) -> None:
    """Delete refused items and kept answers that name people, and take their addresses out of what is about others."""
    words = [word for person in people for word in (*person.ids, *person.every_address)]
    pattern = f"(?i)(^|{TOKEN})({'|'.join(map(re.escape, words))})($|{TOKEN})"
    for table, names in {
        "reject": ("item", "reason"),
        "cached": ("params", "fields"),
        "campaign_signal": ("parameters",),
    }.items():
        tests = " OR ".join(f"regexp_matches(coalesce({name}, ''), $pattern)" for name in names)
        store.connection.execute(f"DELETE FROM {table} WHERE {tests}", {"pattern": pattern})
    store.connection.execute(
        "UPDATE undeclared SET example = NULL WHERE regexp_matches(coalesce(example, ''), $pattern)",
        {"pattern": pattern},
    )
    addresses = [address for person in people for address in person.every_address if len(address) >= SHORTEST]
    if not addresses:
        return
    found = {"pattern": address_pattern(addresses)}
    for table in ("event", "message", "passage", "held", "queued", "call"):
        for name in text_columns(store, table):
            column = identifier(name)
            if name not in ("name", "target", "key"):
                store.connection.execute(
                    f"UPDATE {table} SET {column} = regexp_replace({column}, $pattern, 'erased', 'g') "
                    f"WHERE regexp_matches({column}, $pattern)", found,
                )  # fmt: skip


def address_pattern(addresses: Iterable[str]) -> str:
    """Return a regular expression that finds addresses, in any case."""
    return f"(?i){'|'.join(map(re.escape, addresses))}"


def note_erasure(store: DuckStore, people: Sequence[Person], at: object, offset: int, salt: str) -> int:
    """Note an erasure that is not through with the log yet; return its number."""
    [(no,)] = store.connection.execute("SELECT coalesce(max(no), 0) + 1 FROM erasure").fetchall()
    ids = [id for person in people for id in person.ids]
    addresses = [address for person in people for address in person.every_address]
    named = [digest_of(salt, id) for id in ids]
    store.connection.execute(
        "INSERT INTO erasure VALUES ($no, $at, $offset, $digests, $ids, $addresses, 'rows')",
        {"no": no, "at": at, "offset": offset, "digests": named, "ids": ids, "addresses": addresses},
    )
    return int(no)
