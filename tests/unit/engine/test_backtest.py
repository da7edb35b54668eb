"""A draft over the recorded log: the live document itself gives what it gave, and the past is as it was."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sojourn.engine.backtest.errors import BadPeriod, NothingRecorded
from sojourn.engine.importing import EVENTS, PROFILES, Load, load
from sojourn.engine.publication import UnknownDocument
from tests.unit.engine.recorded import START, differences, table, world

Row = dict[str, Any]
END = "2026-03-09T00:00:00Z"
BASE: list[Row] = [
    {"kind": "entity", "id": "profile", "attributes": {"email": "string", "city": "string", "score": "integer"}},
    {
        "kind": "entity",
        "id": "booking",
        "key": "booking_id",
        "attributes": {"booking_id": "integer", "profile_id": "string", "nights": "integer"},
        "links": {"guest": {"to": "profile", "on": {"profile_id": "profile_id"}}},
    },
    {"kind": "event", "id": "signup", "properties": {"plan": "string"}},
    {"kind": "event", "id": "buy", "properties": {"amount": "number"}},
    {"kind": "template", "id": "hi", "channel": "email", "subject": "Hi", "text": "Hello"},
    {"kind": "template", "id": "bye", "channel": "email", "subject": "Bye", "text": "{% abort_message 'no' %}"},
    {"kind": "policy", "id": "caps", "caps": [{"channels": ["email"], "at_most": 2, "per": "week"}]},
]
WELCOME: Row = {
    "kind": "journey",
    "id": "welcome",
    "entry": {"type": "event", "event": "signup"},
    "reentry": "always",
    "nodes": [
        {"id": "first", "type": "email", "template": "hi", "next": "opened"},
        {"id": "opened", "type": "reaction", "to": "first", "kind": "opened", "timeout": "1d", "next": "second"},
        {"id": "second", "type": "email", "template": "hi", "next": "third"},
        {"id": "third", "type": "email", "template": "bye"},
    ],
}
THANKS: Row = {
    "kind": "triggered",
    "id": "thanks",
    "trigger": [{"event": "buy"}],
    "reeligible": "always",
    "messages": [{"channel": "email", "template": "hi"}],
    "conversions": [{"event": "signup", "within": "3d"}],
}


def day(number: int, hour: int = 0) -> str:
    return f"2026-03-{1 + number:02d}T{hour:02d}:00:00Z"


def identify(profile: str, at: str, **traits: object) -> Row:
    return {"type": "identify", "userId": profile, "timestamp": at, "traits": traits}


def track(profile: str, event: str, at: str, **properties: object) -> Row:
    return {"type": "track", "userId": profile, "event": event, "timestamp": at, "properties": properties}


def opened(profile: str, of: str, at: str) -> Row:
    return {"type": "feedback", "userId": profile, "kind": "opened", "of": of, "timestamp": at}


def people(at: str, *names: str, **traits: object) -> list[Row]:
    return [identify(name, at, email=f"{name}@x.example", **traits) for name in names]


HISTORY: list[Row] = [
    *people(day(1, 1), "ann", "bob", "cho"),
    track("ann", "signup", day(1, 2), plan="free"),
    track("bob", "buy", day(1, 3), amount=7),
    opened("ann", "welcome/first", day(1, 4)),
    track("bob", "signup", day(2), plan="pro"),
    track("cho", "buy", day(2, 1), amount=3),
    {"type": "subscription", "userId": "cho", "channel": "email", "status": "unsubscribed", "timestamp": day(3)},
    track("cho", "signup", day(3, 1)),
    track("dee", "signup", day(4)),
    identify("dee", day(4, 1), email="dee@x.example"),
    track("dee", "buy", day(4, 2), amount=1),
    track("ann", "signup", day(5), plan="pro"),
]


def changed(document: Row, **fields: object) -> Row:
    return {**copy.deepcopy(document), **fields}


def test_the_live_document_itself_gives_what_it_gave(tmp_path: Path) -> None:
    with world([*BASE, WELCOME, THANKS], tmp_path) as live:
        live.take(*HISTORY)
        live.until(END)
        for id_ in ("welcome", "thanks"):
            found = live.backtest([*BASE, WELCOME, THANKS], id_, START, END)
            assert differences(found) == []
            assert found["items"] == len(HISTORY)
        welcome = live.backtest([*BASE, WELCOME, THANKS], "welcome", START, END)
        assert table(welcome, "passages", "what")["entered"] == (5, 5)
        assert table(welcome, "messages", "node", "channel") == {
            ("first", "email"): (2, 2),
            ("second", "email"): (2, 2),
        }
        assert table(welcome, "discards", "node", "reason") == {
            ("first", "no_consent"): (1, 1), ("first", "no_address"): (1, 1), ("first", "capped"): (1, 1),
            ("second", "capped"): (2, 2), ("second", "no_consent"): (1, 1),
            ("third", "capped"): (4, 4), ("third", "no_consent"): (1, 1),
        }  # fmt: skip
        assert welcome["notes"] == []
        thanks = live.backtest([*BASE, WELCOME, THANKS], "thanks", START, END)
        assert table(thanks, "conversions", "event", "variant") == {("signup", None): (2, 2)}


def test_a_draft_stands_beside_the_live_version(tmp_path: Path) -> None:
    draft = changed(WELCOME, entry={"type": "event", "event": "signup", "where": "event.plan = 'pro'"})
    with world([*BASE, WELCOME], tmp_path) as live:
        live.take(*HISTORY)
        live.until(END)
        before = live.sql(
            "SELECT (SELECT count(*) FROM message), (SELECT count(*) FROM step), (SELECT max(doc) FROM document)"
        )
        found = live.backtest([*BASE, draft], "welcome", START, END)
        assert table(found, "passages", "what")["entered"] == (2, 5)
        assert table(found, "messages", "node", "channel")[("first", "email")] == (2, 2)
        after = live.sql(
            "SELECT (SELECT count(*) FROM message), (SELECT count(*) FROM step), (SELECT max(doc) FROM document)"
        )
        assert after == before


def test_readers_of_the_draft_do_what_they_did(tmp_path: Path) -> None:
    """Feedback carries the number of the live version's message; the draft's has another."""
    with world([*BASE, WELCOME], tmp_path) as live:
        live.take(*people(day(1, 1), "ann"), track("ann", "signup", day(1, 2)))
        ((number,),) = live.sql("SELECT no FROM message")
        told = {"kind": "feedback", "name": "opened", "profile_id": "ann",
                "data": f'{{"of":"welcome/first","message":{number}}}'}  # fmt: skip
        live.clock.at = live.clock.at.replace(hour=5)
        live.log.append(pl.DataFrame([told]))
        live.until(END)
        found = live.backtest([*BASE, WELCOME], "welcome", START, END)
        assert differences(found) == []
        assert live.sql("SELECT count(*) FROM step WHERE \"at\" = '2026-03-02T05:00:00Z'") != [(0,)]


def test_attributes_consent_and_rows_are_as_they_were(tmp_path: Path) -> None:
    draft = {
        "kind": "journey",
        "id": "late",
        "entry": {
            "type": "audience",
            "audience": "wanted",
        },
        "nodes": [{"id": "mail", "type": "email", "template": "hi"}],
    }
    wanted = {
        "kind": "audience", "id": "wanted",
        "where": {"all": ["profile.city = 'Rome'", {"related": "booking", "where": "nights = 3"},
                          {"subscribed": "email"}, {"did": "buy", "count": {"exactly": 1}}]},
    }  # fmt: skip
    row = {"type": "row", "entity": "booking", "op": "u"}
    with world(BASE, tmp_path) as live:
        live.take(
            *people(day(1, 1), "ann", "bob", city="Rome"),
            *({**row, "timestamp": day(1, 2), "row": {"booking_id": n, "profile_id": who, "nights": 3}}
              for n, who in enumerate(("ann", "bob"))),
            track("ann", "buy", day(1, 3)), track("bob", "buy", day(1, 3)),
            # what comes now has not happened yet on the fourth day
            identify("ann", day(4), city="Oslo"), identify("bob", day(4), city=None),
            {**row, "timestamp": day(4), "row": {"booking_id": 0, "nights": 9}},
            {**row, "timestamp": day(4), "op": "d", "row": {"booking_id": 1}},
            {"type": "subscription", "userId": "ann", "channel": "email", "status": "unsubscribed",
             "timestamp": day(4)},
            track("bob", "buy", day(4)),
        )  # fmt: skip
        live.until(END)
        early = live.backtest([*BASE, wanted, draft], "late", day(3), day(3, 12))
        assert table(early, "messages", "node", "channel") == {("mail", "email"): (2, 0)}
        late = live.backtest([*BASE, wanted, draft], "late", day(5), day(6))
        assert table(late, "passages", "what")["entered"] == (0, 0)
        assert "never published" in late["notes"][0]


def imported(live: Any, target: str, rows: pl.DataFrame, name: str) -> None:
    load(live.engine.processor, Load(target, name, rows, [], 0, rows.height, True), live.clock.now())


def test_what_was_imported_is_there_from_its_import_on(tmp_path: Path) -> None:
    draft = {
        "kind": "journey", "id": "daily",
        "entry": {"type": "audience", "audience": "romans",
                  "schedule": {"rrule": "FREQ=DAILY", "starts": day(2, 12)}},
        "reentry": "always",
        "nodes": [{"id": "mail", "type": "email", "template": "hi"}],
    }  # fmt: skip
    romans = {"kind": "audience", "id": "romans", "where": {"all": ["profile.city = 'Rome'", {"did": "buy"}]}}
    with world([*BASE, romans, draft], tmp_path) as live:
        live.until(day(1, 1))
        imported(
            live, PROFILES, pl.DataFrame({"profile_id": ["ann"], "email": ["ann@x.example"], "city": ["Rome"]}), "a"
        )
        past = pl.Series([live.clock.at]).dt.replace_time_zone("UTC")
        events = pl.DataFrame({"profile_id": ["ann", "bob"], "name": "buy", "data": "{}"}).with_columns(
            pl.lit(past[0]).alias("occurred_at")
        )
        imported(live, EVENTS, events, "b")
        live.until(day(4))
        eve = pl.DataFrame({"profile_id": ["eve", "fay"], "email": ["eve@x.example", "fay@x.example"], "city": "Rome"})
        imported(live, PROFILES, eve, "c")
        imported(live, EVENTS, events.with_columns(profile_id=pl.Series(["eve", "fay"])), "d")
        live.take(identify("fay", day(4, 1), city="Oslo"), track("cho", "signup", day(4, 1)))
        live.until(day(5, 18))
        found = live.backtest([*BASE, romans, draft], "daily", day(2), day(5, 18))
        # ann on four days, eve on the two after her import; what fay was before the log moved her is not known
        assert table(found, "passages", "what")["entered"] == (6, 6)
        assert table(found, "messages", "node", "channel") == {("mail", "email"): (4, 4)}
        assert any("2 profiles were imported" in note for note in found["notes"])
        assert any("What imports brought" in note for note in found["notes"])


def test_those_inside_before_stay_with_the_live_version(tmp_path: Path) -> None:
    once = changed(WELCOME, reentry="never")
    with world([*BASE, once], tmp_path) as live:
        live.take(*people(day(1, 1), "ann", "bob"), track("ann", "signup", day(1, 2)))
        live.take(track("ann", "signup", day(1, 3)), track("bob", "signup", day(3)), track("ann", "signup", day(4)))
        live.until(END)
        found = live.backtest([*BASE, once], "welcome", day(1, 3), END)
        assert table(found, "passages", "what")["entered"] == (1, 1)
        assert table(found, "discards", "node", "reason")[(None, "already_inside")] == (1, 1)
        assert table(found, "discards", "node", "reason")[(None, "not_eligible_again")] == (1, 1)
        assert any("had entered before" in note for note in found["notes"])


def test_messages_of_other_documents_count_for_caps_at_their_instants(tmp_path: Path) -> None:
    draft = changed(THANKS, id="more", trigger=[{"event": "signup"}], conversions=[])
    with world([*BASE, THANKS], tmp_path) as live:
        live.take(*people(day(1, 1), "ann"), track("ann", "signup", day(1, 2)))
        live.take(track("ann", "buy", day(1, 3)), track("ann", "buy", day(1, 4)), track("ann", "signup", day(1, 5)))
        live.until(END)
        found = live.backtest([*BASE, THANKS, draft], "more", START, END)
        assert table(found, "messages", "channel") == {"email": (1, 0)}
        assert table(found, "discards", "channel", "reason") == {("email", "capped"): (1, 0)}


def test_the_draft_runs_through_a_pause_of_the_live_version(tmp_path: Path) -> None:
    with world([*BASE, WELCOME], tmp_path) as live:
        live.take(*people(day(1, 1), "ann"), {"type": "control", "do": "close", "id": "welcome", "timestamp": day(2)})
        live.take(track("ann", "signup", day(3)))
        live.until(END)
        found = live.backtest([*BASE, WELCOME], "welcome", START, END)
        assert table(found, "passages", "what")["entered"] == (1, 0)
        assert any("1 commands" in note for note in found["notes"])


def test_a_shortened_log_is_told(tmp_path: Path) -> None:
    with world([*BASE, WELCOME], tmp_path) as live:
        live.take(*HISTORY)
        live.until(END)
        live.log.retain(4)
        found = live.backtest([*BASE, WELCOME], "welcome", day(2), END)
        assert f"kept from {day(1, 3)} on" in found["notes"][0]


@pytest.mark.parametrize(
    ("since", "until", "error", "says"),
    [
        (END, START, BadPeriod, "ends before"),
        (START, "2027-01-01T00:00:00Z", BadPeriod, "later than now"),
        ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", NothingRecorded, "the log reaches from"),
    ],
)
def test_a_period_that_cannot_be_gone_through(
    since: str, until: str, error: type[Exception], says: str, tmp_path: Path
) -> None:
    with world([*BASE, WELCOME], tmp_path) as live:
        live.take(*HISTORY)
        live.until(END)
        with pytest.raises(error, match=says):
            live.backtest([*BASE, WELCOME], "welcome", since, until)
        with pytest.raises(UnknownDocument, match="did you mean `welcome`"):
            live.backtest([*BASE, WELCOME], "wellcome", START, END)


def test_a_campaign_is_counted_by_transition(tmp_path: Path) -> None:
    spring: Row = {
        "kind": "campaign", "id": "spring", "schedule": {"once": day(3)}, "confirm": False,
        "activities": [
            {"id": "buyers", "type": "query", "entity": "profile", "where": {"did": "buy"}},
            {"id": "parts", "type": "split", "of": "buyers", "complement": "rest",
             "paths": [{"id": "top", "limit": 1}]},
            {"id": "mail", "type": "email", "of": "parts.top", "template": "hi"},
        ],
    }  # fmt: skip
    wider = changed(spring, confirm=True)
    wider["activities"][2]["of"] = "buyers"
    with world([*BASE, spring], tmp_path) as live:
        live.take(*people(day(1, 1), "ann", "bob", "cho"), *(track(who, "buy", day(2)) for who in ("ann", "bob")))
        live.take(track("cho", "buy", day(4)))
        live.until(END)
        same = live.backtest([*BASE, spring], "spring", START, END)
        assert differences(same) == []
        assert table(same, "transitions", "from")["parts.rest"] == (1, 1)
        found = live.backtest([*BASE, wider], "spring", START, END)
        assert table(found, "transitions", "from")["buyers"] == (2, 2)
        assert table(found, "messages", "node", "channel") == {("mail", "email"): (2, 1)}


def test_an_incremental_audience_that_had_been_read_before_takes_only_who_is_new(tmp_path: Path) -> None:
    schedule = {"rrule": "FREQ=DAILY", "starts": day(1, 12)}
    entry = {"type": "audience", "audience": "high", "incremental": True, "schedule": schedule}
    reading: Row = {
        "kind": "journey", "id": "reading", "entry": entry, "reentry": "always",
        "nodes": [{"id": "m", "type": "email", "template": "hi"}],
    }  # fmt: skip
    documents = [*BASE, {"kind": "audience", "id": "high", "where": "profile.score > 5"}, reading]
    with world(documents, tmp_path) as live:
        live.take(*people(day(1, 1), "ann", "bob", score=9), *people(day(4, 1), "cho", score=7))
        live.until(END)
        found = live.backtest(documents, "reading", day(3), END)
        assert table(found, "passages", "what")["entered"] == (1, 1)
        assert differences(found) == []
        assert found["notes"] == ["Who was in `high` at 2026-03-04T00:00:00Z counts as taken by a run before."]
