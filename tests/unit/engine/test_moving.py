"""Those inside older versions go on in the new one where they wait, or leave, at its publication."""

from pathlib import Path

import pytest

from sojourn.engine.older import Staying
from sojourn.journeys.moving import Stay
from sojourn.model.reasons import DISCARD_REASONS, PASSAGE_REASONS, PASSAGE_STATES
from sojourn.reports.document import report
from sojourn.reports.explain import explain
from sojourn.reports.inside import Number, who
from sojourn.reports.life import life

from .recorded import World
from .recorded import world as living
from .shop import BASE, HOOK, Row, campaign, control, day, identify, journey, node, track

VIPS: Row = {"kind": "audience", "id": "vips", "where": "profile.vip"}
TALL: Row = {"kind": "audience", "id": "tall", "where": "profile.n > 1"}
DATA = [*BASE, VIPS, TALL]
WAIT = node("w", "wait", **{"for": "1d", "next": "m"})
SEND: Row = {"id": "m", **HOOK}
THANKS: Row = {"id": "thanks", **HOOK}


def waiting(*more: Row, **fields: object) -> list[Row]:
    """A journey that waits for a day, and then sends."""
    return [*DATA, journey("j", [WAIT, SEND, *more], **fields)]


def sends(world: World) -> list[tuple[str, int, str, str]]:
    """Who got what: the profile, the version, the node and the instant."""
    rows = world.sql(
        "SELECT profile_id, doc, node_id, strftime(m.\"at\", '%d %H:%M') FROM message m JOIN profile ON _pno = pno "
        'JOIN origin USING (doc, node) ORDER BY m."at", no'
    )
    return [(profile, doc, id, at) for profile, doc, id, at in rows]


def ends(world: World) -> list[tuple[int, str, str | None]]:
    rows = world.sql("SELECT doc, state, reason FROM passage_end ORDER BY no")
    return [(doc, PASSAGE_STATES[state], None if why is None else PASSAGE_REASONS[why]) for doc, state, why in rows]


def inside(world: World) -> list[tuple[int, str]]:
    return [
        (doc, id) for doc, id in world.sql("SELECT doc, node_id FROM passage JOIN origin USING (doc, node) ORDER BY no")
    ]


def test_who_waits_goes_on_in_the_new_version_until_the_same_instant(tmp_path: Path) -> None:
    with living(waiting(), tmp_path) as world:
        world.take(track(day(3)))
        longer = journey(
            "j", [node("new", "split", paths=[{"share": 100, "next": "w"}]), WAIT, {**SEND, "next": "thanks"}, THANKS]
        )
        [made] = world.publish([*DATA, longer], inside="move")
        assert [(older.doc, older.moving, older.staying) for older in made.older] == [(1, 1, ())]
        assert inside(world) == [(2, "w")]
        world.take(track(day(3, "12:00:00")), track(day(3, "12:00:00"), user="bob"))
        world.until(day(6))
        assert sends(world) == [
            ("ann", 2, "m", "04 10:00"), ("ann", 2, "thanks", "04 10:00"),
            ("bob", 2, "m", "04 12:00"), ("bob", 2, "thanks", "04 12:00"),
        ]  # fmt: skip
        assert ends(world) == [(2, "completed", None)] * 2


def test_who_waits_elsewhere_finishes_on_the_old_version(tmp_path: Path) -> None:
    second = node("v", "wait", **{"for": "1d"})
    with living([*DATA, journey("j", [WAIT, {**SEND, "next": "v"}, second])], tmp_path) as world:
        world.take(track(day(3)), track(day(4, "09:00:00"), user="bob"))
        world.until(day(4, "10:30:00"))
        [made] = world.publish([*DATA, journey("j", [WAIT, {**SEND, "next": "thanks"}, THANKS])], inside="move")
        [older] = made.older
        assert (older.moving, older.staying) == (1, (Staying("v", 1, Stay("removed")),))
        assert inside(world) == [(1, "v"), (2, "w")]
        world.until(day(7))
        assert ends(world) == [(1, "completed", None), (2, "completed", None)]
        assert [(user, id) for user, _, id, _ in sends(world)] == [("ann", "m"), ("bob", "m"), ("bob", "thanks")]


