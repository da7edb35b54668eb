"""Taking people out of the tables; counts of messages and steps stay, and say nothing about a person (ADR 0016)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from sojourn.expr.directory import EntitySpec
from sojourn.expr.names import identifier
from sojourn.model.erasure import ERASED, Mentions, digest_of
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
SELECT if(t.doc IS NULL, m.no, m.passage), m.doc, m.node, m.pno, m.channel, $at, $reason
FROM (FROM message SEMI JOIN outbox USING (no) WHERE pno IN $pnos) m
LEFT JOIN campaign_task t ON t.doc = m.doc AND m.passage BETWEEN t.first_no AND t.last_no
"""
"""Discards instead of messages that were not handed over: those of a campaign's run under their targets' numbers."""
TOKEN: Final = "[^A-Za-z0-9_.@+-]"
"""What stands between an id or address and the rest of a text."""
OTHERWISE: Final = frozenset([
    "document", "meta", "origin", "feedback_kind", "import_progress", "audience_size", "erasure", "suppression",
    "soft_bounce", "identity",
])  # fmt: skip
"""Tables that say nothing about people, or of which is decided elsewhere what becomes of them."""


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
    store.connection.execute(
        "DELETE FROM dead_letter USING message WHERE dead_letter.no = message.no AND pno IN $pnos", {"pnos": numbers}
    )
    for table in _tables_with(store, "pno"):
        if table in FACTS:
            _empty_texts(store, table, numbers)
        else:
            store.connection.execute(f"DELETE FROM {identifier(table)} WHERE pno IN $pnos", {"pnos": numbers})
    _work(store, people)
    _mentions(store, people, entities)
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
            if set(link.on.values()) == {"profile_id"}:
                for here in link.on:
                    gone = f"DELETE FROM {identifier(table)} WHERE list_contains($ids, {identifier(here)}::VARCHAR)"
                    store.connection.execute(gone, {"ids": list(person.ids)})
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


def _mentions(store: DuckStore, people: Sequence[Person], entities: Mapping[str, EntitySpec]) -> None:
    """Delete refused items and kept answers that name people, and take them out of what is about others."""
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
    addresses = [address for person in people for address in person.every_address]
    for id, entity in entities.items():
        if id != "profile" and store.columns(f"rows_{id}"):
            test = f"list_contains($addresses, lower({identifier(entity.key)}::VARCHAR))"
            told = {"addresses": [address.lower() for address in addresses]}
            store.connection.execute(f"DELETE FROM {identifier(f'rows_{id}')} WHERE {test}", told)
    mentions = Mentions([id for person in people for id in person.ids], addresses)
    if mentions.words:
        for table in store.tables(""):
            if table not in OTHERWISE:
                keys = [entities[table[5:]].key] if table.startswith("rows_") and table[5:] in entities else []
                _unname(store, table, mentions, {"profile_id", *keys})


def _unname(store: DuckStore, table: str, mentions: Mentions, ids: Collection[str]) -> None:
    """Take people out of the texts of a table, but for the columns that say which row is which."""
    query = "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = $table AND data_type IN $types"
    types = ["VARCHAR", "VARCHAR[]"]
    told: dict[str, object] = {f"p{place}": pattern for place, pattern in enumerate(mentions.patterns)}
    told |= {"quick": mentions.quick, "ids": mentions.long_ids}
    for name, type_ in store.connection.execute(query, {"table": table, "types": types}).fetchall():
        if name not in ids:
            column = identifier(name)
            fresh, test = (_of_text if type_ == "VARCHAR" else _of_list)(column, len(mentions.patterns))
            store.connection.execute(f"UPDATE {identifier(table)} SET {column} = {fresh} WHERE {test}", told)


def _of_text(column: str, patterns: int) -> tuple[str, str]:
    """Return SQL for a text that names nobody, and for whether it may name somebody."""
    fresh = column
    for place in range(patterns):
        fresh = f"regexp_replace({fresh}, $p{place}, '\\1{ERASED}\\2', 'g')"
    fresh = f"CASE WHEN list_contains($ids, {column}) THEN '{ERASED}' ELSE {fresh} END"
    return fresh, f"regexp_matches({column}, $quick) OR list_contains($ids, {column})"


def _of_list(column: str, patterns: int) -> tuple[str, str]:
    fresh, _ = _of_text("x", patterns)
    joined = f"array_to_string({column}, ' ')"
    test = f"regexp_matches({joined}, $quick) OR list_has_any({column}, $ids)"
    return f"list_transform({column}, lambda x: {fresh})", test


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
