"""Items: everything that can change a decision, as rows of one frame."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Literal, get_args

import polars as pl

from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.errors import SojournError, did_you_mean
from sojourn.model.identity import anonymous, is_anonymous
from sojourn.model.instants import format_instant, parse_instant
from sojourn.model.reasons import CONSENT_STATUSES, FEEDBACK_KINDS

ItemKind = Literal[
    "identify",
    "track",
    "feedback",
    "subscription",
    "trigger",
    "signal",
    "control",
    "suppress",
    "row",
    "location",
    "inbound",
    "session",
    "answer",
    "alias",
    "group",
]
ITEM_KINDS: tuple[ItemKind, ...] = get_args(ItemKind)
COMMANDS = ("close", "stop", "pause", "resume", "confirm")

_INSTANT = pl.Datetime("us", "UTC")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_COLUMNS: Final[dict[str, pl.DataType]] = {
    "offset": pl.Int64(),
    "at": _INSTANT,
    "occurred_at": _INSTANT,
    "kind": pl.String(),
    "profile_id": pl.String(),
    "name": pl.String(),
    "data": pl.String(),
    "traits": pl.String(),
    "message_id": pl.String(),
}
ITEM_SCHEMA: Final = pl.Schema(_COLUMNS)


class ItemError(SojournError):
    """An item cannot be read.

    Parameters
    ----------
    index : int
        Its place in the input, from 0.
    reason : str
        What is wrong with it.
    """

    code = "ITEM-001"

    def __init__(self, index: int, reason: str, code: str = "ITEM-001") -> None:
        super().__init__(f"item {index}: {reason}", code=code)
        self.index = index
        self.reason = reason


class _Wrong(Exception):
    """What is wrong with the item at hand."""

    def __init__(self, reason: str, code: str = "ITEM-001") -> None:
        super().__init__(reason)
        self.code = code


Fields = dict[str, Any]
Row = Mapping[str, Any]


def read_items(rows: Iterable[Row], not_before: datetime | None = None) -> pl.DataFrame:
    """Turn items as users write them into rows of the log.

    Parameters
    ----------
    rows : iterable of dict
        Segment-spec objects, and ours, with `timestamp` as the engine's instant.
    not_before : datetime, optional
        The earliest instant allowed.

    Returns
    -------
    polars.DataFrame
        By `ITEM_SCHEMA`, in order of `timestamp`, equal ones as given; `offset` counts from 0.

    Raises
    ------
    ItemError
        With the index of the first item that cannot be read, and the reason.

    References
    ----------
    Section 8 of the language's specification.

    Examples
    --------
    >>> read_items([{"type": "track", "userId": "ann", "event": "x", "timestamp": "2026-03-02T10:00:00Z"}])["name"][0]
    'x'
    """
    read = [item for index, row in enumerate(rows) for item in _read(index, row, not_before)]
    at = pl.Series("at", [(row["at"] - _EPOCH) // _MICROSECOND for row in read], pl.Int64).cast(_INSTANT)
    texts = [name for name, kind in ITEM_SCHEMA.items() if kind == pl.String]
    columns = [pl.Series(name, [row.get(name) for row in read], pl.String) for name in texts]
    frame = pl.DataFrame([at, at.alias("occurred_at"), *columns]).select(
        name for name in ITEM_SCHEMA if name != "offset"
    )
    return frame.sort("at", maintain_order=True).with_row_index("offset").cast(ITEM_SCHEMA)


def read_item(row: Row) -> list[Fields]:
    """Turn one item into rows without `offset`; an `ItemError` of index 0 says what is wrong.

    It is one row, after those that join the other ids that it names to the profile's.
    """
    return _read(0, row, None)


def _read(index: int, row: Row, not_before: datetime | None) -> list[Fields]:
    try:
        if type(row) is not dict and not isinstance(row, Mapping):
            raise _Wrong("it is not a map")
        at = _instant(row)
        if not_before is not None and at < not_before:
            raise _Wrong(f"its timestamp is before the start, {format_instant(not_before)}", "ITEM-004")
        kind = row.get("type")
        if not isinstance(kind, str) or kind not in _READERS:
            raise _Wrong(f"unknown type `{kind!s:.60}`{did_you_mean(str(kind), _READERS)}", "ITEM-002")
        fields = {"kind": kind, "message_id": _optional(row, "messageId"), **_READERS[kind](row)}
        joins = [{"kind": "alias", "profile_id": fields["profile_id"], "name": other} for other in _others(row)]
    except _Wrong as error:
        raise ItemError(index, str(error), error.code) from error
    return [{"at": at, "occurred_at": at, **found} for found in (*joins, fields)]


def _others(row: Row) -> list[str]:
    """Return other ids of the same profile that an item names."""
    named = [row.get("anonymousId") if row.get("userId") else None]
    if row.get("type") == "alias" and not is_anonymous(str(row["previousId"])):
        named.append(row["previousId"])
    return [anonymous(str(other)) for other in dict.fromkeys(named) if other]


def _who(row: Row) -> str:
    """Return the profile's id: the user's, else that of the visitor."""
    if not row.get("userId") and row.get("anonymousId"):
        return anonymous(_required(row, "anonymousId"))
    return _required(row, "userId")


def _instant(row: Row) -> datetime:
    if row.get("timestamp") is None:
        raise _Wrong("it has no `timestamp`", "ITEM-003")
    try:
        return parse_instant(row["timestamp"])
    except ValueError as error:
        raise _Wrong(f"timestamp: {error}", "ITEM-003") from error


def compact_json(value: object) -> str:
    """Write JSON without spaces, with non-ASCII text as it is; instants as RFC 3339.

    Raises
    ------
    ValueError, TypeError
        For what JSON cannot say, such as a NaN or a set.
    """
    return _encode(value)


def _plain(value: object) -> str:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return format_instant(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a value of type {type(value).__name__} has no form in JSON")


_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain).encode


def _json(what: str, value: object) -> str:
    try:
        text = compact_json(value)
        text.encode()
    except (ValueError, TypeError, RecursionError) as error:
        raise _Wrong(f"`{what}` cannot be written as JSON: {error}") from error
    return text


def _required(row: Row, field: str) -> str:
    value = row.get(field)
    if type(value) is str and value and value.isprintable():  # nearly always
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value:
        raise _Wrong(f"it has no `{field}`", "ITEM-005")
    if not value.isprintable() and any("\ud800" <= letter <= "\udfff" for letter in value):
        raise _Wrong(f"`{field}` has half a character, which no text may have", "ITEM-007")
    return value


def _optional(row: Row, field: str) -> str | None:
    return _required(row, field) if row.get(field) is not None else None


def _one_of(row: Row, field: str, known: Iterable[str]) -> str:
    value = _required(row, field)
    names = list(known)
    if value not in names:
        near = did_you_mean(value, names) or f"; it is one of {', '.join(names)}"
        raise _Wrong(f"unknown {field} `{value:.60}`{near}", "ITEM-006")
    return value


def _map(row: Row, field: str) -> Mapping[str, Any]:
    value = row.get(field)
    if type(value) is dict:
        return value
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise _Wrong(f"`{field}` is not a map")
    return value


def _number(row: Row, field: str, limit: float) -> float:
    value = row.get(field)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or abs(value) > limit:
        raise _Wrong(f"`{field}` is not a number from -{limit:g} to {limit:g}")
    return float(value)


def _identify(row: Row) -> Fields:
    return {"profile_id": _who(row), "traits": _json("traits", _map(row, "traits"))}


def _track(row: Row) -> Fields:
    traits = _map(_map(row, "context"), "traits") if "context" in row else None
    return {
        "profile_id": _who(row) if row.get("anonymousId") else _optional(row, "userId"),
        "name": _required(row, "event"),
        "data": _json("properties", _map(row, "properties")),
        "traits": _json("context.traits", traits) if traits else None,
    }


def _feedback(row: Row) -> Fields:
    data = {"of": _required(row, "of")}
    data |= {field: row[field] for field in ("link", "message") if row.get(field) is not None}
    kind = _one_of(row, "kind", FEEDBACK_KINDS)
    return {"profile_id": _who(row), "name": kind, "data": _json("link", data)}


def _subscription(row: Row) -> Fields:
    if (row.get("channel") is None) == (row.get("group") is None):
        raise _Wrong("it needs one of `channel` and `group`", "ITEM-005")
    if row.get("channel") is not None:
        name = f"channel:{_one_of(row, 'channel', CHANNEL_TYPES)}"
    else:
        name = f"group:{_required(row, 'group')}"
    status = _one_of(row, "status", CONSENT_STATUSES)
    return {"profile_id": _who(row), "name": name, "data": _json("status", {"status": status})}


def _trigger(row: Row) -> Fields:
    data = _json("properties", _map(row, "properties"))
    return {"profile_id": _who(row), "name": _required(row, "id"), "data": data}


def _signal(row: Row) -> Fields:
    return {"name": _required(row, "id"), "data": _json("parameters", _map(row, "parameters"))}


def _control(row: Row) -> Fields:
    older = {"older": True} if row.get("older") is True else {}
    return {"name": _one_of(row, "do", COMMANDS), "data": _json("id", {"id": _required(row, "id"), **older})}


def _suppress(row: Row) -> Fields:
    data = _json("address", {"address": _required(row, "address")})
    return {"name": _one_of(row, "channel", CHANNEL_TYPES), "data": data}


def _row(row: Row) -> Fields:
    data = {"op": _one_of(row, "op", ("u", "d")), "row": _map(row, "row")}
    if not data["row"]:
        raise _Wrong("it has no `row`", "ITEM-005")
    return {"name": _required(row, "entity"), "data": _json("row", data)}


def _location(row: Row) -> Fields:
    data = {"lat": _number(row, "lat", 90), "lon": _number(row, "lon", 180)}
    return {"profile_id": _who(row), "data": _json("lat", data)}


def _inbound(row: Row) -> Fields:
    data = _json("text", {"text": str(row.get("text") or "")})
    return {"profile_id": _who(row), "name": _one_of(row, "channel", CHANNEL_TYPES), "data": data}


def _session(row: Row) -> Fields:
    return {"profile_id": _who(row)}


def _alias(row: Row) -> Fields:
    return {"profile_id": _required(row, "userId"), "name": _required(row, "previousId")}


def _group(row: Row) -> Fields:
    who = _who(row) if row.get("userId") or row.get("anonymousId") else None
    return {"profile_id": who, "name": _required(row, "groupId"), "data": _json("traits", _map(row, "traits"))}


_READERS: Final[Mapping[Any, Callable[[Row], Fields]]] = {
    "identify": _identify,
    "track": _track,
    "feedback": _feedback,
    "subscription": _subscription,
    "trigger": _trigger,
    "signal": _signal,
    "control": _control,
    "suppress": _suppress,
    "row": _row,
    "location": _location,
    "inbound": _inbound,
    "session": _session,
    "alias": _alias,
    "group": _group,
}
