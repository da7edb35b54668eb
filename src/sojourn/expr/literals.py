"""Constants of a condition: their values in Python, where it is certain that they compare there as they do in SQL."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import duckdb
from sqlglot import exp

from sojourn.expr import binding
from sojourn.expr.scope import Type, sql_type
from sojourn.expr.syntax import write

EXACT = 2**53
UNKNOWN = object()
"""Stands for a value that cannot be told."""


def constant(node: exp.Expr) -> Any:
    """Return the value of a tree without names; `UNKNOWN` when it has names, or cannot be told."""
    if isinstance(node, exp.Paren):
        return constant(node.this)
    if isinstance(node, exp.Literal):
        return node.name if node.is_string else _number(node.name)
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if isinstance(node, exp.Null):
        return None
    if any(name.args.get("type_") for name in node.find_all(exp.Var)) or node.find(exp.Column, exp.Dot):
        return UNKNOWN
    return _evaluated(write(node))


def _number(text: str) -> Any:
    if text.isdecimal() and text.isascii():
        return int(text)
    return _evaluated(text)


def _evaluated(sql: str) -> Any:
    try:
        return binding.value_of(sql)
    except (duckdb.Error, OverflowError, ValueError):
        return UNKNOWN


def as_type(value: Any, type_: Type) -> Any:
    """Return a constant as a value of the type of what it is compared with; `UNKNOWN` when that is not certain.

    Returns
    -------
    str, Fraction, float, bool, date or datetime
        For `string`, `integer`, `number`, `boolean`, `date` and `timestamp`.
    """
    if isinstance(value, bool) or type_ == "boolean":
        return value if isinstance(value, bool) and type_ == "boolean" else UNKNOWN
    if type_ == "string":
        return value if isinstance(value, str) else UNKNOWN
    if type_ == "integer":
        return _integer(value)
    if type_ == "number":
        return _float(value)
    return _calendar(value, type_) if type_ in {"date", "timestamp"} else UNKNOWN


def _integer(value: Any) -> Any:
    if isinstance(value, Decimal) and value.is_finite() and -9 <= int(value.as_tuple().exponent) <= 0:
        return Fraction(value) if abs(value) < EXACT else UNKNOWN
    if isinstance(value, float):
        return Fraction(value) if math.isfinite(value) and abs(value) < EXACT else UNKNOWN
    return Fraction(value) if isinstance(value, int) else UNKNOWN


def _float(value: Any) -> Any:
    if not isinstance(value, int | float | Decimal):
        return UNKNOWN
    try:
        number = float(value)
    except OverflowError:
        return UNKNOWN
    return number if math.isfinite(number) else UNKNOWN


def _calendar(value: Any, type_: Type) -> Any:
    if isinstance(value, str):
        quoted = "'" + value.replace("'", "''") + "'"
        value = _evaluated(f"CAST({quoted} AS {sql_type(type_)})")
    if type_ == "date":
        return value if isinstance(value, dt.date) and not isinstance(value, dt.datetime) else UNKNOWN
    if not isinstance(value, dt.datetime) or value.tzinfo is None:
        return UNKNOWN
    return value.astimezone(dt.UTC)
