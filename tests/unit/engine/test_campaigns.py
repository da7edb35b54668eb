"""Campaigns in the simulator: what the cases of the specification leave open."""

from typing import Any

import pytest

from sojourn import DocumentError, simulate

Row = dict[str, Any]
START, RUN, END = "2026-03-02T00:00:00Z", "2026-03-02T09:00:00Z", "2026-03-08T00:00:00Z"
HOTEL: list[Row] = [
    {"kind": "entity", "id": "profile", "attributes": {"email": "string", "city": "string", "spend": "number"}},
    {"kind": "entity", "id": "booking", "key": "booking_id",
     "attributes": {"booking_id": "string", "profile_id": "string", "email": "string", "nights": "integer"},
     "links": {"guest": {"to": "profile", "on": {"profile_id": "profile_id"}}}},
    {"kind": "template", "id": "hi", "channel": "email", "subject": "{{ row.booking_id }}", "text": "Hello"},
    {"kind": "template", "id": "text", "channel": "webhook", "method": "POST", "url": "https://x.example"},
]  # fmt: skip
PEOPLE = [
    {"profile_id": name, "email": f"{name}@example.com", "city": "Seoul"} for name in ("ann", "bob", "cid", "dee")
]
BOOKINGS = [
    {"booking_id": "k1", "profile_id": "ann", "nights": 1},
    {"booking_id": "k2", "profile_id": "ann", "nights": 2},
    {"booking_id": "k3", "profile_id": "ghost", "nights": 3},
]


def campaign(*activities: Row, **more: Any) -> Row:
    return {
        "kind": "campaign", "id": "spring", "schedule": {"once": RUN}, "confirm": False, **more,
        "activities": list(activities),
    }  # fmt: skip


def run(document: Row, *items: Row, documents: list[Row] | None = None, **more: Any) -> Any:
    given = {"tables": {"profile": PEOPLE, "booking": BOOKINGS}, **more}
    return simulate([*HOTEL, *(documents or []), document], list(items), START, END, **given)


def counts(result: Any, run: int = 1) -> dict[str, int]:
    return {row["from"]: row["rows"] for row in result.transitions if row["run"] == run}


def control(command: str, at: str) -> Row:
    return {"type": "control", "do": command, "id": "spring", "timestamp": at}


WHO: Row = {"id": "who", "type": "query", "entity": "profile"}
STAYS: Row = {"id": "stays", "type": "query", "entity": "booking"}
MAIL: Row = {"id": "mail", "type": "email", "of": "who", "template": "hi"}


def test_rows_that_match_nothing_go_on_as_what_they_are() -> None:
    guests = {"id": "guests", "type": "change_dimension", "of": "stays", "to": "profile", "via": "guest"}
    long = {"id": "long", "type": "split", "of": "guests.unmatched", "paths": [{"id": "yes", "where": "nights > 2"}]}
    assert counts(run(campaign(STAYS, guests, long)))["long.yes"] == 1


def test_the_columns_of_a_file_stay_with_the_rows_it_finds() -> None:
    file = {"id": "file", "type": "load_file", "path": "c.csv", "columns": {"mail": "string", "code": "string"}}
    known = {"id": "known", "type": "reconcile", "of": "file", "to": "profile", "on": {"mail": "email"}}
    coupon = {"kind": "template", "id": "coupon", "channel": "email", "subject": "{{ row.code }}", "text": "x"}
    mail = {"id": "mail", "type": "email", "of": "known", "template": "coupon"}
    files = {"c.csv": "code,mail\nSPRING,ann@example.com\nLATE,nobody@example.com\n"}
    result = run(campaign(file, known, mail), documents=[coupon], files=files)
    assert [(row["profile"], row["subject"]) for row in result.messages] == [("ann", "SPRING")]


