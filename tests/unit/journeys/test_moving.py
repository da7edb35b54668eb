"""Who may go on in another version: a rule over two documents."""

from typing import Any

import pytest

from sojourn.journeys.compile import Published, compile_program
from sojourn.journeys.moving import Edition, Stay, obstacle
from sojourn.workspace import read_workspace

Row = dict[str, Any]
HOOK: Row = {"type": "webhook", "template": "hook"}
BASE: list[Row] = [
    {"kind": "entity", "id": "profile", "attributes": {"email": "string", "n": "integer"}},
    *({"kind": "event", "id": id, "properties": {"x": "number"}} for id in ("e", "f")),
    {"kind": "audience", "id": "vips", "where": "profile.n > 1"},
    {"kind": "template", "id": "hook", "channel": "webhook", "method": "POST", "url": "https://x.example"},
    {"kind": "template", "id": "bought", "channel": "webhook", "method": "POST", "url": "https://x.example/{{ f1.x }}"},
    {"kind": "template", "id": "mail", "channel": "email", "subject": "s", "text": "b"},
    {"kind": "source", "id": "weather", "request": {"url": "https://a.example"}, "response": {"temp": "number"}},
]  # fmt: skip

WAIT: Row = {"id": "w", "type": "wait", "for": "1d", "next": "m"}
EVENT: Row = {"id": "f1", "type": "event", "event": "f", "timeout": "1d", "next": "w"}
MAIL: Row = {"id": "first", "type": "email", "template": "mail", "next": "w"}
SEND: Row = {"id": "m", **HOOK}
READ: Row = {"id": "m", **HOOK, "only_if": "f1.x > 1"}
OPENED: Row = {"id": "m", "type": "reaction", "to": "first", "kind": "opened", "timeout": "1d"}
LEAVES: Row = {"event": "e", "where": "event.x > f1.x"}
RACE: Row = {"id": "w", "type": "race", "within": "1d", "paths": [{"event": "f", "next": "m"}], "otherwise": "m"}


def journey(*nodes: Row, **fields: Any) -> Row:
    return {"kind": "journey", "id": "j", "entry": {"type": "event", "event": "e"}, **fields, "nodes": list(nodes)}


def edition(document: Row) -> Edition:
    workspace = read_workspace([*BASE, document])
    known = {**workspace.journeys, **workspace.triggered}["j"]
    [line] = compile_program(workspace.catalog, workspace.directory, [Published(1, known)]).lines
    return Edition(known, line)


def verdict(old: Row, new: Row, at: str = "w") -> Stay | None:
    return obstacle(edition(old), edition(new), at)


PLAIN = journey(WAIT, SEND)


@pytest.mark.parametrize(
    "new",
    [
        journey(WAIT, SEND, title="Better", priority=60, reentry="always", max_duration="5d"),
        journey({**WAIT, "next": "n"}, {**SEND, "id": "n", "template": "mail", "type": "email"}),
        journey(MAIL, WAIT, SEND),
        journey({**EVENT, "next": "w"}, WAIT, SEND),
        journey(WAIT, SEND, entry={"type": "event", "event": "e", "where": "event.x > 1"}),
        journey(WAIT, {**SEND, "next": "f1"}, {**EVENT, "next": "n"}, {**READ, "id": "n"}),
        journey({**WAIT, "next": "first"}, {**MAIL, "next": "m"}, OPENED),
    ],
    ids=[
        "told otherwise",
        "sends otherwise",
        "sends before",
        "keeps what nobody reads",
        "lets in fewer",
        "keeps later",
        "asks later",
    ],
)
def test_who_merely_waits_goes_on(new: Row) -> None:
    assert verdict(PLAIN, new) is None


