"""Text to the declared types, in SQL over columns; what does not fit says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sojourn.ingest.source import literal

SQL_TYPES: Final = {
    "string": "varchar",
    "integer": "bigint",
    "number": "double",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamptz",
    "json": "varchar",
}
EXPECTED: Final = {
    "string": "a text",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "date": "a date like 2026-03-01",
    "timestamp": "an instant like 2026-03-01T09:00:00Z",
    "json": "JSON",
}
VALUE: Final = "\x01"
"""Where a sentence in SQL has the value."""
INTEGER = r"[+-]?\d{1,19}(\.0*)?"
NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?"
DATE = r"\d{4}-\d{1,2}-\d{1,2}"
CLOCK = r"\d{1,2}:\d{2}(:\d{2}(\.\d{1,9})?)?"
ZONE = r"\s?([Zz]|UTC|[+-]\d{2}(:?\d{2})?)"


@dataclass(frozen=True, slots=True)
class Field:
    """A value of a row and what it should be.

    Attributes
    ----------
    label : str
        Its name for the user.
    type : str
        The declared type.
    raw : str
        The SQL column that holds it.
    has : str, optional
        The type that it has already; None for text.
    zoned : bool
        Whether an instant must name its time zone, because none was given for those that do not.
    """

    label: str
    type: str
    raw: str
    has: str | None = None
    zoned: bool = True

    def typed(self) -> str:
        """Return SQL of the value in its type, null when it does not fit."""
        if self.has == self.type:
            return f"case when isfinite({self.raw}) then {self.raw} end" if self.type == "number" else self.raw
        text = self.raw if self.has in (None, "string") else f"{self.raw}::varchar"
        if self.type.startswith("["):
            return list_value(text, self.type[1:-1])
        return text_value(text, self.type, self.zoned)

    def problem(self, typed: str) -> str:
        """Return SQL of what is wrong, null when nothing is; `typed` is the column of the typed value."""
        said = f"`{self.label}` must be {self._expected()}, not `{VALUE}`"
        head, tail = (literal(part) for part in f"bad_value: {said}".rsplit(VALUE, 1))
        reason = f"{head} || left({self.raw}::varchar, 60) || {tail}"
        return f"case when {self.raw} is not null and {typed} is null then {reason} end"

    def _expected(self) -> str:
        if self.type.startswith("["):
            return f"a JSON list, each {EXPECTED[self.type[1:-1]]}"
        need_zone = self.type == "timestamp" and self.zoned
        return EXPECTED[self.type] + (" (with a time zone, or give --timezone)" if need_zone else "")


def text_value(text: str, type_: str, zoned: bool) -> str:
    """Return SQL of a text in a scalar type."""
    match type_:
        case "string":
            return text
        case "integer":
            return matching(text, INTEGER, "bigint")
        case "number":
            number = matching(text, NUMBER, "double")
            return f"case when isfinite({number}) then {number} end"
        case "boolean":
            return f"try_cast({text} as boolean)"
        case "date":
            return matching(text, DATE, "date")
        case "timestamp":
            pattern = f"{DATE}[Tt ]{CLOCK}{ZONE}" if zoned else f"{DATE}([Tt ]{CLOCK}({ZONE})?)?"
            return matching(text, pattern, "timestamptz")
        case _:
            return f"case when json_valid({text}) then {text} end"


def matching(text: str, pattern: str, sql_type: str) -> str:
    """Return SQL that casts a text of this pattern, and gives null for any other."""
    return f"case when regexp_full_match({text}, {literal(pattern)}) then try_cast({text} as {sql_type}) end"


def list_value(text: str, inner: str) -> str:
    """Return SQL of a JSON list; null when it is none, or one of its values does not fit."""
    cast = f"try_cast(try_cast({text} as json) as {SQL_TYPES[inner]}[])"
    given = f"try_cast(try_cast({text} as json) as json[])"
    nulls = f"len(list_filter({given}, lambda x: x is null or x::varchar = 'null'))"
    return f"case when len(list_filter({cast}, lambda x: x is null)) <= {nulls} then {cast} end"
