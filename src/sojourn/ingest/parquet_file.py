"""Rows of a Parquet file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, cast

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from sojourn.ingest.bounds import check_columns, gathered
from sojourn.ingest.file_error import FileError
from sojourn.ingest.parquet_pages import dictionaries_size
from sojourn.ingest.reject import ITEM_LENGTH
from sojourn.ingest.source import Rows, Wanted, first_present, quoted

BATCH_ROWS: Final = 500
"""Rows that are unpacked at a time, at most: a file of some bytes may hold rows of megabytes."""
BATCH_SIZE: Final = 1 << 30
"""Bytes that these rows have at most, should each have the longest value of each dictionary."""


class ParquetFile:
    """A Parquet file; its `line` is the number of the row.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    FileError
        When it is no Parquet file, or one that would take too much memory.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            metadata: Any = pq.read_metadata(path)
            self._schema: Any = metadata.schema.to_arrow_schema()
        except (pa.ArrowInvalid, OSError) as error:
            raise FileError(path.name, f"it is not Parquet: {error}", "check how it was written") from error
        self.columns: Sequence[str] = list(self._schema.names)
        check_columns(path.name, max(len(self.columns), metadata.num_columns))
        dictionaries = dictionaries_size(path, metadata)
        self._batch_rows = max(min(BATCH_ROWS, BATCH_SIZE // max(dictionaries, 1)), 1)

    def chunks(self, skip_rows: int, chunk_rows: int) -> Iterator[Rows]:
        """Yield the rows behind the first `skip_rows`, `chunk_rows` at a time."""
        before = 0
        with pq.ParquetFile(self._path) as file:
            batches = file.iter_batches(min(self._batch_rows, chunk_rows))
            while taken := gathered(batches, -(-chunk_rows // self._batch_rows), lambda batch: int(batch.nbytes)):
                table = pa.Table.from_batches(taken)
                skipped = min(max(skip_rows - before, 0), table.num_rows)
                if skipped < table.num_rows:
                    yield self._rows(table.slice(skipped), before + skipped)
                before += table.num_rows

    def query(self, wanted: Sequence[Wanted]) -> str:
        """Return SQL that selects the wanted columns: as they are where their type is known, else as text."""
        found = [first_present(each.names, self.columns) for each in wanted]
        selected = ", ".join(f"{self._value(name)} as s{n}" for n, name in enumerate(found))
        return f"select _line, {selected} from chunk"

    def types(self, wanted: Sequence[Wanted]) -> Sequence[str | None]:
        """Return the types of the columns that have one of ours."""
        found = [first_present(each.names, self.columns) for each in wanted]
        return [self._type(name) if name else None for name in found]

    def _type(self, name: str) -> str | None:
        return declared_type(self._schema.field(name).type)

    def _value(self, name: str | None) -> str:
        if name is None:
            return "null::varchar"
        if self._type(name):
            return quoted(name)
        nested = pa.types.is_nested(self._schema.field(name).type)
        return f"to_json({quoted(name)})::varchar" if nested else f"{quoted(name)}::varchar"

    def _rows(self, table: Any, before: int) -> Rows:
        frame = cast(pl.DataFrame, pl.from_arrow(table))
        lines = pl.int_range(before + 1, before + frame.height + 1, eager=True, dtype=pl.Int64).alias("_line")
        return Rows(
            frame.with_columns(lines), [], frame.height, lambda line: row_text(frame.row(line - before - 1, named=True))
        )


def row_text(row: dict[str, Any]) -> str:
    """Return a row as JSON for the list of rejects."""
    return json.dumps(row, ensure_ascii=False, default=str)[:ITEM_LENGTH]


def declared_type(arrow: Any) -> str | None:
    """Return the type of an attribute whose values an Arrow type has, None where they need a conversion."""
    known = (
        (pa.types.is_signed_integer, "integer"),
        (pa.types.is_floating, "number"),
        (pa.types.is_boolean, "boolean"),
        (pa.types.is_date, "date"),
        (lambda of: pa.types.is_timestamp(of) and of.tz is not None, "timestamp"),
        (lambda of: pa.types.is_string(of) or pa.types.is_large_string(of), "string"),
    )
    if pa.types.is_list(arrow) or pa.types.is_large_list(arrow):
        inner = declared_type(arrow.value_type)
        return f"[{inner}]" if inner and not inner.startswith("[") else None
    return next((name for test, name in known if test(arrow)), None)
