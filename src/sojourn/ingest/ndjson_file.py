"""Rows of a file with one JSON object a line (NDJSON)."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import msgspec
import polars as pl

from sojourn.ingest.bounds import LINE_SIZE, gathered, too_long
from sojourn.ingest.file_error import FileError
from sojourn.ingest.reject import ITEM_LENGTH, Reject
from sojourn.ingest.source import Rows, Wanted, literal, originals

BLOCK_BYTES = 1 << 22


class AnyObject(msgspec.Struct):
    """A JSON object, whatever is in it."""


OBJECT = msgspec.json.Decoder(AnyObject)


class NdjsonFile:
    """A file with one JSON object a line, in UTF-8; empty lines are no rows."""

    columns: Sequence[str] | None = None

    def __init__(self, path: Path) -> None:
        self._path = path

    def chunks(self, skip_rows: int, chunk_rows: int) -> Iterator[Rows]:
        """Yield the rows behind the first `skip_rows`, `chunk_rows` at a time."""
        lines = islice(self._lines(), skip_rows, None)
        while batch := gathered(lines, chunk_rows, lambda line: len(line[1])):
            yield self._rows(batch)

    def query(self, wanted: Sequence[Wanted]) -> str:
        """Return SQL that extracts the wanted values."""
        paths = [json_path(name) for each in wanted for name in each.names]
        values = iter(range(1, len(paths) + 1))
        selected = ", ".join(value(each, [next(values) for _ in each.names], f"s{n}") for n, each in enumerate(wanted))
        listed = "[" + ", ".join(literal(path) for path in paths) + "]"
        as_json = f", json_extract(_original, {listed}) as _json" if any(each.as_json for each in wanted) else ""
        extracted = f"select _line, _original, json_extract_string(_original, {listed}) as _text{as_json} from chunk"
        return f"select _line, _original, {selected} from ({extracted})"

    def types(self, wanted: Sequence[Wanted]) -> Sequence[str | None]:
        """Return None for all: values are extracted as text."""
        return [None] * len(wanted)

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        for number, line in enumerate(blocks_to_lines(self._path), 1):
            if line and not line.isspace():
                yield number, line

    def _rows(self, batch: list[tuple[int, bytes]]) -> Rows:
        lines: list[int] = []
        texts: list[str] = []
        rejects: list[Reject] = []
        for number, line in batch:
            try:
                OBJECT.decode(line)
                texts.append(line.decode())
                lines.append(number)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
                rejects.append(Reject(self._path.name, number, "bad_json", reason(error), original(line)))
        return Rows(
            pl.DataFrame({"_line": lines, "_original": texts}, schema=SCHEMA),
            rejects,
            len(batch),
            originals(lines, texts),
        )


SCHEMA = {"_line": pl.Int64, "_original": pl.String}


def blocks_to_lines(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file without their ends, in bounded memory."""
    with path.open("rb") as file:
        rest = file.read(BLOCK_BYTES)
        if rest.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise FileError(
                path.name, "it is UTF-16", "convert it to UTF-8, for example with `iconv -f UTF-16 -t UTF-8`"
            )
        rest = rest.removeprefix(codecs.BOM_UTF8)
        while block := file.read(BLOCK_BYTES):
            *lines, rest = (rest + block).split(b"\n")
            yield from lines
            if len(rest) > LINE_SIZE:
                raise too_long(path.name)
        yield from rest.split(b"\n")


def json_path(name: str) -> str:
    """Return the path of a field as DuckDB reads it."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'$."{escaped}"'


def value(wanted: Wanted, places: Sequence[int], alias: str) -> str:
    """Return SQL of a wanted value, from the lists of what was extracted."""
    if wanted.as_json:
        parts = ", ".join(f"nullif(_json[{place}]::varchar, 'null')" for place in places)
    else:
        parts = ", ".join(f"_text[{place}]" for place in places)
    return f"coalesce({parts}) as {alias}" if len(places) > 1 else f"{parts} as {alias}"


def reason(error: Exception) -> str:
    """Return what is wrong with a line."""
    if isinstance(error, UnicodeDecodeError):
        return f"the line is not UTF-8: {error.reason} at byte {error.start + 1}"
    if isinstance(error, msgspec.ValidationError):
        return f"the line is not a JSON object: {error}"
    return f"the line is not JSON: {error}"


def original(line: bytes) -> str:
    """Return the line for the list of rejects."""
    return line[:ITEM_LENGTH].decode("utf-8", "replace")
