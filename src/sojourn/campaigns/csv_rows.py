"""Rows of a CSV file as declared columns: those that fit, and those that do not, each with its reason."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Final

import polars as pl

from sojourn.model.errors import SojournError, did_you_mean
from sojourn.model.state import frame_type

_BOOLEANS: Final = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}
_LIST_ITEMS: Final = {"integer": (int,), "number": (int, float), "boolean": (bool,)}
Taken = tuple[int, list[str]]
Refused = tuple[int, str, str]


class FileMisfit(SojournError):
    """A file is not what the activity declares."""

    code = "RUN-021"


def read_rows(name: str, text: str, columns: Mapping[str, str], *, fail: bool) -> tuple[pl.DataFrame, pl.DataFrame]:
    r"""Read the rows of a CSV file whose first line names its columns.

    Parameters
    ----------
    columns : mapping of name to type
        Which columns are read, in any order; others are left out. An empty field is null.
    fail : bool
        Whether a row that does not fit is an error.

    Returns
    -------
    frame, frame
        The rows that fit (`_row`, the line in the file, and the columns), and the others (`_row`, `line`, `reason`).

    Raises
    ------
    FileMisfit
        When a column is missing, or with `fail` a row does not fit.

    Examples
    --------
    >>> fitting, rejected = read_rows("people.csv", "age\n30\nold\n", {"age": "integer"}, fail=False)
    >>> fitting["age"].to_list(), rejected["reason"].to_list()
    ([30], ['`age` is not an integer: `old`'])
    """
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    header = [field.strip() for field in next(lines, [])]
    places = _places(name, header, columns)
    taken: list[Taken] = []
    refused: list[Refused] = []
    for fields in lines:
        if not any(fields):
            continue
        if len(fields) == len(header):
            taken.append((lines.line_num, fields))
        else:
            reason = f"it has {len(fields)} fields, the header has {len(header)}"
            refused.append((lines.line_num, _line(fields), reason))
    frame = _typed(taken, places, columns, refused)
    if fail and refused:
        number, _, reason = min(refused)
        raise FileMisfit(
            f"`{name}`, line {number}: {reason}",
            hint="mend the file, or say `on_bad_row: reject` to go on without such rows",
        )
    schema = {"_row": pl.Int64, "line": pl.String, "reason": pl.String}
    return frame, pl.DataFrame(sorted(refused), schema=schema, orient="row")


def _places(name: str, header: list[str], columns: Mapping[str, str]) -> dict[str, int]:
    missing = [column for column in columns if column not in header]
    if missing:
        near = did_you_mean(missing[0], header)
        known = near or f"; it has {', '.join(f'`{field}`' for field in header)}"
        raise FileMisfit(f"`{name}` has no column `{missing[0]}`{known}", hint="the first line names the columns")
    return {column: header.index(column) for column in columns}


def _line(fields: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(fields)
    return text.getvalue().rstrip()


def _typed(
    taken: list[Taken], places: Mapping[str, int], columns: Mapping[str, str], refused: list[Refused]
) -> pl.DataFrame:
    numbers = pl.Series("_row", [number for number, _ in taken], dtype=pl.Int64)
    frame = pl.DataFrame([numbers])
    fits = pl.Series([True]).new_from_index(0, len(taken))
    for column, place in places.items():
        texts = pl.Series(column, [fields[place].strip() or None for _, fields in taken], dtype=pl.String)
        values = _converted(texts, columns[column])
        wrong = texts.is_not_null() & values.is_null() & fits
        for i in wrong.arg_true():
            reason = f"`{column}` is not {_a(columns[column])}: `{texts[i]:.60}`"
            refused.append((taken[i][0], _line(taken[i][1]), reason))
        fits &= ~wrong
        frame = frame.with_columns(values.alias(column))
    return frame.filter(fits)


def _converted(texts: pl.Series, kind: str) -> pl.Series:
    if kind == "string":
        return texts
    if kind == "json" or kind.startswith("["):
        return _from_json(texts, kind)
    if kind == "boolean":
        return texts.str.to_lowercase().replace_strict(_BOOLEANS, default=None, return_dtype=pl.Boolean)
    if kind == "timestamp":
        zoned = texts.str.replace(r"(?i)z$", "+00:00").str.replace(" ", "T")
        utc = pl.when(zoned.str.contains(r"[+-]\d\d:?\d\d$")).then(zoned).otherwise(zoned + "+00:00")
        return pl.select(utc.str.to_datetime(time_unit="us", time_zone="UTC", strict=False)).to_series()
    if kind == "date":
        return texts.str.to_date(strict=False)
    numbers = texts.cast(frame_type(kind), strict=False)
    return numbers.set(~numbers.is_finite(), None) if kind == "number" else numbers


def _from_json(texts: pl.Series, kind: str) -> pl.Series:
    """Return JSON as it is written, or lists of what is in it; null where it does not read as that."""
    fitting = texts.is_null() | texts.map_elements(lambda text: _reads_as(text, kind), pl.Boolean, skip_nulls=True)
    known = texts.set(~fitting, None)
    return known if kind == "json" else known.str.json_decode(frame_type(kind))


def _reads_as(text: str, kind: str) -> bool:
    try:
        value = json.loads(text, parse_constant=_refuse)
    except ValueError:
        return False
    if kind == "json":
        return True
    items = _LIST_ITEMS.get(kind[1:-1], (str,))
    return isinstance(value, list) and all(item is None or type(item) in items for item in value)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
