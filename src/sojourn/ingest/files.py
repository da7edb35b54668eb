"""Read files for import: chunks of typed rows, and the rows that do not fit."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import polars as pl

from sojourn.ingest.csv_file import CsvFile
from sojourn.ingest.file_error import FileError
from sojourn.ingest.ndjson_file import NdjsonFile
from sojourn.ingest.parquet_file import ParquetFile
from sojourn.ingest.plan import Plan, entity_plan, event_plan
from sojourn.ingest.reject import Reject
from sojourn.ingest.source import Naming, Rows, Source, literal
from sojourn.model.entity import Entity
from sojourn.model.instants import parse_zone

CHUNK_ROWS = 50_000
HEAD_BYTES = 1 << 16
NDJSON = (".ndjson", ".jsonl", ".json")


@dataclass(frozen=True, slots=True)
class Events:
    """What a file of events is read to.

    Attributes
    ----------
    properties : mapping
        Declared types of properties by name, for files whose properties are columns of text; those of other names
        stay text.
    """

    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is read.

    Attributes
    ----------
    renamed : mapping
        New names of columns by the old ones (`--map`); an empty one leaves the column out.
    timezone : str, optional
        Zone of instants that name none; without it these are rejected.
    encoding : str
        Of a CSV file.
    chunk_rows : int
        Rows in a chunk, of CSV lines.
    """

    renamed: Mapping[str, str] = field(default_factory=dict)
    timezone: str | None = None
    encoding: str = "utf-8"
    chunk_rows: int = CHUNK_ROWS


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of a file.

    Attributes
    ----------
    first_line : int
        Line of the first good row; 0 when there is none.
    good : pl.DataFrame
        The rows that fit. Of an entity: its columns. Of events: `occurred_at`, `profile_id`, `name`, `message_id`,
        `data` (JSON object).
    rejects : list of Reject
        The rows that do not, in order of their lines.
    position : int
        Rows of the file up to the end of this chunk, good and bad: where to go on (`skip_rows`).
    """

    first_line: int
    good: pl.DataFrame
    rejects: list[Reject]
    position: int


def read_file(
    path: Path, target: Entity | Events, options: Options | None = None, skip_rows: int = 0
) -> Iterator[Chunk]:
    """Read a CSV, NDJSON or Parquet file, told by its ending.

    Parameters
    ----------
    path : Path
        The file.
    target : Entity or Events
        What its rows are.
    options : Options, optional
        How it is read.
    skip_rows : int
        Rows that were read before (`Chunk.position`).

    Returns
    -------
    iterator of Chunk
        In the order of the file; memory is bounded by the chunk.

    Raises
    ------
    FileError
        When the file as a whole cannot be imported; before the first chunk, but for a wrong encoding further on.
    """
    options = options or Options()
    source = open_source(path, options)
    plan = plan_of(target, source, options, path.name)
    return convert(source, plan, options, skip_rows, path.name)


def fingerprint(path: Path) -> str:
    """Return what tells this state of this file from others: of its size, change and first 64 KiB."""
    stat = path.stat()
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    return hashlib.sha256(f"{stat.st_size} {stat.st_mtime_ns} ".encode() + head).hexdigest()


def open_source(path: Path, options: Options) -> Source:
    """Return the reader of a file."""
    if not path.is_file():
        raise FileError(path.name, "there is no such file", "check the path")
    ending = path.suffix.lower()
    if ending in (".csv", ".tsv", ".txt"):
        return CsvFile(path, options.encoding)
    if ending in NDJSON:
        return NdjsonFile(path)
    if ending == ".parquet":
        return ParquetFile(path)
    raise FileError(path.name, f"the ending `{ending}` is not known", "name it .csv, .ndjson or .parquet")


def plan_of(target: Entity | Events, source: Source, options: Options, file: str) -> Plan:
    """Return what becomes of a row."""
    naming, zoned = Naming(options.renamed), options.timezone is None
    if isinstance(target, Events):
        return event_plan(source, naming, target.properties, file, zoned)
    return entity_plan(target, source, naming, file, zoned)


def convert(source: Source, plan: Plan, options: Options, skip_rows: int, file: str) -> Iterator[Chunk]:
    """Yield the rows of a source in their types."""
    query, position = plan.query(source), skip_rows
    with duckdb.connect() as connection:
        connection.execute(f"set TimeZone = {literal(parse_zone(options.timezone or 'UTC'))}")
        for rows in source.chunks(skip_rows, options.chunk_rows):
            connection.register("chunk", rows.frame)
            judged = connection.sql(query).pl()
            connection.unregister("chunk")
            position += rows.count
            yield to_chunk(judged, rows, position, file)


def to_chunk(judged: pl.DataFrame, rows: Rows, position: int, file: str) -> Chunk:
    """Part the rows that fit from those that do not."""
    bad = judged.filter(pl.col("_problem").is_not_null()).select("_line", "_problem")
    good = judged.filter(pl.col("_problem").is_null())
    unfit = [rejected(file, line, problem, rows.original(line)) for line, problem in bad.iter_rows()]
    rejects = sorted([*rows.rejects, *unfit], key=lambda reject: reject.line)
    first_line = good["_line"][0] if good.height else 0
    return Chunk(first_line, in_utc(good.drop("_line", "_problem")), rejects, position)


def rejected(file: str, line: int, problem: str, original: str) -> Reject:
    """Return the reject of a row."""
    code, _, reason = problem.partition(": ")
    return Reject(file, line, code, reason, original)


def in_utc(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with its instants in UTC."""
    return frame.with_columns(pl.selectors.datetime(time_zone="*").dt.convert_time_zone("UTC"))
