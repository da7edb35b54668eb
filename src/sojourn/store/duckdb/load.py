"""Reading the state of a batch's profiles out of DuckDB."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from sojourn.model.reasons import DISCARD_REASONS
from sojourn.model.state import SCHEMAS, Needs, State, conform
from sojourn.store.duckdb.store import DuckStore

ALWAYS = ("passage", "held", "queued", "turn")
BY_BATCH = (
    "passage", "held", "queued", "turn", "consent", "member", "feedback", "conversion", "watched", "inside_fence",
    "message", "event", "soft_bounce", "discard", "passage_end", "suppression",
)  # fmt: skip
BY_PROFILE = "SEMI JOIN batch b ON b.pno = t.pno"


def load_state(store: DuckStore, profiles: pl.Series, needs: Needs, *, messages_since: datetime | None = None) -> State:
    """Load what a program needs to know about these profiles.

    Parameters
    ----------
    profiles : Series of Int64
        Numbers of the profiles; their attributes are read when somebody needs them.
    messages_since : datetime, optional
        Earlier messages are left out, unless the program needs receipts of all times.
    """
    batch = pl.DataFrame({"pno": profiles})
    filled = _filled(store)
    with store.frames(batch=batch):
        loaded = {table: _table(store, table) for table in (*ALWAYS, *_wanted(needs)) if table in filled}
        if (needs.receipts or messages_since) and "message" in filled:
            loaded["message"] = _messages(store, needs, messages_since)
        if needs.history and "event" in filled:
            loaded["event"] = _events(store, needs.history)
        if needs.bounces and "soft_bounce" in filled:
            loaded["soft_bounce"] = _soft_bounces(store)
        if needs.control and "discard" in filled:
            loaded["discard"] = _control(store)
        if needs.left and "passage_end" in filled:
            loaded["left"] = _left(store)
        if "suppression" in filled:
            loaded["suppression"] = _suppressions(store, needs)
        state = State(pl.DataFrame({"_pno": profiles}), loaded)
        state.columns = frozenset(store.columns("profile")) - {"_pno", "_created_at"}
        state.fetch = lambda names: _profiles(store, profiles, names)
        state.rows = {entity: store.read(f'SELECT * FROM "rows_{entity}"') for entity in needs.entities}
    return state


def _filled(store: DuckStore) -> set[str]:
    """Return the tables that have, or had, a row at all: one short query saves a join for each of the others."""
    empty = [table for table in BY_BATCH if table not in store.filled]
    query = " UNION ALL ".join(f"(SELECT '{table}' FROM {table} LIMIT 1)" for table in empty)
    store.filled.update(str(row[0]) for row in (store.connection.execute(query).fetchall() if empty else ()))
    return store.filled


def _wanted(needs: Needs) -> list[str]:
    tables = ["consent"]
    if needs.members:
        tables.append("member")
    if needs.receipts or needs.engagement:
        tables.append("feedback")
    if needs.receipts:
        tables.append("conversion")
    if needs.watched:
        tables.append("watched")
    if needs.fences:
        tables.append("inside_fence")
    return tables


def _table(store: DuckStore, table: str) -> pl.DataFrame:
    columns = ", ".join(f't."{name}"' for name in SCHEMAS[table])
    return store.read(f'SELECT {columns} FROM "{table}" t {BY_PROFILE}')


def _profiles(store: DuckStore, profiles: pl.Series, names: list[str]) -> pl.DataFrame:
    columns = ", ".join(f't."{name}"' for name in ("_pno", *names))
    with store.frames(asked=pl.DataFrame({"pno": profiles})):
        return store.read(f"SELECT {columns} FROM profile t SEMI JOIN asked a ON a.pno = t._pno")


def _messages(store: DuckStore, needs: Needs, since: datetime | None) -> pl.DataFrame:
    columns = ", ".join(f't."{name}"' for name in SCHEMAS["message"] if name not in ("entry", "vars"))
    limit = "" if needs.receipts else "AND t.at >= $since"
    query = f"""
        SELECT {columns} FROM message t {BY_PROFILE}
        WHERE t.no NOT IN (SELECT no FROM unsent) {limit}
    """
    return conform("message", store.read(query, {} if needs.receipts else {"since": since}))


def _events(store: DuckStore, names: frozenset[str]) -> pl.DataFrame:
    listed = ", ".join("'" + name.replace("'", "''") + "'" for name in sorted(names))
    return store.read(
        f'SELECT t."offset", t.pno, t.name, t.at, t.data FROM event t {BY_PROFILE} WHERE t.name IN ({listed})'
    )


def _left(store: DuckStore) -> pl.DataFrame:
    return store.read(
        f"SELECT t.doc, t.pno, t.key, max(t.left_at) AS left_at FROM passage_end t {BY_PROFILE} GROUP BY ALL"
    )


def _control(store: DuckStore) -> pl.DataFrame:
    reason = DISCARD_REASONS.index("control_group")
    columns = ", ".join(f't."{name}"' for name in SCHEMAS["discard"])
    return store.read(f"SELECT {columns} FROM discard t {BY_PROFILE} WHERE t.reason = {reason}")


def _suppressions(store: DuckStore, needs: Needs) -> pl.DataFrame:
    if needs.all_suppressions:
        return store.read("SELECT * FROM suppression")
    return _by_address(store, "suppression")


def _soft_bounces(store: DuckStore) -> pl.DataFrame:
    return _by_address(store, "soft_bounce")


def _by_address(store: DuckStore, table: str) -> pl.DataFrame:
    known = [name for name in ("email", "phone", "push_token") if name in store.columns("profile")]
    if not known:
        return pl.DataFrame(schema=dict(SCHEMAS[table]))
    addresses = " UNION ALL ".join(
        f'SELECT t."{name}" AS address FROM profile t SEMI JOIN batch b ON b.pno = t._pno' for name in known
    )
    return store.read(f"SELECT s.* FROM {table} s WHERE lower(s.address) IN (SELECT lower(address) FROM ({addresses}))")
