"""Tables as CSV, line by line, that a spreadsheet opens without running what is in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from sojourn.model.spreadsheet import as_text

Row = dict[str, Any]
MARK: Final = "\ufeff"
"""Without it a spreadsheet takes the text for that of a Western code page."""


def cell(value: object) -> object:
    """Return a value as it stands in a cell: text that would be a formula gets an apostrophe, numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return value
    return as_text(str(value))


def sheet(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    r"""Yield the lines of a table, the names of its columns first.

    Examples
    --------
    >>> "".join(sheet(["who", "n"], [{"who": "=1+1", "n": -2}])).splitlines()
    ['\ufeffwho,n', "'=1+1,-2"]
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    out.write(MARK)
    writer.writerow(columns)
    for row in rows:
        if out.tell() > 64_000:
            yield _taken(out)
        writer.writerow([cell(row.get(name)) for name in columns])
    yield _taken(out)


def _taken(out: io.StringIO) -> str:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text


def columns_of(rows: Sequence[Row]) -> list[str]:
    """Return the names of all columns, in the order in which they first come."""
    return list(dict.fromkeys(name for row in rows for name in row))


def flat(row: Row, prefix: str = "") -> Row:
    """Return a row without rows inside: `{"a": {"b": 1}}` is `{"a.b": 1}`."""
    found: Row = {}
    for name, value in row.items():
        if isinstance(value, dict):
            found |= flat(value, f"{prefix}{name}.")
        else:
            found[prefix + name] = value
    return found
