"""From what a system outside sends to the fields that a source or action declares."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from sojourn.model.instants import format_instant, parse_instant
from sojourn.model.items import compact_json


def fields_of(answer: object, types: Mapping[str, str]) -> dict[str, Any]:
    """Return the declared fields of an answer, each of its type; what is missing or of no such type is null.

    Parameters
    ----------
    answer : object
        JSON as Python has it; fields are those of an object.
    types : mapping
        Name of a field to its type (`string`, `[integer]`, …).

    Examples
    --------
    >>> fields_of({"temp": "4.5", "sky": "grey", "wind": 3}, {"temp": "number", "sky": "string"})
    {'temp': 4.5, 'sky': 'grey'}
    """
    known = answer if isinstance(answer, Mapping) else {}
    return {name: as_type(known.get(name), kind) for name, kind in types.items()}


def as_type(value: object, kind: str) -> Any:
    """Return a value as a type has it, None where it is no such value.

    >>> as_type("12", "integer"), as_type(12.5, "integer"), as_type([1, "x"], "[string]")
    (12, None, ['1', 'x'])
    """
    if value is None:
        return None
    if kind.startswith("["):
        return [as_type(part, kind[1:-1]) for part in value] if isinstance(value, list) else None
    try:
        return READERS[kind](value)
    except (ValueError, TypeError, OverflowError):
        return None


def _string(value: object) -> str:
    if isinstance(value, str):
        return value
    return compact_json(value)


def _number(value: object) -> float | int:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError
    number = value if not isinstance(value, str) else float(value)
    if not math.isfinite(number):
        raise ValueError
    return number


def _integer(value: object) -> int:
    number = int(value) if isinstance(value, str) else _number(value)
    if number != int(number) or abs(number) >= 2**63:
        raise ValueError
    return int(number)


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}[str(value)] if str(value) in ("true", "false") else _fail()


def _fail() -> bool:
    raise ValueError


def _date(value: object) -> str:
    return date.fromisoformat(str(value)[:10]).isoformat()


def _timestamp(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return format_instant(datetime.fromtimestamp(value, UTC))
    return format_instant(parse_instant(str(value)))


def _json(value: object) -> object:
    return json.loads(compact_json(value))


READERS: Final[Mapping[str, Any]] = {
    "string": _string, "integer": _integer, "number": _number, "boolean": _boolean, "date": _date,
    "timestamp": _timestamp, "json": _json,
}  # fmt: skip
