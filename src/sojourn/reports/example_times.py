"""The time line of a triggered campaign: example triggers, when messages leave, and when they may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import polars as pl

from sojourn.engine.rehearsing import Example, rehearse
from sojourn.engine.session import Cast
from sojourn.journeys.triggered_document import InstantPeriod, LocalDuring, LocalPeriod, Triggered, Window
from sojourn.model.channels import CHANNELS
from sojourn.model.delivery import channel_type
from sojourn.model.document import Catalog
from sojourn.model.instants import format_instant, parse_instant
from sojourn.model.wallclock import from_local

Row = dict[str, Any]
NIGHT: Final = time(3)
NOON: Final = time(12)
HOUR: Final = timedelta(hours=1)
_ADDRESSES: Final = {"email": "example@example.com", "phone": "+821012345678"}
BANDS_AT_MOST: Final = 400


def time_line(
    campaign: Triggered, body: Row, documents: Sequence[Row], files: Mapping[str, str], catalog: Catalog,
    zone: str, now: datetime, wished: Sequence[datetime] = (),
) -> Row:  # fmt: skip
    """Return when messages of a campaign would leave for example triggers, as the simulator has it.

    Parameters
    ----------
    campaign, body : Triggered, dict
        The same document, read and as it was written.
    documents : sequence of dict
        The workspace's.
    zone : str
        The zone of the example profile.
    wished : sequence of datetime
        Triggers in place of the usual ones.

    Returns
    -------
    dict
        `timezone`; `examples`: for each `name` (`now night noon before_window after_window wished`), `at`,
        `leaves`, `refused`, `due_at`, `excepted`; `open`: when messages may leave, `during`: when triggers count
        (`from`, `until`), both only where the campaign says so.

    Raises
    ------
    DocumentError
        What the campaign needs has errors.
    """
    own = zone if campaign.timezone == "profile" else campaign.timezone
    named = [("wished", at) for at in wished] or _instants(campaign, own, zone, now)
    cast = _example_profile(campaign, catalog, zone)
    found = rehearse(documents, files, body, [at for _, at in named], cast)
    examples = [_told(name, example) for (name, _), example in zip(named, found, strict=True)]
    begin, end = _reach(found)
    return {
        "timezone": own, "examples": examples,
        "open": None if campaign.window is None else _openings(campaign.window, own, zone, begin, end),
        "during": _during(campaign, own, zone),
    }  # fmt: skip


def _told(name: str, example: Example) -> Row:
    leaves = [{key: row[key] for key in ("at", "channel", "template", "variant")} for row in example.leaves]
    refused = [{key: row[key] for key in ("at", "reason", "detail", "channel")} for row in example.refused]
    return {"name": name, "at": format_instant(example.at), "leaves": leaves, "refused": refused,
            "due_at": example.due_at, "excepted": example.excepted}  # fmt: skip


def _example_profile(campaign: Triggered, catalog: Catalog, zone: str) -> Cast:
    """Return somebody who can be reached on all channels of the campaign."""
    kinds = {channel_type(message.channel, catalog) for _, message in campaign.every_message()}
    addresses = [CHANNELS[kind].address for kind in kinds if kind is not None]
    wanted = {name: _ADDRESSES.get(name, "example") for name in addresses if name is not None}
    profile: Any = catalog.get("entity", "profile")
    known = {} if profile is None else profile.types
    attributes = {name: value for name, value in {**wanted, "timezone": zone}.items() if name in known}
    topics = [f"channel:{kind}" for kind in kinds] + [f"group:{id}" for id in catalog.ids("group")]
    return Cast("example", attributes, dict.fromkeys(topics, "opted_in"))


# ---- instants -------------------------------------------------------------------------------------------------------


def _instants(campaign: Triggered, own: str, zone: str, now: datetime) -> list[tuple[str, datetime]]:
    """Return triggers at which different things happen: now, at night, around the window."""
    start = now.replace(second=0, microsecond=0)
    found = [("now", start), ("night", _next(NIGHT, own, start))]
    window = campaign.window
    if window is None:
        return [*found, ("noon", _next(NOON, own, start))]
    clock = _zone_of(window.timezone, own, zone)
    found.append(("before_window", _next(window.start, clock, start + HOUR) - HOUR))
    return [*found, ("after_window", _next(window.until, clock, start) + HOUR)]


def _zone_of(said: str | None, own: str, zone: str) -> str:
    return own if said is None else zone if said == "profile" else said


def _next(at: time, zone: str, after: datetime) -> datetime:
    """Return the next instant at which a clock of a zone shows a time."""
    local = after.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    for days in range(3):
        found = _instant(datetime.combine(local.date() + timedelta(days=days), at), zone)
        if found > after:
            return found
    raise AssertionError(f"{at} never comes in {zone}")


def _instant(local: datetime, zone: str) -> datetime:
    found: datetime = from_local(pl.Series([local], dtype=pl.Datetime("us")), pl.Series([zone]))[0]
    return found.astimezone(UTC)


def _reach(examples: Sequence[Example]) -> tuple[datetime, datetime]:
    """Return the first and the last instant of what is to be shown."""
    texts = [row["at"] for one in examples for row in (*one.leaves, *one.refused)]
    due = [one.due_at for one in examples if one.due_at is not None]
    every = [*(one.at for one in examples), *(parse_instant(text) for text in (*texts, *due))]
    return min(every), max(every)


# ---- periods --------------------------------------------------------------------------------------------------------


def _openings(window: Window, own: str, zone: str, begin: datetime, end: datetime) -> list[Row]:
    """Return when a window is open, from the day before the first instant to the day after the last."""
    clock = _zone_of(window.timezone, own, zone)
    day = begin.astimezone(ZoneInfo(clock)).date() - timedelta(days=1)
    last = end.astimezone(ZoneInfo(clock)).date() + timedelta(days=1)
    found: list[Row] = []
    while day <= last and len(found) < BANDS_AT_MOST:
        closes = day if window.until > window.start else day + timedelta(days=1)
        opened = _instant(datetime.combine(day, window.start), clock)
        closed = _instant(datetime.combine(closes, window.until), clock)
        found.append({"from": format_instant(opened), "until": format_instant(closed)})
        day += timedelta(days=1)
    return found


def _during(campaign: Triggered, own: str, zone: str) -> Row | None:
    during = campaign.during
    if isinstance(during, InstantPeriod):
        return {"from": format_instant(during.start), "until": format_instant(during.until)}
    if not isinstance(during, LocalDuring):
        return None
    period: LocalPeriod = during.local
    clock = _zone_of(period.timezone, own, zone)
    ends = (_instant(period.start, clock), _instant(period.until, clock))
    return dict(zip(("from", "until"), map(format_instant, ends), strict=True))