@pytest.mark.parametrize(
    ("new", "why"),
    [
        (journey(WAIT, SEND, entry={"type": "event", "event": "f"}), Stay("entry")),
        (journey(WAIT, SEND, entry={"type": "event", "event": "e", "key": "entry.x"}), Stay("entry")),
        (journey(WAIT, SEND, entry={"type": "audience", "audience": "vips"}), Stay("entry")),
        (journey(WAIT, SEND, timezone="Asia/Seoul"), Stay("timezone")),
        (journey(SEND), Stay("removed")),
        (journey({**WAIT, "for": "2d"}, SEND), Stay("changed")),
        (journey(RACE, SEND), Stay("changed")),
        (journey(EVENT, WAIT, READ), Stay("looks_back", "m", "f1")),
        (journey(EVENT, WAIT, {**SEND, "template": "bought"}), Stay("looks_back", "m", "f1")),
        (journey(EVENT, WAIT, SEND, exit_when=[LEAVES]), Stay("looks_back", None, "f1")),
        (journey(MAIL, WAIT, OPENED), Stay("looks_back", "m", "first")),
    ],
    ids=[
        "other event", "other key", "other entry", "other clock", "gone", "waits longer", "waits for something else",
        "a condition", "a template", "an exit", "a reaction",
    ],
)  # fmt: skip
def test_who_would_lack_something_stays(new: Row, why: Stay) -> None:
    assert verdict(PLAIN, new) == why


def test_a_kept_value_is_there_where_the_same_step_kept_it_in_both() -> None:
    old = journey(EVENT, WAIT, READ)
    assert verdict(old, journey(EVENT, WAIT, {**READ, "only_if": "f1.x > 2"})) is None
    assert verdict(old, journey({**EVENT, "timeout": "2d"}, WAIT, READ)) == Stay("looks_back", "m", "f1")
    assert verdict(old, journey(WAIT, {**SEND, "next": "f1"}, {**EVENT, "next": "n"}, {**READ, "id": "n"})) == Stay(
        "repeats", "f1"
    )


def test_what_the_old_version_did_not_keep_is_not_there() -> None:
    assert verdict(journey(EVENT, WAIT, SEND), journey(EVENT, WAIT, READ)) == Stay("looks_back", "m", "f1")


def test_what_it_waits_for_itself_is_kept_by_the_new_version() -> None:
    old, new = journey(EVENT, WAIT, SEND), journey(EVENT, WAIT, READ)
    assert verdict(old, new, "f1") is None


def test_a_step_that_may_have_been_passed_does_not_come_again() -> None:
    new = journey({**WAIT, "next": "first"}, {**MAIL, "next": "m"}, SEND)
    assert verdict(journey(MAIL, WAIT, SEND), new) == Stay("repeats", "first")


def test_branches_of_a_race_may_lead_elsewhere_and_have_other_names() -> None:
    old = journey(RACE, SEND)
    named: Row = {**RACE, "paths": [{"event": "f", "next": None, "name": "came"}]}
    assert verdict(old, journey(named, SEND)) is None
    assert verdict(old, journey({**RACE, "paths": [{"event": "e", "next": "m"}]}, SEND)) == Stay("changed")
    two = [{"event": "f", "next": "m"}, {"event": "e", "next": "m"}]
    assert verdict(old, journey({**RACE, "paths": two}, SEND)) == Stay("changed")


@pytest.mark.parametrize(
    "node",
    [
        OPENED,
        {"id": "m", "type": "race", "within": "1d", "paths": [{"reaction": "opened", "to": "first"}]},
        {"id": "m", "type": "lookup", "source": "weather"},
        {"id": "m", "type": "email", "template": "mail"},
    ],
    ids=["reaction", "race", "lookup", "message"],
)
def test_who_waits_for_what_the_old_version_asked_stays(node: Row) -> None:
    both = journey({**MAIL, "next": "m"}, node)
    assert verdict(both, both, "m") == Stay("bound")


def test_sends_of_triggered_campaigns_stay() -> None:
    campaign = {
        "kind": "triggered",
        "id": "j",
        "trigger": [{"event": "e"}],
        "messages": [{"channel": "webhook", "template": "hook"}],
    }
    assert verdict(campaign, campaign, "delay") == Stay("kind")
