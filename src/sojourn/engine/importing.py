"""Rows of files into the store: a chunk is one transaction, and starts nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

import duckdb
import polars as pl

from sojourn.engine.processor import Processor
from sojourn.engine.refusals import keep_rejects
from sojourn.expr.directory import EntitySpec
from sojourn.model.errors import SojournError, did_you_mean
from sojourn.store.duckdb import DuckStore
from sojourn.store.duckdb.commit import insert

EVENTS: Final = "events"
PROFILES: Final = "profiles"
EVENT_COLUMNS: Final = {"profile_id", "name", "occurred_at", "message_id", "data"}


class UnknownTarget(SojournError):
    """What is to be imported is not declared."""

    code = "IMPORT-001"

    def __init__(self, target: str, known: Sequence[str]) -> None:
        near = did_you_mean(target, [*known, EVENTS, PROFILES])
        super().__init__(
            f"`{target}` is neither `profiles`, `events` nor an entity{near}", hint="declare the entity first"
        )


class ImportOrder(SojournError):
    """A chunk does not continue what was taken before."""

    code = "IMPORT-002"

    def __init__(self, expected: int, came: int) -> None:
        super().__init__(
            f"rows up to {expected} were taken, and this chunk begins after {came}: another import of the file runs",
            hint="wait for it, or start again to go on behind it",
        )


class BadChunk(SojournError):
    """A chunk's rows are not what the file's reader makes for this workspace."""

    code = "IMPORT-003"

    def __init__(self, target: str, why: str) -> None:
        super().__init__(
            f"the rows do not fit `{target}`: {why}", hint="read the file with a `sojourn` of the server's version"
        )


@dataclass(frozen=True)
class Progress:
    """How far the import of a file is.

    Attributes
    ----------
    rows : int
        Rows of the file that were read, good and bad.
    rejected : int
        Bad ones.
    done : bool
        Whether the file was read to its end.
    """

    rows: int = 0
    rejected: int = 0
    done: bool = False


@dataclass(frozen=True)
class Load:
    """One chunk of a file.

    Attributes
    ----------
    target : str
        `profiles`, `events` or the id of an entity.
    fingerprint : str
        Tells the file from others.
    good : DataFrame
        As `ingest.files.Chunk`.
    rejects : sequence
        With `source`, `line`, `code`, `reason`, `item`.
    start, position : int
        Rows of the file before and at the end of this chunk.
    done : bool
        Nothing comes after it.
    """

    target: str
    fingerprint: str
    good: pl.DataFrame
    rejects: Sequence[Any]
    start: int
    position: int
    done: Literal[True, False] = False


def progress(store: DuckStore, fingerprint: str) -> Progress:
    """Return how far the import of a file is."""
    found = store.connection.execute(
        "SELECT rows, rejected, done FROM import_progress WHERE fingerprint = ?", [fingerprint]
    ).fetchall()
    return Progress(*found[0]) if found else Progress()


def forget(store: DuckStore, fingerprint: str) -> None:
    """Let a file be imported from its beginning again."""
    store.connection.execute("DELETE FROM import_progress WHERE fingerprint = ?", [fingerprint])


def load(processor: Processor, chunk: Load, now: datetime) -> Progress:
    """Take a chunk, with the progress of its file, in one transaction.

    Raises
    ------
    UnknownTarget
        Nothing was taken.
    ImportOrder
        The chunk is not the next one of its file.
    BadChunk
        No reader has made it; nothing was taken.
    """
    try:
        return _load(processor, chunk, now)
    except (pl.exceptions.PolarsError, duckdb.DataError, duckdb.ProgrammingError, duckdb.IntegrityError) as error:
        raise BadChunk(chunk.target, str(error).splitlines()[0][:300]) from error


def _load(processor: Processor, chunk: Load, now: datetime) -> Progress:
    store = processor.store
    with store.transaction():
        before = progress(store, chunk.fingerprint)
        if before.rows != chunk.start:
            raise ImportOrder(before.rows, chunk.start)
        if chunk.good.height:
            _take(processor, chunk, now)
            processor.audiences.forget()
        keep_rejects(store, [now] * len(chunk.rejects), chunk.rejects)
        after = Progress(chunk.position, before.rejected + len(chunk.rejects), chunk.done)
        _note(store, chunk.fingerprint, after, now)
        if chunk.done:
            processor.watch(now)
    return after


def _note(store: DuckStore, fingerprint: str, after: Progress, now: datetime) -> None:
    forget(store, fingerprint)
    store.connection.execute(
        "INSERT INTO import_progress VALUES (?, ?, ?, ?, ?)", [fingerprint, after.rows, after.rejected, after.done, now]
    )


def _take(processor: Processor, chunk: Load, now: datetime) -> None:
    entities = processor.audiences.directory.entities
    _check(chunk, entities)
    if chunk.target == PROFILES:
        put_profiles(processor, chunk.good, now)
    elif chunk.target == EVENTS:
        put_events(processor, chunk.good, now)
    elif chunk.target in entities and chunk.target != "profile":
        put_rows(processor.store, chunk.target, entities[chunk.target], _of_kept(processor, chunk))
    else:
        raise UnknownTarget(chunk.target, list(entities))


def _check(chunk: Load, entities: Mapping[str, EntitySpec]) -> None:
    """Raise where rows have columns that no reader makes, or lack their key: the store would take some of them."""
    entity = entities.get("profile" if chunk.target == PROFILES else chunk.target)
    if chunk.target == EVENTS:
        known, key = EVENT_COLUMNS, {"profile_id", "name", "occurred_at", "data"}
    elif entity is not None:
        known, key = {*entity.attributes, entity.key, "_op"}, {entity.key}
    else:
        return
    found = set(chunk.good.columns)
    if strange := sorted(found - known):
        raise BadChunk(chunk.target, f"it has no column `{strange[0]:.60}`")
    if lacking := sorted(key - found):
        raise BadChunk(chunk.target, f"the column `{lacking[0]}` is not there")
    if any(chunk.good[name].has_nulls() for name in key):
        raise BadChunk(chunk.target, "a row has no key")


def _of_kept(processor: Processor, chunk: Load) -> pl.DataFrame:
    """Return rows that name profiles by the ids under which these are kept."""
    spec, aliases = processor.audiences.directory.entities[chunk.target], processor.store.aliases
    columns = [name for name in spec.profile_columns if name in chunk.good.columns]
    return chunk.good.with_columns(
        aliases.canonical(chunk.good[name]) for name in columns if chunk.good[name].dtype == pl.String
    )


# ---- profiles --------------------------------------------------------------------------------------------------------


def put_profiles(processor: Processor, rows: pl.DataFrame, now: datetime) -> None:
    """Insert or update profiles; an empty cell keeps what is there, the last row of a profile counts."""
    store = processor.store
    rows = _merged(rows, "profile_id")
    known = _known(store, rows["profile_id"])
    fresh = rows.join(known, on="profile_id", how="anti", maintain_order="left")
    _create(processor, fresh, now)
    present = rows.join(known, on="profile_id", how="inner").rename({"pno": "_pno"})
    if present.height:
        names = [name for name in rows.columns if name != "profile_id" and present[name].null_count() < present.height]
        if names:
            sets = ", ".join(f'"{name}" = coalesce(fresh."{name}", profile."{name}")' for name in names)
            with store.frames(fresh=present):
                store.connection.execute(f"UPDATE profile SET {sets} FROM fresh WHERE profile._pno = fresh._pno")


def _create(processor: Processor, rows: pl.DataFrame, now: datetime) -> None:
    if not rows.height:
        return
    first = processor.next_pno
    numbers = pl.int_range(first, first + rows.height, dtype=pl.Int64, eager=True).alias("_pno")
    at = pl.lit(now).cast(pl.Datetime("us", "UTC")).alias("_created_at")
    insert(processor.store, "profile", rows.with_columns(numbers, at))
    processor.next_pno = first + rows.height
    processor.store.set_meta({"pno": str(processor.next_pno)})


def _known(store: DuckStore, ids: pl.Series) -> pl.DataFrame:
    """Return `profile_id` and `pno` of those of these profiles that exist."""
    return pl.DataFrame([ids.alias("profile_id"), store.resolve(ids).alias("pno")]).drop_nulls("pno")


def _merged(rows: pl.DataFrame, key: str) -> pl.DataFrame:
    """Return one row for each key: of every column the last value that is there."""
    if not rows[key].is_duplicated().any():
        return rows
    return rows.group_by(key, maintain_order=True).agg(pl.exclude(key).drop_nulls().last()).select(rows.columns)


# ---- events ----------------------------------------------------------------------------------------------------------


def put_events(processor: Processor, rows: pl.DataFrame, now: datetime) -> None:
    """Append events to the history; profiles that are not known yet are made."""
    store = processor.store
    ids = rows.select("profile_id").unique(maintain_order=True)
    known = _known(store, ids["profile_id"])
    fresh = ids.join(known, on="profile_id", how="anti", maintain_order="left")
    first = processor.next_pno
    _create(processor, fresh, now)
    made = fresh.with_columns(pl.int_range(first, first + fresh.height, dtype=pl.Int64, eager=True).alias("pno"))
    numbered = rows.join(pl.concat([known, made]), on="profile_id", how="inner", maintain_order="left")
    below = int(store.meta("import_offset", "0")) - numbered.height
    offsets = pl.int_range(below, below + numbered.height, dtype=pl.Int64, eager=True).alias("offset")
    insert(store, "event", numbered.select(offsets, "pno", "name", pl.col("occurred_at").alias("at"), "data"))
    store.set_meta({"import_offset": str(below)})


# ---- other entities --------------------------------------------------------------------------------------------------


def put_rows(store: DuckStore, entity: str, spec: EntitySpec, rows: pl.DataFrame) -> None:
    """Insert, update or delete rows by their key; an empty cell keeps what is there, the last row of a key counts."""
    if "_op" in rows.columns:
        rows = _without_deleted(store, entity, spec, rows)
    rows = _merged(rows, spec.key)
    table, key = f'"rows_{entity}"', f'"{spec.key}"'
    columns = ", ".join(f'coalesce(f."{name}", t."{name}") AS "{name}"' for name in rows.columns)
    with store.frames(fresh=rows):
        merged = store.connection.sql(f"SELECT {columns} FROM fresh f LEFT JOIN {table} t ON t.{key} = f.{key}").pl()
        store.connection.execute(f"DELETE FROM {table} USING fresh WHERE {table}.{key} = fresh.{key}")
    insert(store, f"rows_{entity}", merged)


def _without_deleted(store: DuckStore, entity: str, spec: EntitySpec, rows: pl.DataFrame) -> pl.DataFrame:
    """Delete the rows whose key a file deletes, and return those that it writes after that."""
    numbered = rows.with_row_index("_place")
    deleted = numbered.filter(pl.col("_op") == "d").group_by(spec.key).agg(pl.col("_place").max().alias("_gone"))
    if deleted.height:
        with store.frames(gone=deleted.select(spec.key)):
            key = f'"{spec.key}"'
            store.connection.execute(f'DELETE FROM "rows_{entity}" USING gone WHERE "rows_{entity}".{key} = gone.{key}')
        store.changed[f"rows_{entity}"] += 1
    later = numbered.join(deleted, on=spec.key, how="left", maintain_order="left")
    later = later.filter((pl.col("_op") == "u") & (pl.col("_place") > pl.col("_gone").fill_null(-1)))
    return later.drop("_place", "_gone", "_op")