def test_what_they_wait_for_comes_to_them_in_the_new_version(tmp_path: Path) -> None:
    def asking(text: str) -> list[Row]:
        waits = node("w", "event", event="f", timeout="2d", next="m", on_timeout="thanks")
        return [*DATA, journey("j", [waits, {**SEND, "only_if": text, "next": "thanks"}, THANKS])]

    with living(asking("w.x > 5"), tmp_path) as world:
        world.take(track(day(3)), track(day(3), user="bob"), track(day(3), user="cy"))
        world.publish(asking("w.x > 1"), inside="move")
        world.take(track(day(3, "11:00:00"), "f", x=2), track(day(3, "11:00:00"), "f", user="bob", x=1))
        world.until(day(6))
        assert sends(world) == [
            ("ann", 2, "m", "03 11:00"), ("ann", 2, "thanks", "03 11:00"), ("cy", 2, "thanks", "05 10:00"),
        ]  # fmt: skip


def test_they_stay_as_long_as_the_new_version_lets_them(tmp_path: Path) -> None:
    asking = [node("w", "event", event="f", next="m"), SEND]
    with living([*DATA, journey("j", asking)], tmp_path) as world:
        world.take(track(day(3)))
        world.until(day(3, "11:00:00"))
        world.publish([*DATA, journey("j", asking, max_duration="2d")], inside="move")
        world.until(day(6))
        ended = world.sql("SELECT doc, state, strftime(left_at, '%d %H:%M') FROM passage_end")
        assert ended == [(2, PASSAGE_STATES.index("timed_out"), "05 10:00")]


def test_exits_of_the_new_version_are_theirs_from_then_on(tmp_path: Path) -> None:
    people = ("ann", "bob", "cy")
    with living(waiting(exit_when=[{"left": "vips"}]), tmp_path) as world:
        world.take(*(identify(day(3), user, vip=True, n=2 * (user == "cy")) for user in people))
        world.take(*(track(day(3), user=user) for user in people))
        world.take(identify(day(3, "10:30:00"), "cy", n=1))
        world.publish(waiting(exit_when=[{"entered": "tall"}, {"left": "vips"}]), inside="move")
        assert inside(world) == [(2, "w")] * 3
        world.take(identify(day(3, "11:00:00"), "ann", vip=False), identify(day(3, "11:00:00"), "bob", n=2))
        assert ends(world) == [(2, "exited", "exit_criteria")] * 2
        world.until(day(6))
        assert [user for user, *_ in sends(world)] == ["cy"]


def test_what_quiet_hours_hold_keeps_its_passage_in_its_version(tmp_path: Path) -> None:
    quiet: Row = {
        "kind": "policy",
        "id": "night",
        "quiet_hours": {"from": "20:00", "until": "08:00", "timezone": "UTC", "then": "hold"},
    }
    text: Row = {"id": "text", "type": "sms", "template": "text", "next": "w"}
    documents = [*DATA, quiet, journey("j", [text, WAIT, SEND], exit_when=[{"event": "f"}])]
    with living(documents, tmp_path) as world:
        world.take(*(identify(day(3), user, phone="+821000000001") for user in ("ann", "bob")))
        world.take(track(day(3)), track(day(3, "21:00:00"), user="bob"))
        documents[-1] = {**documents[-1], "title": "Better"}
        [made] = world.publish(documents, inside="move")
        assert [(older.moving, older.staying) for older in made.older] == [(1, (Staying("w", 1, Stay("held")),))]
        assert inside(world) == [(2, "w"), (1, "w")]
        world.take(track(day(3, "22:00:00"), "f", user="bob"))
        dropped = world.sql("SELECT doc, node, reason FROM discard")
        assert [(doc, node, DISCARD_REASONS[reason]) for doc, node, reason in dropped] == [(1, 0, "exit_criteria")]


def test_what_a_pause_holds_stays_and_who_waits_goes_on_as_the_new_version_is_live(tmp_path: Path) -> None:
    with living(waiting(), tmp_path) as world:
        world.take(track(day(3)), track(day(3, "20:00:00"), user="bob"), control(day(3, "21:00:00"), "pause", "j"))
        world.until(day(4, "11:00:00"))
        [made] = world.publish(waiting(title="Better"), inside="move")
        assert [(older.moving, older.staying) for older in made.older] == [(1, (Staying("m", 1, Stay("bound")),))]
        world.until(day(5))
        assert sends(world) == [("bob", 2, "m", "04 20:00")]
        world.take(control(day(5), "resume", "j"))
        assert [(user, doc) for user, doc, *_ in sends(world)] == [("bob", 2), ("ann", 1)]


