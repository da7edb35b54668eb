"""The state of one workspace in one DuckDB file.

One thread decides what is written, in one transaction per batch; everybody else reads through `cursor()`. Where it goes
*ahead*, what it commits is written by a thread of its own (`behind.py`), while it reads and folds the next batch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from sojourn.expr.directory import EntitySpec
from sojourn.model.reasons import FEEDBACK_KINDS
from sojourn.model.state import INSTANT, Changes, sql_type
from sojourn.store.duckdb.aliases import Aliases
from sojourn.store.duckdb.commit import insert, note_changes, write_meta
from sojourn.store.duckdb.evolution import evolve
from sojourn.store.duckdb.identity import ProfileIndex
from sojourn.store.duckdb.person import SALT
from sojourn.store.duckdb.rows import typed_rows
from sojourn.store.duckdb.waiting import Waiting
from sojourn.store.duckdb.writing import Writing

CHECKPOINT: Final = "256MB"
"""Log of the store from which on it is moved into the tables: rarely, as a batch waits for it, and a start reads it."""


class DuckStore(Writing):
    """Profiles, events, passages, messages and steps in DuckDB.

    Parameters
    ----------
    path : path or ":memory:"
        The database file; its folder must exist.
    threads : int, optional
        Threads that DuckDB may use; all cores by default.
    memory : str, optional
        Memory that DuckDB may use, such as ``2 GiB`` or ``40%`` of the machine's; 80 % by default.
    """

    def __init__(self, path: str | Path = ":memory:", *, threads: int | None = None, memory: str | None = None) -> None:
        self._path, self._threads, self._memory = str(path), threads, memory
        self.changed: Counter[str] = Counter()
        """How often entities' rows (`rows_<entity>`), attributes (`profile.<name>`) and the set of profiles changed."""
        self._connect()

    @property
    def path(self) -> str:
        """Return the database file, or ``:memory:``."""
        return self._path

    def _connect(self) -> None:
        self._attach(duckdb.connect(self._path))
        self.connection.execute("SET TimeZone = 'UTC'")
        self.connection.execute("SET preserve_insertion_order = true")
        # It pulls casts out of TRY: one row that does not fit would fail a whole table.
        self.connection.execute("SET disabled_optimizers = 'common_subexpressions'")
        # A statement reads the frame `given` of `read` and `write`, whoever stands between them and the connection.
        self.connection.execute("SET python_scan_all_frames = true")
        self.connection.execute(f"SET checkpoint_threshold = '{CHECKPOINT}'")
        if self._threads:
            self.connection.execute(f"SET threads = {int(self._threads)}")
        if self._memory:
            self.connection.execute(f"SET memory_limit = '{self._memory}'")
        self.connection.execute(resources.files(__package__).joinpath("schema.sql").read_text())
        kinds = pl.DataFrame({"kind": range(len(FEEDBACK_KINDS)), "name": FEEDBACK_KINDS})
        self.refill("feedback_kind", kinds)

    def forget(self) -> None:
        """Forget what is known of the tables: after a rollback it may be wrong, or after others wrote by SQL."""
        self._known_columns().clear()
        self.aliases = Aliases(self)
        self.index = ProfileIndex(self)
        self.waiting = Waiting(self)
        self._salt: str | None = None
        super().forget()

    def forget_statements(self) -> None:
        """Forget statements and columns of tables: one was made anew."""
        self._known_columns().clear()
        super().forget()

    def erased(self, numbers: Sequence[int]) -> None:
        """Note that profiles were deleted for good, with all that waited for them."""
        self.index.remove(numbers)
        self.aliases = Aliases(self)
        self.waiting = Waiting(self)
        self._salt = None
        self.changed["profiles"] += 1

    @property
    def salt(self) -> str:
        """Return what is put before addresses that are kept as hashes; empty where there are none."""
        if self._salt is None:
            found = self.beside().read("SELECT value FROM meta WHERE name = $name", {"name": SALT})
            self._salt = str(found["value"][0]) if found.height else ""
        return self._salt

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a connection of its own for a reader in another thread."""
        return self._statements.connection.cursor()

    def reopen(self) -> None:
        """Open the file again, after an error that made DuckDB give it up; cursors must be asked for anew."""
        self.close()
        self._connect()

    def meta(self, name: str, default: str = "") -> str:
        """Return a value of the `meta` table."""
        rows = self.run("SELECT value FROM meta WHERE name = ?", [name])
        return str(rows[0][0]) if rows else default

    def set_meta(self, values: Mapping[str, str]) -> None:
        """Write values of the `meta` table, inside a transaction if one is open."""
        write_meta(self.statements, values)

    def declare(self, profile: Mapping[str, str], entities: Mapping[str, Mapping[str, str]]) -> None:
        """Give the profile and the entity tables the columns that the documents declare.

        Columns are added and never dropped, so a document that forgets an attribute loses no data. Where the type of
        one has changed, its values are converted.

        Raises
        ------
        TypeRefused
            Values would be lost.
        """
        for table, attributes in {"profile": profile, **{f"rows_{id}": own for id, own in entities.items()}}.items():
            if self.columns(table):
                evolve(self, table, attributes)
        self._add_columns("profile", {name: kind for name, kind in profile.items() if name != "profile_id"})
        for entity, attributes in entities.items():
            columns = ", ".join(f'"{name}" {sql_type(kind)}' for name, kind in attributes.items())
            self.connection.execute(f'CREATE TABLE IF NOT EXISTS "rows_{entity}" ({columns})')
            self._add_columns(f"rows_{entity}", attributes)
            evolve(self, f"rows_{entity}", attributes)

    def _add_columns(self, table: str, attributes: Mapping[str, str]) -> None:
        known = set(self.columns(table))
        for name, kind in attributes.items():
            if name not in known:
                self._known_columns().pop(table, None)
                self.connection.execute(f'ALTER TABLE "{table}" ADD COLUMN "{name}" {sql_type(kind)}')

    def columns(self, table: str) -> list[str]:
        """Return the names of a table's columns."""
        known = self._known_columns()
        if table in known:
            return known[table]
        rows = self.connection.execute(
            "SELECT column_name FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index", [table]
        )
        found = [str(row[0]) for row in rows.fetchall()]
        if found:
            known[table] = found
        return found

    def tables(self, prefix: str) -> list[str]:
        """Return the names of the tables that begin with a text."""
        query = "SELECT table_name FROM duckdb_tables() WHERE starts_with(table_name, $prefix) ORDER BY 1"
        return [str(row[0]) for row in self.run(query, {"prefix": prefix})]

    def _known_columns(self) -> dict[str, list[str]]:
        cache: dict[str, list[str]] = self.__dict__.setdefault("_column_cache", {})
        return cache

    def resolve(self, profile_ids: pl.Series) -> pl.Series:
        """Return the number (`pno`) of each of these profiles, null for one that does not exist."""
        return self.index.numbers(profile_ids)

    def read(
        self, query: str, params: Mapping[str, object] | None = None, given: pl.DataFrame | None = None
    ) -> pl.DataFrame:
        """Return the rows of a query with named parameters (`$name`), which may read a frame as the table `given`."""
        return self.statements.read(query, params, given)

    def run(self, statement: str, params: Mapping[str, object] | Sequence[object] = ()) -> list[tuple[object, ...]]:
        """Run a short statement that comes again and again, and return its rows as they are."""
        return self.statements.run(statement, params)

    def write(self, statement: str, given: pl.DataFrame) -> None:
        """Run a statement that reads a frame as the table `given`."""
        self.statements.write(statement, given)

    @contextmanager
    def frames(self, **frames: pl.DataFrame) -> Iterator[None]:
        """Make frames readable as tables of these names for a while."""
        for name, frame in frames.items():
            self.connection.register(name, frame)
        try:
            yield
        finally:
            for name in frames:
                self.connection.unregister(name)

    def inserted(self, table: str, rows: pl.DataFrame) -> None:
        """Note that rows were put into a table."""
        self.waiting.put(table, rows)
        if table == "profile":
            self.index.stale = True

    def refill(self, table: str, frame: pl.DataFrame) -> None:
        """Replace all rows of a small table."""
        self.connection.execute(f'DELETE FROM "{table}"')
        self.write(f'INSERT INTO "{table}" BY NAME SELECT * FROM given', frame)

    def row(self, entity: str, key: str, value: object) -> dict[str, object] | None:
        """Return an entity's row by its key, or None."""
        found = self.read(f'SELECT * FROM "rows_{entity}" WHERE "{key}" = $value', {"value": value})
        return found.row(0, named=True) if found.height else None

    def profiles_with(self, values: Mapping[str, object]) -> list[str]:
        """Return the ids of the profiles that have these values, by name; null matches nobody."""
        tests = " AND ".join(f'"{name}" = ${i}' for i, name in enumerate(values, 1))
        query = f"SELECT profile_id FROM profile WHERE {tests} ORDER BY 1"
        return [str(row[0]) for row in self.connection.execute(query, list(values.values())).fetchall()]

    def put_row(self, entity: str, spec: EntitySpec, row: Mapping[str, object], *, delete: bool = False) -> None:
        """Insert, replace or delete an entity's row; columns that are not given keep their values."""
        before = self.row(entity, spec.key, row.get(spec.key)) or {}
        self.changed[f"rows_{entity}"] += 1
        self.connection.execute(f'DELETE FROM "rows_{entity}" WHERE "{spec.key}" = ?', [row.get(spec.key)])
        if not delete:
            insert(self, f"rows_{entity}", typed_rows([{**before, **row}], spec.attributes))

    def fill_tables(
        self, entities: Mapping[str, EntitySpec], tables: Mapping[str, Sequence[Mapping[str, object]]], at: object
    ) -> int:
        """Insert rows of entities and profiles, of one key the last; return the next free profile number."""
        for entity, rows in tables.items():
            frame = typed_rows(rows, entities[entity].attributes)
            frame = frame.unique(entities[entity].key, keep="last", maintain_order=True)
            if entity == "profile":
                frame = (
                    frame.with_row_index("_pno", 1)
                    .cast({"_pno": pl.Int64})
                    .with_columns(pl.lit(at).alias("_created_at"))
                )
                insert(self, "profile", frame)
            else:
                insert(self, f"rows_{entity}", frame)
        return len(tables.get("profile", ())) + 1

    def note_end(self, doc: int, at: datetime) -> None:
        """Note that those inside a version have been taken out at its end."""
        self.connection.execute("UPDATE document SET ended_at = ? WHERE doc = ?", [at, doc])

    def ended(self) -> set[int]:
        """Return the versions whose end has been taken."""
        rows = self.connection.execute("SELECT doc FROM document WHERE ended_at IS NOT NULL").fetchall()
        return {int(row[0]) for row in rows}

    def inside(self, doc: int) -> pl.Series:
        """Return the numbers of profiles that are inside a document's version or have a message of it held."""
        rows = self.connection.execute(
            "SELECT DISTINCT pno FROM (SELECT pno, doc FROM passage UNION ALL SELECT pno, doc FROM held "
            "UNION ALL SELECT pno, doc FROM queued) t "
            "WHERE t.doc = ? ORDER BY pno",
            [doc],
        ).fetchall()
        return pl.Series("pno", [row[0] for row in rows], dtype=pl.Int64)

    def due(self, before: datetime, limit: int) -> pl.Series:
        """Return the numbers of profiles that have a timer before an instant (aware datetime), `limit` at most."""
        found = self.run(DUE, {"before": before, "limit": limit}) if self._is_due(before) else []
        return pl.Series("pno", [row[0] for row in found], dtype=pl.Int64)

    def _is_due(self, before: datetime) -> bool:
        earliest = self.waiting.earliest()
        return earliest is not None and earliest < before

    def due_in_order(self, before: datetime, limit: int) -> pl.DataFrame:
        """Return `pno` and `due` of profiles that have a timer before an instant, those with the earliest first."""
        found = self.run(DUE_IN_ORDER, {"before": before, "limit": limit}) if self._is_due(before) else []
        return pl.DataFrame(found, schema={"pno": pl.Int64, "due": INSTANT}, orient="row")

    def next_due(self) -> datetime | None:
        """Return the instant of the earliest timer, or None."""
        return self.waiting.next_due()

    def commit(self, changes: Changes, meta: Mapping[str, str]) -> None:
        """Write a batch's changes and the place reached in the log, together.

        Raises
        ------
        duckdb.Error
            When the file cannot be written; nothing of the batch is then stored.
        """
        with self.transaction(ahead=self._ahead):
            note_changes(self, changes)
            self.put(changes, meta)
            self.changed.update(f"profile.{name}" for name in changes.written)
            self.changed["profiles"] += len(changes.created)


DUE = """
SELECT pno FROM (
    SELECT pno FROM passage WHERE wake_at < $before OR ends_at < $before
    UNION
    SELECT pno FROM held WHERE due_at < $before AND hold = 0
    UNION
    SELECT pno FROM queued WHERE due_at < $before
    UNION
    SELECT pno FROM turn WHERE due_at < $before
) LIMIT $limit
"""
DUE_IN_ORDER = """
SELECT pno, min(due) AS due FROM (
    SELECT pno, wake_at AS due, wake_no AS stamp FROM passage WHERE wake_at < $before
    UNION ALL
    SELECT pno, ends_at, no FROM passage WHERE ends_at < $before
    UNION ALL
    SELECT pno, due_at, no FROM held WHERE due_at < $before AND hold = 0
    UNION ALL
    SELECT pno, due_at, no FROM queued WHERE due_at < $before
    UNION ALL
    SELECT pno, due_at, no FROM turn WHERE due_at < $before
) GROUP BY pno ORDER BY min(due), min(stamp), pno LIMIT $limit
"""
