"""Rows of a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import IO

import polars as pl

from sojourn.ingest.bounds import bounded_lines, check_columns, gathered
from sojourn.ingest.file_error import FileError
from sojourn.ingest.reject import ITEM_LENGTH, Reject
from sojourn.ingest.source import Rows, Wanted, first_present, originals, quoted

DELIMITERS = ",;\t|"
FIELD_CHARACTERS = 1 << 20


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
        check_columns(path.name, header_line.count(self._delimiter) + 1)
        self.columns: Sequence[str] = [
            name.strip() for name in next(csv.reader([header_line], delimiter=self._delimiter))
        ]
        self._check_header()

    def chunks(self, skip_rows: int, chunk_rows: int) -> Iterator[Rows]:
        """Yield the rows behind the first `skip_rows`, of `chunk_rows` lines at a time."""
        with self._open() as file:
            try:
                file.readline()
                yield from behind(skip_rows, self._all(file, chunk_rows))
            except UnicodeDecodeError as error:
                raise self._wrong_encoding(error) from error

    def query(self, wanted: Sequence[Wanted]) -> str:
        """Return SQL that selects the wanted columns."""
        found = [first_present(each.names, self.columns) for each in wanted]
        selected = ", ".join(
            f"nullif({quoted(name)}, '') as s{n}" if name else f"null::varchar as s{n}" for n, name in enumerate(found)
        )
        return f"select _line, {selected} from chunk"

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

    def _all(self, file: IO[str], chunk_lines: int) -> Iterator[Rows]:
        """Yield all rows. Lines without a quote are split at once; others one by one, and with them what they open."""
        first, rest = 2, bounded_lines(self._path.name, file.readline)
        while lines := gathered(rest, chunk_lines, len):
            if any('"' in line for line in lines):
                rows, used = self._quoted(lines, rest, first)
            else:
                rows, used = self._plain(lines, first), len(lines)
            first += used
            yield rows

    def _plain(self, lines: list[str], first: int) -> Rows:
        numbers = pl.int_range(first, first + len(lines), eager=True, dtype=pl.Int64)
        frame = pl.DataFrame({"_line": numbers, "_text": lines}).with_columns(
            pl.col("_text").str.strip_chars_end("\r\n")
        )
        frame = frame.filter(pl.col("_text") != "")
        width = pl.col("_text").str.count_matches(self._delimiter, literal=True).cast(pl.Int64).alias("_width") + 1
        bad = frame.filter(width != len(self.columns)).select("_line", width, "_text")
        rejects = [self._ragged(*row) for row in bad.iter_rows()]
        good = frame.filter(width == len(self.columns))
        cells = good["_text"].str.split_exact(self._delimiter, len(self.columns) - 1).struct.unnest()
        cells.columns = list(self.columns)
        original = originals(good["_line"], good["_text"])
        return Rows(cells.with_columns(good["_line"]), rejects, frame.height, original)

    def _quoted(self, lines: list[str], rest: Iterator[str], first: int) -> tuple[Rows, int]:
        reader = csv.reader(chain(lines, rest), delimiter=self._delimiter, strict=True)
        numbers: list[int] = []
        good: list[list[str]] = []
        rejects: list[Reject] = []
        while reader.line_num < len(lines):
            number = first + reader.line_num
            try:
                fields = next(reader)
            except csv.Error as error:
                rejects.append(Reject(self._path.name, number, "bad_row", f"the line cannot be read: {error}", ""))
                continue
            if len(fields) == len(self.columns):
                numbers.append(number)
                good.append(fields)
            elif fields:
                rejects.append(self._ragged(number, len(fields), self._text(fields)))
        frame = pl.DataFrame(good, schema=dict.fromkeys(self.columns, pl.String), orient="row")
        original = originals(numbers, good, self._text)
        frame = frame.with_columns(pl.Series("_line", numbers, dtype=pl.Int64))
        return Rows(frame, rejects, len(good) + len(rejects), original), reader.line_num

    def _ragged(self, line: int, width: int, text: str) -> Reject:
        reason = f"the row has {width} cells, the header {len(self.columns)}"
        return Reject(self._path.name, line, "bad_row", reason, text[:ITEM_LENGTH])

    def _text(self, fields: Sequence[str]) -> str:
        line = io.StringIO()
        csv.writer(line, delimiter=self._delimiter, lineterminator="").writerow(fields)
        return line.getvalue()


def behind(skip_rows: int, all_rows: Iterable[Rows]) -> Iterator[Rows]:
    """Yield rows without the first `skip_rows`."""
    position = 0
    for rows in all_rows:
        skipped = max(skip_rows - position, 0)
        position += rows.count
        if skipped < rows.count:
            yield rows.without(skipped) if skipped else rows