def test_they_may_move_again_and_later(tmp_path: Path) -> None:
    with living(waiting(), tmp_path) as world:
        world.take(track(day(3)))
        world.publish(waiting(title="2"), inside="move")
        world.publish(waiting(title="3"))
        [made] = world.publish(waiting(title="3"), inside="move")
        assert (made.verdict, inside(world)) == ("already live", [(3, "w")])
        world.until(day(6))
        assert sends(world) == [("ann", 3, "m", "04 10:00")]


def test_they_leave_with_what_waits_to_be_sent(tmp_path: Path) -> None:
    with living(waiting(), tmp_path) as world:
        world.take(track(day(3)), track(day(3), user="bob"))
        [made] = world.publish(waiting(title="Better", reentry="always"), inside="leave")
        assert (made.left, ends(world)) == (2, [(1, "stopped", "stopped")] * 2)
        world.take(track(day(3, "12:00:00")))
        world.until(day(6))
        assert sends(world) == [("ann", 2, "m", "04 12:00")]
        assert world.sql("SELECT version, state FROM document WHERE kind = 'journey' ORDER BY doc") == [
            (1, "stopped"),
            (2, "live"),
        ]


def test_sends_of_a_triggered_campaign_finish(tmp_path: Path) -> None:
    waits = campaign("c", {"event": "e"}, delay={"for": "1d"})
    with living([*DATA, waits], tmp_path) as world:
        world.take(track(day(3)))
        [made] = world.publish([*DATA, {**waits, "title": "Better"}], inside="move")
        assert [older.staying for older in made.older] == [(Staying("delay", 1, Stay("kind")),)]
        world.until(day(6))
        assert world.sql("SELECT doc FROM message") == [(1,)]


def test_a_publication_that_fails_moves_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with living(waiting(), tmp_path) as world:
        world.take(track(day(3)))

        def fail(*_: object) -> None:
            raise RuntimeError("the end of the publication")

        with monkeypatch.context() as patched:
            patched.setattr("sojourn.engine.publication.watch_anew", fail)
            with pytest.raises(RuntimeError, match="the end"):
                world.publish(waiting(title="Better"), inside="move")
        assert inside(world) == [(1, "w")]
        world.until(day(6))
        assert sends(world) == [("ann", 1, "m", "04 10:00")]


def test_reports_and_explanations_are_about_one_passage(tmp_path: Path) -> None:
    with living(waiting(), tmp_path) as world:
        world.take(track(day(3)), track(day(3), user="bob"))
        world.publish(waiting(title="Better"), inside="move")
        engine, cursor, now = world.engine.processor, world.engine.store.cursor(), world.clock.now()
        found = report(cursor, engine.program, "j", now)
        assert (found["passages"]["entered"], found["passages"]["inside"]) == (2, 2)
        assert [(row["id"], row["entered"], row["waiting"]) for row in found["nodes"]] == [("w", 2, 2), ("m", 0, 0)]
        world.until(day(6))
        found, now = report(cursor, engine.program, "j", world.clock.now()), world.clock.now()
        assert [(row["id"], row["entered"], row["waiting"], row["left"]) for row in found["nodes"]] == [
            ("w", 2, 0, {"next": 2}), ("m", 2, 0, {"next": 2}),
        ]  # fmt: skip
        assert found["passages"]["entered"] == found["passages"]["completed"] == 2
        for behind in ("arrived", "edge"):
            rows = who(cursor, engine.program, "j", Number(behind, node="w"), None, 10)["rows"]  # type: ignore[arg-type]
            assert [row["name"] for row in rows] == ["next"] * 2
        told = explain(cursor, engine.program, engine.evaluator, "ann", "j", now, engine.audiences.directory, world.log)
        [passage] = told["passages"]
        assert [(step["node"], step["outcome"], step["text"]) for step in passage["steps"]] == [
            ("w", "waiting", "waited until 2026-03-04 10:00 UTC (for 1d)"),
            ("w", "moved", "went on in version 2, in the same place"),
            ("w", "next", "the wait was over"),
            ("m", "next", "the message was decided"),
        ]
        assert [len(step["messages"]) for step in passage["steps"]] == [0, 0, 0, 1]
        lived = life(cursor, engine.program, "ann")["rows"]
        assert [(row["version"], row["name"]) for row in lived if row["kind"] == "step"] == [
            (2, "next"), (2, "next"), (2, "moved"), (1, "waiting"),
        ]  # fmt: skip
