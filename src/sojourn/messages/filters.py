"""Liquid filters beyond the standard ones: those that users of other engines look for."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final, Protocol
from urllib.parse import quote
from zoneinfo import ZoneInfo

from dateutil import parser as dateparser
from liquid.exceptions import FilterArgumentError
from liquid.stringify import to_liquid_string
from liquid.undefined import Undefined

_SECONDS: Final = re.compile(r"%%|%s")
_FORM_LENGTH: Final = 200


def instant_of(value: object, now: object) -> dt.datetime | None:
    """Return the instant that a value stands for, or None; ``now`` and ``today`` stand for `now`."""
    if value in ("now", "today"):
        value = dateparser.parse(now) if isinstance(now, str) else now
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time.min)
    if isinstance(value, str) and value and not value.isdigit():
        return dateparser.parse(value)
    if isinstance(value, int | float | str) and not isinstance(value, bool) and value != "":
        return dt.datetime.fromtimestamp(float(value), dt.UTC)
    return None


class Moment(Protocol):
    """A render context that knows what time it is, if the template asks."""

    now: object


def _read_instant(value: object, context: Moment) -> dt.datetime | None:
    try:
        return instant_of(value, context.now)
    except (ValueError, OverflowError, OSError):
        return None


def date(value: object, form: object = None, *, context: Moment) -> object:
    """Format an instant with strftime; ``now`` is the message's instant, never the machine's clock."""
    if form is None or isinstance(form, Undefined) or isinstance(value, Undefined) or value in (None, ""):
        return "" if isinstance(value, Undefined) or value is None else value
    if len(str(form)) > _FORM_LENGTH:
        raise FilterArgumentError(f"date: a format of more than {_FORM_LENGTH} characters", token=None)
    instant = _read_instant(value, context)
    return value if instant is None else _formatted(instant, str(form))


def _formatted(instant: dt.datetime, form: str) -> str:
    """Format; ``%s`` counts seconds from 1970 in UTC, whatever the machine's zone."""
    since = instant if instant.tzinfo is not None else instant.replace(tzinfo=dt.UTC)
    return instant.strftime(_SECONDS.sub(lambda found: str(int(since.timestamp())) if found[0] == "%s" else "%%", form))


def time_zone(value: object, zone: object = None, *, context: Moment) -> object:
    """Return the same instant on the clocks of a zone; an instant without a zone is in UTC."""
    instant = None if isinstance(value, Undefined) else _read_instant(value, context)
    if instant is None:
        return value
    return (instant if instant.tzinfo else instant.replace(tzinfo=dt.UTC)).astimezone(_zone(str(zone)))


@lru_cache(maxsize=600)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        message = f"time_zone: no time zone `{name[:60]}`; write it like `Asia/Seoul`"
        raise FilterArgumentError(message, token=None) from None


date.with_context = True  # type: ignore[attr-defined]
time_zone.with_context = True  # type: ignore[attr-defined]


def _text(value: object) -> str:
    return str(to_liquid_string(value, autoescape=False))


def _number(value: object) -> Decimal | None:
    try:
        number = Decimal(_text(value).strip() or "0") if not isinstance(value, bool) else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() and abs(number.adjusted()) < _FORM_LENGTH else None


def money(value: object) -> object:
    """Write a number with two digits after the point; what is no number stays as it is."""
    number = _number(value)
    return value if number is None else f"{number:.2f}"


def number_with_delimiter(value: object, delimiter: object = ",") -> object:
    """Write a number with a sign between the thousands; what is no number stays as it is."""
    number = _number(value)
    return value if number is None else f"{number:,f}".replace(",", _text(delimiter))


def url_param_escape(value: object) -> str:
    """Escape a text for the value of a parameter in an address, spaces as ``%20``."""
    return quote(_text(value), safe="")


def as_json_string(value: object) -> str:
    """Return a value as JSON, letters as they are."""
    return json.dumps(None if isinstance(value, Undefined) else value, default=str, ensure_ascii=False)


def _digest(name: str) -> Callable[[object], str]:
    def digest(value: object) -> str:
        return hashlib.new(name, _text(value).encode(), usedforsecurity=False).hexdigest()

    return digest


def _keyed(name: str) -> Callable[[object, object], str]:
    def keyed(value: object, secret: object) -> str:
        return hmac.new(_text(secret).encode(), _text(value).encode(), name).hexdigest()

    return keyed


EXTRA: Final[Mapping[str, Callable[..., Any]]] = {
    "date": date,
    "time_zone": time_zone,
    "money": money,
    "number_with_delimiter": number_with_delimiter,
    "url_param_escape": url_param_escape,
    "as_json_string": as_json_string,
    "md5": _digest("md5"),
    "sha1": _digest("sha1"),
    "sha256": _digest("sha256"),
    "hmac_sha1_hex": _keyed("sha1"),
    "hmac_sha256": _keyed("sha256"),
    "hmac_sha512": _keyed("sha512"),
}
"""The filters, by name."""
