"""What is about a document is about all its versions: who is inside, who was, who received it, and commands."""

from __future__ import annotations

from pathlib import Path

from sojourn.model.reasons import DISCARD_REASONS, PASSAGE_STATES
from sojourn.reports.document import report
from sojourn.reports.explain import explain

from .recorded import World
from .recorded import world as living
from .shop import BASE, HOOK, Row, campaign, control, day, identify, journey, node, track


def wait(id: str, time: str, **fields: object) -> Row:
    """A journey that waits, which is another version for each time."""
    waiting = node("w", "wait", **{"for": time, "next": "m"})
    return journey(id, [waiting, {"id": "m", **HOOK}], **fields)


def batch(where: str, **fields: object) -> Row:
    """A campaign at a signal whose run waits before its message."""
    return {"kind": "campaign", "id": "b", "schedule": {"signal": {}}, **fields, "activities": [
        {"id": "who", "type": "query", "entity": "profile", "where": where},
        {"id": "w", "type": "wait", "of": "who", "for": "1d"},
        {"id": "m", "of": "w", **HOOK},
    ]}  # fmt: skip


def signal(at: str, id: str) -> Row:
    return {"type": "signal", "id": id, "parameters": {}, "timestamp": at}


def discards(world: World) -> list[tuple[str, int]]:
    reasons = world.sql("SELECT pno, doc, reason FROM discard ORDER BY no")

    return [(DISCARD_REASONS[reason], doc) for _, doc, reason in reasons]


def messages(world: World) -> list[tuple[int, str]]:
    found = world.sql("""SELECT doc, strftime("at", '%d %H:%M') FROM message ORDER BY "at", doc""")
    return [(doc, at) for doc, at in found]


def test_who_is_inside_finishes_on_the_old_version_and_cannot_enter_the_new_one(tmp_path: Path) -> None:
    with living([*BASE, wait("j", "1d")], tmp_path) as world:
        world.take(track(day(3)))
        world.publish([*BASE, wait("j", "2d")])
        world.take(track(day(3, "11:00:00")), track(day(3, "12:00:00"), user="bob"))
        world.until(day(6))
        assert messages(world) == [(1, "04 10:00"), (2, "05 12:00")]
        assert discards(world) == [("already_inside", 2)]


def test_an_item_takes_somebody_out_of_an_older_version_before_it_lets_him_into_the_newest(tmp_path: Path) -> None:
    asking = [node("w", "event", event="e", next="m"), {"id": "m", **HOOK}]
    with living([*BASE, journey("j", asking, reentry="always")], tmp_path) as world:
        world.take(track(day(3)))
        world.publish([*BASE, journey("j", asking, reentry="always", title="Better")])
        world.take(track(day(3, "11:00:00")), track(day(3, "12:00:00")))
        assert messages(world) == [(1, "03 11:00"), (2, "03 12:00")]
        assert discards(world) == []


def test_the_newest_version_is_that_also_where_an_older_one_came_first(tmp_path: Path) -> None:
    with living([*BASE, wait("j", "1d", priority=90)], tmp_path) as world:
        world.take(track(day(3)))
        world.publish([*BASE, wait("j", "2d", priority=10)])
        world.take(track(day(3), user="bob"), {**control(day(3, "12:00:00"), "stop", "j"), "older": True})
        world.until(day(6))
        assert messages(world) == [(2, "05 10:00")]


def test_reentry_is_over_all_versions_also_those_that_are_over(tmp_path: Path) -> None:
    with living([*BASE, wait("j", "1h")], tmp_path) as world:
        world.take(track(day(3)))
        world.until(day(4))
        world.sql("DELETE FROM outbox")  # delivery has handed everything over: nothing of the version is left
        world.publish([*BASE, wait("j", "2h")])
        world.take(track(day(5)), track(day(5), user="bob"))
        world.until(day(6))
        assert messages(world) == [(1, "03 11:00"), (2, "05 12:00")]
        assert discards(world) == [("not_eligible_again", 2)]


def test_a_receipt_of_an_older_version_counts(tmp_path: Path) -> None:
    with living([*BASE, campaign("c", {"event": "e"})], tmp_path) as world:
        world.take(track(day(3)))
        world.sql("DELETE FROM outbox")
        world.publish([*BASE, campaign("c", {"event": "e"}, priority=60)])
        world.take(track(day(4)), track(day(4), user="bob"))
        assert messages(world) == [(1, "03 10:00"), (2, "04 10:00")]
        assert discards(world) == [("not_eligible_again", 2)]


def test_commands_are_about_all_versions(tmp_path: Path) -> None:
    with living([*BASE, wait("j", "1h")], tmp_path) as world:
        world.take(track(day(3)))
        world.publish([*BASE, wait("j", "2h")])
        world.take(track(day(3, "10:10:00"), user="bob"), control(day(3, "10:20:00"), "pause", "j"))
        world.until(day(3, "15:00:00"))
        assert messages(world) == []
        world.take(control(day(3, "16:00:00"), "resume", "j"))
        assert sorted(messages(world)) == [(1, "03 16:00"), (2, "03 16:00")]
        world.take(track(day(4), user="cy"), control(day(4, "10:20:00"), "stop", "j"), track(day(5), user="dee"))
        world.until(day(6))
        assert len(messages(world)) == 2
        assert discards(world) == [("stopped", 2)]


