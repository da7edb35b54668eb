"""The state of one workspace in one DuckDB file.

One thread decides what is written, in one transaction per batch; everybody else reads through `cursor()`. Where it goes
*ahead*, what it commits is written by a thread of its own (`behind.py`), while it reads and folds the next batch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
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
from sojourn.store.duckdb.behind import Behind, Parts
from sojourn.store.duckdb.commit import insert, note_changes, write_meta, write_parts
from sojourn.store.duckdb.errors import Unwritten
from sojourn.store.duckdb.identity import ProfileIndex
from sojourn.store.duckdb.recent import Recent, concerns
from sojourn.store.duckdb.rows import typed_rows
from sojourn.store.duckdb.statements import Statements
from sojourn.store.duckdb.waiting import Waiting

CHECKPOINT: Final = "256MB"
"""Log of the store from which on it is moved into the tables: rarely, as a batch waits for it, and a start reads it."""


class DuckStore:
    """Profiles, events, passages, messages and steps in DuckDB.

    Parameters
    ----------
    path : path or ":memory:"
        The database file; its folder must exist.
    threads : int, optional
        Threads that DuckDB may use; all cores by default.
    """

    def __init__(self, path: str | Path = ":memory:", *, threads: int | None = None) -> None:
        self._path, self._threads = str(path), threads
        self.changed: Counter[str] = Counter()
        """How often entities' rows (`rows_<entity>`), attributes (`profile.<name>`) and the set of profiles changed."""
        self._connect()

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
        self.connection.execute(resources.files(__package__).joinpath("schema.sql").read_text())
        kinds = pl.DataFrame({"kind": range(len(FEEDBACK_KINDS)), "name": FEEDBACK_KINDS})
        self.refill("feedback_kind", kinds)

    def _attach(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._depth, self._open, self._ahead = 0, False, False
        self._parts: Parts = []
        self._behind = Behind(self._write_behind)
        self.recent = Recent()
        self._aside: Statements | None = None
        self._statements = Statements(connection)
        self.forget()

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """Return the connection that writes, when all is written that was committed on this thread.

        Raises
        ------
        Unwritten
            It could not be written; all that is not durable is lost.
        """
        return self.statements.connection

    @connection.setter
    def connection(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._statements = Statements(connection)

    @property
    def statements(self) -> Statements:
        """Return what runs statements on `connection`; it raises the same."""
        self.settle()
        if self._depth and not self._open:
            self._statements.connection.execute("BEGIN")
            self._open = True
            parts, self._parts = self._parts, []
            write_parts(self._statements, parts)
        return self._statements

    def settle(self) -> None:
        """Wait until all that was handed over is durable.

        Raises
        ------
        Unwritten
            It could not be written; all that is not durable is lost.
        """
        error = self._behind.wait()
        if error is not None:
            self._give_up()
            raise Unwritten(error) from error

    @property
    def handed_over(self) -> int:
        """Return how many transactions were handed over."""
        return self._behind.handed

    @property
    def durable(self) -> int:
        """Return how many of those that were handed over are durable: the first ones."""
        return self._behind.durable

    def beside(self) -> Statements:
        """Return a connection that reads while another thread writes, and sees what is durable (see `recent`)."""
        if self._aside is None:
            connection = self._statements.connection.cursor()
            connection.execute("SET TimeZone = 'UTC'")
            self._aside = Statements(connection)
        return self._aside

    @property
    def reads_beside(self) -> bool:
        """Whether what `beside` finds and what `recent` knows together are all that is there."""
        return self._ahead and not self._open

    def forget(self) -> None:
        """Forget what is known of the tables: after a rollback it may be wrong, or after others wrote by SQL."""
        self._known_columns().clear()
        self.aliases = Aliases(self)
        self.index = ProfileIndex(self)
        self.waiting = Waiting(self)
        self._statements = Statements(self._statements.connection)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a connection of its own for a reader in another thread."""
        return self._statements.connection.cursor()

    def reopen(self) -> None:
        """Open the file again, after an error that made DuckDB give it up; cursors must be asked for anew."""
        self.close()
        self._connect()

    def close(self) -> None:
        """Write the last checkpoint and close the file."""
        self._behind.close()
        if self._aside is not None:
            self._aside.connection.close()
        self._statements.connection.close()

    @contextmanager
    def transaction(self, *, ahead: bool = False) -> Iterator[None]:
        """Run statements that count together or not at all; inside another transaction they are part of that.

        Parameters
        ----------
        ahead : bool
            Hand over what is committed, and go on: it is durable when `durable` has reached what `handed_over` is then.
            An error shows when the store is used next, as `Unwritten`.
        """
        if self._depth:
            yield
            return
        was_ahead = self._ahead
        try:
            self._begin(ahead)
            yield
            self._end()
        except BaseException as error:
            lost = self._behind.wait()
            self._give_up()
            if lost is not None and not isinstance(error, Unwritten):
                raise Unwritten(lost) from lost
            raise
        finally:
            self._depth, self._open, self._ahead = 0, False, was_ahead

    def _begin(self, ahead: bool) -> None:
        self._depth, self._open, self._ahead = 1, False, ahead
        if not ahead:
            _ = self.statements

    def _end(self) -> None:
        if self._open:
            self.connection.execute("COMMIT")
            self._open = False
        elif self._parts:
            self._behind.hand(self.recent.put(self._parts))
            self._parts = []

    def _write_behind(self, parts: Parts) -> None:
        connection = self._statements.connection
        connection.execute("BEGIN")
        try:
            write_parts(self._statements, parts)
            connection.execute("COMMIT")
        except BaseException:
            with suppress(duckdb.Error):  # a failed commit has rolled back already
                connection.execute("ROLLBACK")
            raise

    def _give_up(self) -> None:
        """Undo what is not durable, and forget what was known because of it."""
        self._parts = []
        self.recent.clear()
        self.forget()
        with suppress(duckdb.Error):  # a failed commit has rolled back already
            self._statements.connection.execute("ROLLBACK")

    @contextmanager
    def ahead(self) -> Iterator[None]:
        """Make each commit a transaction of its own that is handed over; at the end all of them are durable.

        In a transaction, what came before is committed first.
        """
        before = self._depth, self._ahead
        self._end()
        self._depth, self._ahead = 0, True
        try:
            yield
        finally:
            self._depth, self._ahead = before
        self.settle()
        if self._depth:
            self._begin(self._ahead)

    def attempt(self, work: Callable[[], None]) -> None:
        """Do work whose failure undoes its own writes only; in a transaction, what came before is committed first."""
        if not self._depth:
            with self.transaction():
                work()
            return
        self._turn()
        try:
            work()
            self._turn()
        except BaseException:
            self._behind.wait()
            self._give_up()
            self._open = False
            raise

    def _turn(self) -> None:
        """End a transaction and begin the next."""
        _ = self.statements
        self._end()
        self.recent.clear()

    def meta(self, name: str, default: str = "") -> str:
        """Return a value of the `meta` table."""
        rows = self.run("SELECT value FROM meta WHERE name = ?", [name])
        return str(rows[0][0]) if rows else default

    def set_meta(self, values: Mapping[str, str]) -> None:
        """Write values of the `meta` table, inside a transaction if one is open."""
        write_meta(self.statements, values)

    def declare(self, profile: Mapping[str, str], entities: Mapping[str, Mapping[str, str]]) -> None:
        """Give the profile and the entity tables the columns that the documents declare.

        Columns are added and never dropped, so a document that forgets an attribute loses no data.
        """
        self._add_columns("profile", {name: kind for name, kind in profile.items() if name != "profile_id"})
        for entity, attributes in entities.items():
            columns = ", ".join(f'"{name}" {sql_type(kind)}' for name, kind in attributes.items())
            self.connection.execute(f'CREATE TABLE IF NOT EXISTS "rows_{entity}" ({columns})')
            self._add_columns(f"rows_{entity}", attributes)

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
        """Insert rows of entities and profiles; return the next free profile number."""
        for entity, rows in tables.items():
            frame = typed_rows(rows, entities[entity].attributes)
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
            if self.reads_beside:
                self._parts.append((changes, meta))
            else:
                write_parts(self.statements, [(changes, meta)])
            self.changed.update(f"profile.{name}" for name in changes.written)
            self.changed["profiles"] += len(changes.created)

    def source(self, *tables: str) -> Statements:
        """Return what reads tables as they are; it need not wait where nothing on its way concerns them."""
        pending = self.unseen()
        if pending is None or any(concerns(changes, table) for changes in pending for table in tables):
            return self.statements
        return self.beside()

    def unseen(self) -> list[Changes] | None:
        """Return the changes that a query `beside` may not see; None: there is more that it would not see."""
        if not self.reads_beside:
            return None
        return [*self.recent.pending(), *(changes for changes, _ in self._parts)]


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