def test_what_a_file_rejects_can_be_read_on() -> None:
    file = {"id": "file", "type": "load_file", "path": "c.csv", "columns": {"n": "integer"}, "on_bad_row": "reject"}
    odd = {
        "id": "odd",
        "type": "split",
        "of": "file.rejected",
        "paths": [{"id": "long", "where": "reason like '%fields%'"}],
    }
    found = counts(run(campaign(file, odd), files={"c.csv": "n,m\n1,a\nx,b\n2\n"}))
    assert (found["file"], found["file.rejected"], found["odd.long"]) == (1, 2, 1)


@pytest.mark.parametrize("files", [{}, {"c.csv": "n\nx\n"}, {"c.csv": "m\n1\n"}], ids=["none", "bad row", "no column"])
def test_a_file_that_does_not_fit_fails_the_run_and_nobody_else(files: dict[str, str]) -> None:
    file = {"id": "file", "type": "load_file", "path": "c.csv", "columns": {"n": "integer"}, "on_bad_row": "fail"}
    other = {**campaign(WHO, MAIL), "id": "other"}
    result = run(campaign(file), documents=[other], files=files)
    assert counts(result) == {"who": 4, "mail.sent": 4, "mail.discarded": 0}


def test_rows_without_a_value_are_nobodys_double() -> None:
    one = {"id": "one", "type": "deduplicate", "of": "stays", "by": ["email"], "complement": "more"}
    assert counts(run(campaign(STAYS, one))) == {"stays": 3, "one": 3, "one.more": 0}


def test_one_message_per_profile_of_several_rows_and_none_without_a_profile() -> None:
    result = run(campaign(STAYS, {**MAIL, "of": "stays", "per": "profile"}))
    assert [(row["profile"], row["subject"], row["row"]) for row in result.messages] == [("ann", "k1", None)]
    assert [(row["profile"], row["reason"]) for row in result.discards] == [(None, "no_address")]
    assert counts(result)["mail.discarded"] == 1


def test_waves_by_percent_leave_one_after_the_other() -> None:
    waves = {"percent": [25, 75], "every": "2h"}
    result = run(campaign(WHO, {**MAIL, "waves": waves, "rate": "1/m"}))
    assert [row["at"][11:16] for row in result.messages] == ["09:00", "11:00", "11:01", "11:02"]


def test_a_stop_drops_what_waits_for_its_turn() -> None:
    document = campaign(
        WHO, {**MAIL, "rate": "1/h"}, {"id": "after", "type": "webhook", "of": "mail.sent", "template": "text"}
    )
    result = run(document, control("stop", "2026-03-02T10:30:00Z"))
    assert len(result.messages) == 2
    assert [row["reason"] for row in result.discards] == ["stopped", "stopped"]
    assert counts(result) == {"who": 4}


def test_what_quiet_hours_hold_ends_the_activity_when_it_has_left() -> None:
    quiet = {"kind": "policy", "id": "quiet", "quiet_hours": {"from": "08:00", "until": "12:00", "timezone": "UTC"}}
    after = {"id": "after", "type": "webhook", "of": "mail.sent", "template": "text", "transactional": True}
    result = run(campaign(WHO, MAIL, after), documents=[quiet])
    assert {(row["from"], row["at"][11:16]) for row in result.messages} == {
        ("spring/mail", "12:00"), ("spring/after", "12:00")
    }  # fmt: skip


def test_a_pause_holds_the_run_and_a_resume_lets_it_go() -> None:
    result = run(
        campaign(WHO, MAIL), control("pause", "2026-03-02T08:00:00Z"), control("resume", "2026-03-03T08:00:00Z")
    )
    assert {row["at"] for row in result.messages} == {"2026-03-03T08:00:00Z"}


def test_recurring_runs_missed_in_a_pause_are_left_out() -> None:
    daily = campaign(WHO, schedule={"rrule": "FREQ=DAILY;COUNT=4", "starts": RUN, "timezone": "UTC"})
    result = run(daily, control("pause", "2026-03-02T12:00:00Z"), control("resume", "2026-03-04T12:00:00Z"))
    assert [row["run"] for row in result.transitions] == [1, 2]