def test_those_inside_older_versions_leave_and_those_of_the_newest_go_on(tmp_path: Path) -> None:
    with living([*BASE, wait("j", "1d")], tmp_path) as world:
        world.take(track(day(3)))
        world.publish([*BASE, wait("j", "2d")])
        world.take(track(day(3, "11:00:00"), user="bob"), {**control(day(3, "12:00:00"), "stop", "j"), "older": True})
        world.take(track(day(3, "13:00:00")), {**control(day(3, "14:00:00"), "stop", "j"), "older": True})
        world.until(day(6))
        assert messages(world) == [(2, "05 11:00")]
        ends = world.sql("SELECT doc, state FROM passage_end ORDER BY no")
        assert [(doc, PASSAGE_STATES[state]) for doc, state in ends] == [(1, "stopped"), (2, "completed")]
        states = world.sql("SELECT doc, state FROM document WHERE kind = 'journey' ORDER BY doc")
        assert states == [(1, "stopped"), (2, "live")]


def test_explanations_and_reports_are_about_versions_that_are_over_too(tmp_path: Path) -> None:
    with living([*BASE, wait("j", "1h")], tmp_path) as world:
        world.take(track(day(3)))
        world.until(day(4))
        world.sql("DELETE FROM outbox")  # nothing of the version is left
        world.publish([*BASE, wait("j", "2h")])
        world.take(track(day(5)))
        engine, cursor, now = world.engine.processor, world.engine.store.cursor(), world.clock.now()
        told = explain(cursor, engine.program, engine.evaluator, "ann", "j", now, engine.audiences.directory, world.log)
        assert told["summary"] == "`ann` entered `j` at 2026-03-03T10:00:00Z and is completed."
        assert [row["reason"] for row in told["refusals"]] == ["not_eligible_again"]
        found = report(cursor, engine.program, "j", now)
        assert (found["passages"]["entered"], found["totals"]["sent"]) == (1, 1)


def reading(**fields: object) -> Row:
    """A journey that reads its audience every noon and takes only who is new."""
    schedule = {"rrule": "FREQ=DAILY", "starts": day(2, "12:00:00")}
    entry = {"type": "audience", "audience": "vips", "incremental": True, "schedule": schedule}
    return journey("j", [{"id": "m", **HOOK}], entry=entry, reentry="always", **fields)


def test_an_incremental_audience_goes_on_in_a_new_version(tmp_path: Path) -> None:
    vips: Row = {"kind": "audience", "id": "vips", "where": "profile.vip"}
    with living([*BASE, vips, reading()], tmp_path) as world:
        world.take(identify(day(2), "ann", vip=True), identify(day(2), "bob", vip=True))
        world.until(day(3))
        world.publish([*BASE, vips, reading(title="Better")])
        world.until(day(4))
        assert messages(world) == [(1, "02 12:00"), (1, "02 12:00")]
        world.take(identify(day(4), "cy", vip=True))
        world.until(day(5))
        assert messages(world)[2:] == [(2, "04 12:00")]


def test_another_incremental_audience_takes_all_its_members(tmp_path: Path) -> None:
    vips: Row = {"kind": "audience", "id": "vips", "where": "profile.vip"}
    all_: Row = {"kind": "audience", "id": "all", "where": "true"}
    with living([*BASE, vips, all_, reading()], tmp_path) as world:
        world.take(identify(day(2), "ann", vip=True))
        world.until(day(3))
        other = reading()
        other["entry"] = {**other["entry"], "audience": "all"}
        world.publish([*BASE, vips, all_, other])
        world.until(day(4))
        assert messages(world) == [(1, "02 12:00"), (2, "03 12:00")]


def test_a_run_that_waits_ends_on_its_version_and_the_next_one_is_of_the_new(tmp_path: Path) -> None:
    with living([*BASE, batch("n = 1", confirm=False)], tmp_path) as world:
        world.take(identify(day(3), n=1), identify(day(3), user="bob", n=2), signal(day(3, "11:00:00"), "b"))
        world.until(day(3, "11:30:00"))
        world.publish([*BASE, batch("n = 2", confirm=False)])
        world.take(signal(day(3, "12:00:00"), "b"))
        world.until(day(6))
        assert messages(world) == [(1, "04 11:00"), (2, "05 11:00")]
        assert world.sql("SELECT doc, run, state FROM campaign_run ORDER BY run") == [
            (1, 1, "completed"), (2, 2, "completed"),
        ]  # fmt: skip


def test_a_run_of_the_version_before_is_confirmed_and_stopped(tmp_path: Path) -> None:
    with living([*BASE, batch("n = 1")], tmp_path) as world:
        world.take(identify(day(3), n=1), signal(day(3, "11:00:00"), "b"))
        world.until(day(3, "11:30:00"))
        world.publish([*BASE, batch("n = 2")])
        world.take(control(day(3, "12:00:00"), "confirm", "b"))
        world.until(day(5))
        assert messages(world) == [(1, "04 11:00")]
        world.take(signal(day(5, "11:00:00"), "b"))
        world.until(day(5, "11:30:00"))
        world.publish([*BASE, batch("n = 3")])
        world.take(control(day(5, "12:00:00"), "stop", "b"))
        world.until(day(8))
        assert world.sql("SELECT run, state FROM campaign_run ORDER BY run") == [(1, "completed"), (2, "stopped")]
