"""Caps and quiet hours at their edges (spec, section 7), as a user sees them in the simulator's results."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

import polars as pl
import pytest

from sojourn import simulate
from sojourn.messages.gate import quiet_until
from sojourn.messages.rules import QuietHours

Row = dict[str, Any]


def campaign(id: str, event: str, channel: str, **message: Any) -> Row:
    sends = [{"channel": channel, "template": f"t-{channel}", **message}]
    return {"kind": "triggered", "id": id, "trigger": [{"event": event}], "reeligible": "always", "messages": sends}


SHOP: list[Row] = [
    {"kind": "entity", "id": "profile", "attributes": {"email": "string", "timezone": "string"}},
    *({"kind": "event", "id": name} for name in ("mail", "hook", "must", "free")),
    {"kind": "template", "id": "t-email", "channel": "email", "subject": "s", "text": "t"},
    {"kind": "template", "id": "t-webhook", "channel": "webhook", "method": "POST", "url": "https://x.example"},
    campaign("mail", "mail", "email"),
    campaign("hook", "hook", "webhook"),
    campaign("must", "must", "email", transactional=True),
    campaign("free", "free", "email"),
]
START, UNTIL = "2026-02-20T00:00:00Z", "2026-04-20T00:00:00Z"


def sent(policies: list[Row], happened: list[tuple[str, str]], zone: str = "America/New_York") -> list[str]:
    """Return what became of each event: the campaign of its message, or why there is none."""
    ann = {"type": "identify", "userId": "ann", "traits": {"email": "a@b.co", "timezone": zone}, "timestamp": START}
    items = [{"type": "track", "userId": "ann", "event": event, "timestamp": at} for event, at in happened]
    numbered = [{"kind": "policy", "id": f"p{i}", **policy} for i, policy in enumerate(policies)]
    result = simulate(SHOP + numbered, [ann, *items], START, UNTIL)
    rows = [(row["at"], row["from"]) for row in result.messages] + [
        (row["at"], row["reason"]) for row in result.discards
    ]
    return [what for _, what in sorted(rows)]


def cap(at_most: int, per: str, *channels: str) -> Row:
    return {"caps": [{"at_most": at_most, "per": per, "channels": list(channels)}]}


def mails(*instants: str) -> list[tuple[str, str]]:
    return [("mail", f"2026-{at}:00Z") for at in instants]


@pytest.mark.parametrize("most, expected", [(0, ["capped"] * 3), (2, ["mail", "mail", "capped"]), (3, ["mail"] * 3)])
def test_as_many_as_the_cap_are_sent_and_no_more(most: int, expected: list[str]) -> None:
    assert sent([cap(most, "day")], mails("03-03T15:00", "03-03T16:00", "03-03T17:00")) == expected


@pytest.mark.parametrize(
    "per, before, after",
    [
        ("hour", "03-03T15:59", "03-03T16:00"),
        ("day", "03-04T04:59", "03-04T05:00"),  # midnight in New York
        ("week", "03-09T03:59", "03-09T04:00"),  # Monday in New York, behind the change of clocks
        ("month", "04-01T03:59", "04-01T04:00"),
    ],
)
def test_a_new_period_begins_by_the_profiles_clock(per: str, before: str, after: str) -> None:
    first = {"hour": "03-03T15:00", "day": "03-03T05:00", "week": "03-02T05:00", "month": "03-01T05:00"}[per]
    assert sent([cap(1, per)], mails(first, before, after)) == ["mail", "capped", "mail"]


def test_caps_count_the_channels_that_they_name() -> None:
    happened = [("mail", "2026-03-03T15:00:00Z"), ("hook", "2026-03-03T15:01:00Z"), ("mail", "2026-03-03T15:02:00Z")]
    assert sent([cap(1, "day", "email")], happened) == ["mail", "hook", "capped"]
    assert sent([cap(1, "day", "email", "webhook")], happened) == ["mail", "capped", "capped"]


def test_all_caps_of_all_policies_hold() -> None:
    found = sent([cap(2, "day"), cap(1, "hour")], mails("03-03T15:00", "03-03T15:30", "03-03T16:00", "03-03T17:00"))
    assert found == ["mail", "capped", "mail", "capped"]


def test_transactional_messages_pass_and_are_not_counted() -> None:
    happened = [("must", "2026-03-03T15:00:00Z"), ("mail", "2026-03-03T15:01:00Z"), ("must", "2026-03-03T15:02:00Z")]
    assert sent([cap(1, "day")], happened) == ["must", "mail", "must"]


def test_exempt_documents_pass_and_are_not_counted() -> None:
    happened = [("free", "2026-03-03T15:00:00Z"), ("mail", "2026-03-03T15:01:00Z"), ("free", "2026-03-03T15:02:00Z")]
    assert sent([{**cap(1, "day"), "frequency_exempt": ["free"]}], happened) == ["free", "mail", "free"]


QUIET = {"quiet_hours": {"from": "22:00", "until": "08:00", "then": "discard"}}


@pytest.mark.parametrize(
    "instant, expected",
    [("03-04T02:59", "mail"), ("03-04T03:00", "quiet_hours"), ("03-04T12:59", "quiet_hours"), ("03-04T13:00", "mail")],
)
def test_quiet_hours_begin_inside_and_end_outside(instant: str, expected: str) -> None:
    assert sent([QUIET], mails(instant)) == [expected]


def test_transactional_messages_are_sent_in_quiet_hours() -> None:
    assert sent([QUIET], [("must", "2026-03-04T05:00:00Z")]) == ["must"]


def test_quiet_hours_come_before_caps() -> None:
    assert sent([QUIET, cap(0, "day")], mails("03-04T05:00")) == ["quiet_hours"]


def test_a_message_that_was_held_is_capped_by_the_day_on_which_it_is_due() -> None:
    hold = {"quiet_hours": {"from": "22:00", "until": "08:00"}}
    found = sent([hold, cap(1, "day")], mails("03-03T15:00", "03-04T03:30", "03-04T04:30"))
    assert found == ["mail", "capped", "mail"]  # two at one instant: of these one


def ends(start: str, until: str, zone: str, *instants: datetime) -> list[datetime | None]:
    quiet = QuietHours(time.fromisoformat(start), time.fromisoformat(until), "profile")
    found = quiet_until(pl.Series(instants).cast(pl.Datetime("us", "UTC")), pl.Series([zone] * len(instants)), quiet)
    return [at and at.astimezone(UTC) for at in found.to_list()]


def test_the_end_of_quiet_hours_is_that_of_the_same_night() -> None:
    evening, morning = datetime(2026, 3, 3, 23, tzinfo=UTC), datetime(2026, 3, 4, 7, 59, 59, tzinfo=UTC)
    assert ends("22:00", "08:00", "UTC", evening, morning) == [datetime(2026, 3, 4, 8, tzinfo=UTC)] * 2
    assert ends("01:00", "08:00", "UTC", evening, morning) == [None, datetime(2026, 3, 4, 8, tzinfo=UTC)]


def test_quiet_hours_that_end_in_a_gap_end_behind_it() -> None:
    assert ends("01:00", "02:30", "America/New_York", datetime(2026, 3, 8, 6, 30, tzinfo=UTC)) == [
        datetime(2026, 3, 8, 7, tzinfo=UTC)
    ]