def test_no_run_begins_after_a_close_and_the_one_that_runs_goes_on() -> None:
    wait = {"id": "later", "type": "wait", "of": "who", "for": "1h"}
    daily = campaign(WHO, wait, schedule={"rrule": "FREQ=DAILY;COUNT=4", "starts": RUN, "timezone": "UTC"})
    result = run(daily, control("close", "2026-03-02T09:30:00Z"))
    assert counts(result) == {"who": 4, "later": 4}
    assert counts(result, 2) == {}


def test_signals_wait_for_the_run_before_them() -> None:
    wait = {"id": "later", "type": "wait", "of": "who", "for": "5h"}
    document = campaign(WHO, wait, schedule={"signal": {}})
    signal = {"type": "signal", "id": "spring", "parameters": {}}
    items = [{**signal, "timestamp": f"2026-03-02T{hour}:00:00Z"} for hour in ("09", "10", "11")]
    assert [row["run"] for row in run(document, *items).transitions if row["from"] == "later"] == [1, 2, 3]


def test_an_aggregate_of_no_rows_and_of_some() -> None:
    add = {
        "most": {"from": "booking", "aggregate": "max(nights)"},
        "mean": {"from": "booking", "aggregate": "avg(nights)"},
        "n": {"from": "booking", "aggregate": "count(*)", "where": "nights > 1"},
    }
    more = {"id": "more", "type": "enrich", "of": "who", "add": add}
    parts = {"id": "parts", "type": "split", "of": "more", "paths": [
        {"id": "some", "where": "most = 2 and mean = 1.5 and n = 1"}, {"id": "none", "where": "most is null and n = 0"},
    ]}  # fmt: skip
    found = counts(run(campaign(WHO, more, parts)))
    assert (found["parts.some"], found["parts.none"]) == (1, 3)


def test_an_addition_must_not_take_the_name_of_a_column() -> None:
    more = {
        "id": "more",
        "type": "enrich",
        "of": "stays",
        "add": {"nights": {"from": "booking", "on": {"email": "email"}, "aggregate": "count(*)"}},
    }
    with pytest.raises(DocumentError, match="column `nights` already"):
        run(campaign(STAYS, more))


def test_an_incremental_query_takes_nothing_twice() -> None:
    document = campaign(
        {"id": "new", "type": "incremental", "entity": "booking", "on": "booked_at"},
        schedule={"rrule": "FREQ=DAILY;COUNT=3", "starts": RUN, "timezone": "UTC"},
    )
    hotel = [dict(each) for each in HOTEL]
    hotel[1] = {**HOTEL[1], "attributes": {**HOTEL[1]["attributes"], "booked_at": "timestamp"}}
    rows = [{"booking_id": f"k{i}", "booked_at": f"2026-02-0{i}T00:00:00Z"} for i in (1, 2)] + [{"booking_id": "k3"}]
    result = simulate([*hotel, document], [], START, END, tables={"booking": rows})
    assert [row["rows"] for row in result.transitions] == [2]


def test_campaigns_that_start_one_another_without_an_end_fail() -> None:
    again = {"id": "again", "type": "signal", "of": "who", "campaign": "spring"}
    endless = campaign(WHO, again, schedule={"signal": {"parameters": {}}})
    result = run(endless, {"type": "signal", "id": "spring", "timestamp": RUN})
    assert [row["run"] for row in result.transitions] == list(range(1, 101))


def test_a_signal_to_itself_after_a_wait_is_a_rhythm() -> None:
    later = {"id": "later", "type": "wait", "of": "who", "for": "2d"}
    again = {"id": "again", "type": "signal", "of": "later", "campaign": "spring"}
    rhythm = campaign(WHO, later, again, schedule={"signal": {"parameters": {}}})
    result = run(rhythm, {"type": "signal", "id": "spring", "timestamp": RUN})
    assert [row["run"] for row in result.transitions if row["from"] == "who"] == [1, 2, 3]
