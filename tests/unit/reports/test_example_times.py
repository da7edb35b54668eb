"""When the message of a triggered campaign would leave, played by the engine itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sojourn.journeys.triggered_document import Triggered
from sojourn.model.errors import DocumentError
from sojourn.reports.example_times import time_line
from sojourn.workspace import read_workspace

Row = dict[str, Any]
NOW = datetime(2026, 3, 2, 10, 20, 30, tzinfo=UTC)
DOCUMENTS: list[Row] = [
    {"kind": "entity", "id": "profile", "attributes": {"email": "string", "timezone": "string"}},
    {"kind": "event", "id": "cart_abandoned", "properties": {"cart_value": "number"}},
    {"kind": "event", "id": "purchase", "match": "Order Completed"},
    {"kind": "event", "id": "large_purchase", "match": "Order Completed", "where": "event.amount > 100",
     "properties": {"amount": "number"}},
    {"kind": "group", "id": "news", "channel": "email", "default": "unsubscribed"},
    {"kind": "policy", "id": "rules", "holdout": {"percent": 100}},
    {"kind": "template", "id": "cart", "channel": "email", "subject": "{{ event.cart_value | divided_by: 0 }}",
     "text": "{% if profile.x.y %}a{% endif %}"},
    {"kind": "journey", "id": "broken"},
]  # fmt: skip
CART: Row = {
    "kind": "triggered", "id": "cart", "trigger": [{"event": "cart_abandoned", "where": "event.cart_value > 100"}],
    "audience": "profile.email like '%@nobody.example'", "control": 90, "delay": {"for": "30m"},
    "messages": [{"channel": "email", "template": "cart", "group": "news"}],
}  # fmt: skip


def line(zone: str = "UTC", wished: tuple[datetime, ...] = (), now: datetime = NOW, **more: Any) -> Row:
    body = {**CART, **more}
    known = read_workspace([each for each in DOCUMENTS if each["kind"] != "journey"]).catalog
    return time_line(Triggered.model_validate(body), body, DOCUMENTS, {}, known, zone, now, wished)


def leaving(found: Row) -> dict[str, Any]:
    return {
        one["name"]: one["leaves"][0]["at"][5:16] if one["leaves"] else one["refused"][0]["reason"]
        for one in found["examples"]
    }


def test_errors_of_other_documents_say_nothing_about_its_time() -> None:
    wrong = {"kind": "audience", "id": "wrong", "where": "profile.no_such > 3"}
    leans = {"kind": "audience", "id": "leans", "where": "in_audience('wrong')"}
    body = dict(CART)
    known = read_workspace([each for each in DOCUMENTS if each["kind"] != "journey"]).catalog
    documents = [*DOCUMENTS, wrong, leans]
    found = time_line(Triggered.model_validate(body), body, documents, {}, known, "UTC", NOW)
    assert leaving(found) == leaving(line())


def test_a_message_leaves_after_its_delay_whoever_it_is() -> None:
    found = line()
    assert leaving(found) == {"now": "03-02T10:50", "night": "03-03T03:30", "noon": "03-02T12:30"}
    assert (found["timezone"], found["open"], found["during"]) == ("UTC", None, None)


def test_the_window_is_on_the_profiles_clock_and_may_move_a_message() -> None:
    window = {"from": "09:00", "until": "17:00"}
    found = line("Asia/Seoul", window=window)
    assert leaving(found) == {
        "now": "outside_window", "night": "outside_window", "before_window": "outside_window",
        "after_window": "outside_window",
    }  # fmt: skip
    assert found["examples"][0]["due_at"] == "2026-03-02T10:50:00Z"
    assert {"from": "2026-03-03T00:00:00Z", "until": "2026-03-03T08:00:00Z"} in found["open"]
    moved = line("UTC", window={**window, "if_missed": "next"}, delay={"for": "8h"})
    assert leaving(moved)["now"] == "03-03T09:00"


def test_a_window_over_midnight_and_a_change_of_clocks() -> None:
    found = line("Europe/Berlin", now=datetime(2026, 3, 28, 12, tzinfo=UTC), window={"from": "22:00", "until": "06:00"})
    assert {"from": "2026-03-28T21:00:00Z", "until": "2026-03-29T04:00:00Z"} in found["open"]


def test_exceptions_are_really_played() -> None:
    unless = [{"event": "large_purchase"}, {"event": "purchase", "where": "event.amount > 5"}, {"session": "start"}]
    [now, *_] = line(unless=unless)["examples"]
    at = "2026-03-02T10:35:00Z"
    assert now["leaves"]
    assert now["excepted"] == [{"index": 1, "at": at, "cancelled": True}, {"index": 2, "at": at, "cancelled": True}]


def test_the_duration_refuses_triggers_outside_it() -> None:
    during = {"from": "2026-03-02T11:00:00Z", "until": "2026-03-02T13:00:00Z"}
    found = line(during=during)
    assert leaving(found) == {"now": "outside_duration", "night": "outside_duration", "noon": "03-02T12:30"}
    assert found["during"] == during
    local = line("Asia/Seoul", during={"local": {"from": "2026-03-02 09:00", "until": "2026-03-02 10:00"}})
    assert local["during"] == {"from": "2026-03-02T00:00:00Z", "until": "2026-03-02T01:00:00Z"}


def test_other_instants_may_be_wished() -> None:
    wished = (datetime(2026, 3, 7, tzinfo=UTC), datetime(2031, 3, 8, tzinfo=UTC))
    found = line(wished=wished, delay={"weekday": "monday", "at": "09:00"}, unless=[{"event": "purchase"}])
    assert [(one["name"], one["leaves"][0]["at"]) for one in found["examples"]] == [
        ("wished", "2026-03-09T09:00:00Z"), ("wished", "2031-03-10T09:00:00Z"),
    ]  # fmt: skip
    assert [one["excepted"][0]["cancelled"] for one in found["examples"]] == [True, True]


def test_quiet_hours_hold_it() -> None:
    quiet = {"kind": "policy", "id": "quiet",
             "quiet_hours": {"from": "10:30", "until": "11:30", "then": "hold", "timezone": "UTC"}}  # fmt: skip
    DOCUMENTS.append(quiet)
    try:
        assert leaving(line())["now"] == "03-02T11:30"
    finally:
        DOCUMENTS.remove(quiet)


def test_what_has_errors_is_said() -> None:
    with pytest.raises(DocumentError, match="nothing"):
        line(messages=[{"channel": "email", "template": "nothing"}])
