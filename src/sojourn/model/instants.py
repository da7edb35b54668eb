"""Durations, instants, clock times, time zones, rates and recurrences, as text and as values."""

from __future__ import annotations

import functools
import re
import zoneinfo
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal

from dateutil.rrule import rrulestr
from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from sojourn.model.errors import did_you_mean

LONGEST = timedelta(days=36_500)
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_SUM = re.compile(r"(?:\d{1,12}[wdhms])+")
_PART = re.compile(r"(\d+)([wdhms])")
_ISO = re.compile(
    r"P(?=.)(?:(?P<weeks>\d{1,12})W)?(?:(?P<days>\d{1,12})D)?"
    r"(?:T(?=.)(?:(?P<hours>\d{1,12})H)?(?:(?P<minutes>\d{1,12})M)?(?:(?P<seconds>\d{1,12})(?:\.(?P<fraction>\d{1,6}))?S)?)?"
)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)")
_CLOCK = re.compile(r"(\d\d):(\d\d)(?::(\d\d))?")
_LOCAL = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?")
_RATE = re.compile(r"(\d{1,9})/([smhd])")


def parse_duration(text: object) -> timedelta:
    """Read a duration of elapsed time.

    Parameters
    ----------
    text : str or timedelta
        ``45s``, ``15m``, ``2h``, ``1d``, ``2w``, a sum such as ``1d12h``, or ISO 8601 without years and months.

    Raises
    ------
    ValueError
        Naming the text that is no duration, or the limit that it exceeds.

    Examples
    --------
    >>> parse_duration("1d12h") == parse_duration("PT36H")
    True
    """
    if isinstance(text, timedelta):
        return text
    if not isinstance(text, str) or not (_SUM.fullmatch(text) or _ISO.fullmatch(text)):
        raise ValueError(f"`{_short(text)}` is not a duration; write it like `45s`, `15m`, `2h`, `1d12h` or `PT90M`")
    try:
        value = _sum(text) if _SUM.fullmatch(text) else _iso(text)
    except OverflowError:
        value = timedelta.max
    if value > LONGEST:
        raise ValueError(f"`{_short(text)}` is longer than the limit of {format_duration(LONGEST)}")
    return value


def _sum(text: str) -> timedelta:
    return sum((timedelta(**{_UNITS[unit]: int(n)}) for n, unit in _PART.findall(text)), timedelta())


def _iso(text: str) -> timedelta:
    match = _ISO.fullmatch(text)
    parts = {unit: n for unit, n in (match.groupdict() if match else {}).items() if n}
    micros = int(parts.pop("fraction", "0").ljust(6, "0"))
    return timedelta(microseconds=micros, **{unit: int(n) for unit, n in parts.items()})


def format_duration(value: timedelta) -> str:
    """Write a duration in the shortest form that reads back to it, in whole days at most.

    Examples
    --------
    >>> format_duration(timedelta(hours=36))
    '1d12h'
    """
    if value.microseconds:
        return f"PT{value // timedelta(seconds=1)}.{value.microseconds:06d}S"
    left, text = int(value.total_seconds()), ""
    for unit in "dhms":
        count, left = divmod(left, _SECONDS[unit])
        text += f"{count}{unit}" if count else ""
    return text or "0s"


