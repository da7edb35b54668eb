"""The files that `sojourn simulate` reads; everything that is wrong is told with file and line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from sojourn.ingest.files import read_file
from sojourn.model.entity import Entity
from sojourn.model.errors import SojournError, did_you_mean
from sojourn.model.instants import format_instant
from sojourn.model.items import ITEM_SCHEMA, ItemError, read_item
from sojourn.workspace import Workspace

CHUNK_ROWS = 50_000
SHOWN = 20
"""Problems that are printed; the rest is counted."""
TABLES = (".csv", ".ndjson", ".parquet")
Row = dict[str, Any]
Tell = Callable[[int], None]


class BadInput(SojournError):
    """A file cannot be used; `problems` has a line for each thing that is wrong."""

    code = "SIM-001"

    def __init__(self, problems: list[str]) -> None:
        shown = problems[:SHOWN] + ([f"… and {len(problems) - SHOWN:,} more"] if len(problems) > SHOWN else [])
        super().__init__("the input cannot be read:\n" + "\n".join(f"  {line}" for line in shown))
        self.problems = problems


def read_items_file(path: Path, start: datetime, tell: Tell) -> tuple[pl.DataFrame, pl.Series]:
    """Read items, one JSON object a line, in order of their instants.

    Parameters
    ----------
    start : datetime
        Nothing may come before it.
    tell : callable
        Gets the bytes of each line that was read.

    Returns
    -------
    frame, Series of Int64
        By `ITEM_SCHEMA`, and the line of each item.

    Raises
    ------
    BadInput
        With the line and the reason of every bad one.
    """
    parts: list[pl.DataFrame] = []
    problems: list[str] = []
    rows: list[Row] = []
    for number, line in _lines(path, tell):
        try:
            rows += ({**item, "line": number} for item in _items(line, start))
        except (ItemError, ValueError) as error:
            problems.append(f"{path.name}:{number}: {error.reason if isinstance(error, ItemError) else error}")
        if len(rows) >= CHUNK_ROWS:
            parts.append(_frame(rows))
            rows = []
    if problems:
        raise BadInput(problems)
    items = pl.concat([*parts, _frame(rows)]).sort("at", maintain_order=True)
    numbered = items.drop("line").with_row_index("offset").cast({"offset": pl.Int64}).select(list(ITEM_SCHEMA))
    return numbered, items["line"]


def _lines(path: Path, tell: Tell) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            tell(len(line))
            if line.strip():
                yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line


def _items(line: bytes, start: datetime) -> list[Row]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"no JSON: {error}") from error
    if not isinstance(value, dict):
        raise ValueError("no JSON object")
    items = read_item(value)
    if items[0]["at"] < start:
        raise ValueError(f"its timestamp is before the start, {format_instant(start)}")
    return items


def _frame(rows: list[Row]) -> pl.DataFrame:
    schema = {name: kind for name, kind in ITEM_SCHEMA.items() if name != "offset"}
    return pl.DataFrame(rows, schema={**schema, "line": pl.Int64})


def read_tables(folder: Path | None, workspace: Workspace) -> dict[str, list[Row]]:
    """Read `<entity>.csv`, `.ndjson` or `.parquet` of a folder.

    Raises
    ------
    BadInput
        With the file, line and reason of every bad row, and every file that is of no entity.
    """
    tables: dict[str, list[Row]] = {}
    problems: list[str] = []
    for path in sorted(folder.iterdir()) if folder else []:
        if path.suffix.lower() not in TABLES:
            continue
        if path.stem in workspace.entities:
            tables[path.stem] = _table(path, workspace.entities[path.stem], problems)
        else:
            problems.append(f"{path.name}: no entity `{path.stem}`{did_you_mean(path.stem, workspace.entities)}")
    if problems:
        raise BadInput(problems)
    return tables


def _table(path: Path, entity: Entity, problems: list[str]) -> list[Row]:
    rows: list[Row] = []
    for chunk in read_file(path, entity):
        rows += chunk.good.to_dicts()
        problems += [f"{reject.source}:{reject.line}: {reject.reason}" for reject in chunk.rejects]
    return rows


def read_responses(path: Path | None) -> dict[str, list[Row]]:
    """Read the answers of external systems: a JSON object of source or action to a list of answers.

    Raises
    ------
    BadInput
        When it is something else.
    """
    if path is None:
        return {}
    try:
        read = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise BadInput([f"{path.name}: no JSON: {error}"]) from error
    if not isinstance(read, dict) or not all(isinstance(answers, list) for answers in read.values()):
        raise BadInput(
            [f'{path.name}: write an object of source to answers, such as {{"weather": [{{"json": {{}}}}]}}']
        )
    return read
