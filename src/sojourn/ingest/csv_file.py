"""Rows of a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO

import polars as pl

from sojourn.ingest.file_error import FileError
from sojourn.ingest.reject import ITEM_LENGTH, Reject
from sojourn.ingest.source import Rows, Wanted, first_present, quoted

DELIMITERS = ",;\t|"
FIELD_CHARACTERS = 1 << 20
Record = tuple[int, list[str] | None, str]
"""Line, fields, and what is wrong; without fields the record could not be read."""


class CsvFile:
    """A CSV file with a header; an empty cell is null.

    The delimiter is the one of comma, semicolon, tab and bar that the header has most of.

    Parameters
    ----------
    path : Path
        The file.
    encoding : str
        As Python names it; a byte order mark is skipped.

    Raises
    ------
    FileError
        When there is no header, or it names a column twice.
    """

    def __init__(self, path: Path, encoding: str = "utf-8") -> None:
        self._path = path
        self._encoding = "utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding
        csv.field_size_limit(FIELD_CHARACTERS)
        with self._open() as file:
            header_line = self._first_line(file)
        self._delimiter = max(DELIMITERS, key=header_line.count)
        self.columns: Sequence[str] = [
            name.strip() for name in next(csv.reader([header_line], delimiter=self._delimiter))
        ]
        self._check_header()

    def chunks(self, skip_rows: int, chunk_rows: int) -> Iterator[Rows]:
        """Yield the rows behind the first `skip_rows`, `chunk_rows` at a time."""
        with self._open() as file:
            records = islice(self._records(file), skip_rows, None)
            try:
                while batch := list(islice(records, chunk_rows)):
                    yield self._rows(batch)
            except UnicodeDecodeError as error:
                raise self._wrong_encoding(error) from error

    def query(self, wanted: Sequence[Wanted]) -> str:
        """Return SQL that selects the wanted columns."""
        found = [first_present(each.names, self.columns) for each in wanted]
        selected = ", ".join(
            f"nullif({quoted(name)}, '') as s{n}" if name else f"null::varchar as s{n}" for n, name in enumerate(found)
        )
        return f"select _line, _original, {selected} from chunk"

    def types(self, wanted: Sequence[Wanted]) -> Sequence[str | None]:
        """Return None for all: cells are text."""
        return [None] * len(wanted)

    def _open(self) -> IO[str]:
        try:
            return self._path.open(encoding=self._encoding, newline="")
        except LookupError as error:
            raise FileError(
                self._path.name, str(error), "name an encoding that Python knows, such as cp1252"
            ) from error

    def _first_line(self, file: IO[str]) -> str:
        try:
            line = file.readline(FIELD_CHARACTERS)
        except UnicodeDecodeError as error:
            raise self._wrong_encoding(error) from error
        if not line.strip():
            raise FileError(self._path.name, "it has no header", "write the names of the columns in the first line")
        return line

    def _check_header(self) -> None:
        twice = {name for name in self.columns if self.columns.count(name) > 1}
        if twice or "" in self.columns:
            what = f"the column `{min(twice)}` is there twice" if twice - {""} else "a column has no name"
            raise FileError(self._path.name, what, "give each column in the header a name of its own")

    def _wrong_encoding(self, error: UnicodeDecodeError) -> FileError:
        reason = f"it is not {error.encoding}: byte {error.object[error.start]:#04x}, {error.reason}"
        return FileError(self._path.name, reason, "convert it to UTF-8, or name its encoding, for example cp1252")

    def _records(self, file: IO[str]) -> Iterator[Record]:
        reader = csv.reader(file, delimiter=self._delimiter, strict=True)
        next(reader)
        width = len(self.columns)
        while True:
            line = reader.line_num + 1
            try:
                fields = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield line, None, f"the line cannot be read: {error}"
                continue
            if len(fields) == width:
                yield line, fields, ""
            elif fields:
                yield line, fields, f"the row has {len(fields)} cells, the header {width}"

    def _rows(self, batch: list[Record]) -> Rows:
        good = [(line, fields) for line, fields, wrong in batch if fields is not None and not wrong]
        rejects = [
            Reject(self._path.name, line, "bad_row", wrong, self._text(fields))
            for line, fields, wrong in batch
            if wrong
        ]
        cells = zip(*(fields for _, fields in good), strict=True) if good else [[] for _ in self.columns]
        frame = pl.DataFrame(
            {name: list(cell) for name, cell in zip(self.columns, cells, strict=True)},
            schema=dict.fromkeys(self.columns, pl.String),
        )
        lines = pl.Series("_line", [line for line, _ in good], dtype=pl.Int64)
        originals = pl.Series("_original", [self._text(fields) for _, fields in good], dtype=pl.String)
        return Rows(frame.with_columns(lines, originals), rejects, len(batch))

    def _text(self, fields: list[str] | None) -> str:
        if fields is None:
            return ""
        line = io.StringIO()
        csv.writer(line, delimiter=self._delimiter, lineterminator="").writerow(fields)
        return line.getvalue()[:ITEM_LENGTH]