def parse_instant(text: object) -> datetime:
    """Read an RFC 3339 instant to an aware datetime in UTC; a ValueError names the text."""
    if isinstance(text, datetime) and text.tzinfo is not None:
        return text.astimezone(UTC)
    if isinstance(text, str) and _INSTANT.fullmatch(text):
        try:
            return datetime.fromisoformat(text.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise ValueError(f"`{_short(text)}` is not an instant; write it like `2026-03-01T09:00:00Z` (RFC 3339)")


def format_instant(value: datetime) -> str:
    """Write an aware datetime as RFC 3339 in UTC, with `Z`."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_clock(text: object) -> time:
    """Read a wall-clock time such as ``14:00`` or ``14:00:30``; a ValueError names the text."""
    if isinstance(text, time):
        return text
    match = _CLOCK.fullmatch(text) if isinstance(text, str) else None
    if match is not None:
        hour, minute, second = (int(part or 0) for part in match.groups())
        if hour < 24 and minute < 60 and second < 60:
            return time(hour, minute, second)
    raise ValueError(f'`{_short(text)}` is not a time of day; write it like "14:00"')


def parse_local(text: object) -> datetime:
    """Read a wall-clock date and time such as ``2026-03-01 09:00``, without a zone."""
    if isinstance(text, datetime) and text.tzinfo is None:
        return text
    if isinstance(text, str) and _LOCAL.fullmatch(text):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    raise ValueError(f'`{_short(text)}` is not a local date and time; write it like "2026-03-01 09:00"')


@functools.cache
def zone_names() -> frozenset[str]:
    """Return the names of all IANA time zones."""
    return frozenset(zoneinfo.available_timezones())


def parse_zone(text: object) -> str:
    """Check the name of an IANA time zone; a ValueError names the text and the name probably meant."""
    if isinstance(text, str) and text in zone_names():
        return text
    near = did_you_mean(str(text), zone_names())
    raise ValueError(f"`{_short(text)}` is not an IANA time zone{near}")


def parse_zone_or_profile(text: object) -> str:
    """Check a time zone that may be `profile`: the profile's own."""
    return "profile" if text == "profile" else parse_zone(text)


@dataclass(frozen=True, slots=True)
class RateValue:
    """So many in so long."""

    count: int
    per: timedelta

    @property
    def per_s(self) -> float:
        """Return how many in a second."""
        return self.count / self.per.total_seconds()

    def __str__(self) -> str:
        """Return the text that reads back to it."""
        unit = {1: "s", 60: "m", 3_600: "h", 86_400: "d"}[int(self.per.total_seconds())]
        return f"{self.count}/{unit}"


def parse_day(text: object) -> date:
    """Read a day such as ``2026-03-02``; a ValueError names the text."""
    if isinstance(text, datetime):
        raise ValueError(f"`{text}` is an instant; write a day like `2026-03-02`")
    if isinstance(text, date):
        return text
    try:
        return date.fromisoformat(text if isinstance(text, str) else "")
    except ValueError:
        raise ValueError(f"`{_short(text)}` is not a day; write it like `2026-03-02`") from None


def parse_rate(text: object) -> RateValue:
    """Read a rate such as ``5000/s``, by s, m, h or d; a ValueError names the text."""
    if isinstance(text, RateValue):
        return text
    match = _RATE.fullmatch(text) if isinstance(text, str) else None
    if match is None or int(match[1]) == 0:
        raise ValueError(f"`{_short(text)}` is not a rate; write it like `100/s` (s, m, h or d)")
    return RateValue(int(match[1]), timedelta(seconds=_SECONDS[match[2]]))


def parse_rrule(text: object) -> str:
    """Check a recurrence rule.

    Raises
    ------
    ValueError
        Naming the part that RFC 5545 does not allow.

    References
    ----------
    RFC 5545, section 3.3.10.
    """
    if not isinstance(text, str) or not text or len(text) > 500 or not text.isprintable():
        raise ValueError(f"`{_short(text)}` is not a recurrence rule; write it like `FREQ=WEEKLY;BYDAY=MO`")
    if "FREQ=" not in text.upper() or "DTSTART" in text.upper():
        raise ValueError(f"`{text}` is not a recurrence rule: it needs `FREQ=` and takes its start from `starts`")
    try:
        rrulestr(text, dtstart=datetime(2026, 1, 1))
    except (ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
        retried = _with_utc_start(text)
        if retried is not None:
            return retried
        raise ValueError(f"`{text}` is not a recurrence rule of RFC 5545: {error}") from error
    return text


def _with_utc_start(text: str) -> str | None:
    """Return the rule if only its UTC `UNTIL` kept it from being read against a local start."""
    try:
        rrulestr(text, dtstart=datetime(2026, 1, 1, tzinfo=UTC))
    except (ValueError, TypeError, KeyError, IndexError, OverflowError):
        return None
    return text


def _short(value: object) -> str:
    text = str(value) if isinstance(value, str | int | float | bool | date) else type(value).__name__
    return text if len(text) <= 60 else text[:57] + "..."


def _text(schema: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", **schema})


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(format_duration, return_type=str),
    _text({"pattern": r"^(\d+[wdhms])+$|^P", "examples": ["45s", "15m", "1d12h", "PT90M"], "x-editor": "duration"}),
]
Instant = Annotated[
    datetime,
    BeforeValidator(parse_instant),
    PlainSerializer(format_instant, return_type=str),
    _text({"format": "date-time", "examples": ["2026-03-01T09:00:00Z"], "x-editor": "instant"}),
]
ClockTime = Annotated[
    time,
    BeforeValidator(parse_clock),
    PlainSerializer(lambda value: value.isoformat("minutes" if not value.second else "seconds"), return_type=str),
    _text({"pattern": r"^\d\d:\d\d(:\d\d)?$", "examples": ["14:00"], "x-editor": "clock"}),
]
LocalTime = Annotated[
    datetime,
    BeforeValidator(parse_local),
    PlainSerializer(lambda value: value.isoformat(" ", "minutes" if not value.second else "seconds"), return_type=str),
    _text({"examples": ["2026-03-01 09:00"], "x-editor": "local"}),
]
Zone = Annotated[
    str, BeforeValidator(parse_zone), _text({"examples": ["Europe/Berlin", "UTC"], "x-editor": "timezone"})
]
ZoneOrProfile = Annotated[
    str,
    BeforeValidator(parse_zone_or_profile),
    _text({"examples": ["profile", "Europe/Berlin", "UTC"], "x-editor": "timezone"}),
]
Rate = Annotated[
    RateValue,
    BeforeValidator(parse_rate),
    PlainSerializer(str, return_type=str),
    _text({"pattern": r"^[1-9]\d*/[smhd]$", "examples": ["100/s"], "x-editor": "rate"}),
]
Day = Annotated[
    date,
    BeforeValidator(parse_day),
    PlainSerializer(lambda value: value.isoformat(), return_type=str),
    _text({"format": "date", "examples": ["2026-03-02"]}),
]
Recurrence = Annotated[
    str, BeforeValidator(parse_rrule), _text({"examples": ["FREQ=WEEKLY;BYDAY=MO"], "x-editor": "recurrence"})
]
