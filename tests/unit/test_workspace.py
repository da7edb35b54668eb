"""Folders and maps to workspaces; what is wrong across documents."""

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.model.errors import DocumentError
from sojourn.workspace import load_workspace, read_workspace

PROFILE = {"kind": "entity", "id": "profile", "attributes": {"city": "string", "vip": "boolean"}}
BOOKING = {
    "kind": "entity",
    "id": "booking",
    "key": "booking_id",
    "attributes": {"booking_id": "string", "profile_id": "string", "nights": "integer"},
    "links": {"guest": {"to": "profile", "on": {"profile_id": "profile_id"}}},
}
EVENT = {"kind": "event", "id": "e", "properties": {"a": "string"}}
AUDIENCE = {"kind": "audience", "id": "a", "where": "profile.vip"}
MAIL = {"kind": "template", "id": "mail", "channel": "email", "text": "hi"}


JOURNEY: dict[str, Any] = {
    "kind": "journey",
    "id": "j",
    "entry": {"type": "event", "event": "e", "where": "event.a = 'x'"},
    "exit_when": [{"left": "a"}],
    "nodes": [
        {"id": "m", "type": "email", "template": "mail", "next": "r"},
        {"id": "r", "type": "race", "paths": [{"reaction": "opened", "to": "m"}, {"event": "e"}], "within": "1d"},
    ],
}
CAMPAIGN: dict[str, Any] = {
    "kind": "campaign",
    "id": "c",
    "schedule": {"rrule": "FREQ=DAILY"},
    "activities": [
        {"id": "q", "type": "query", "entity": "booking", "where": {"did": "e", "count": {"at_least": 2}}},
        {"id": "s", "type": "split", "of": "q", "paths": [{"id": "x", "limit": "10%", "order_by": "nights desc"}]},
        {"id": "n", "type": "email", "of": "s.x", "template": "mail", "waves": {"count": 2, "every": "1h"}},
    ],
}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["e", "1d", "mail", "q.x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.sampled_from(["in"]), inner),
    max_leaves=5,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, inner in pairs for place in places(inner, (*path, key)))]


@given(
    st.sampled_from([JOURNEY, CAMPAIGN, BOOKING, MAIL]).flatmap(
        lambda d: st.tuples(st.just(d), st.sampled_from(places(d)[1:]), ANYTHING)
    )
)
def test_whatever_stands_in_a_field_is_read_or_a_problem(case: tuple[dict[str, Any], tuple[Any, ...], Any]) -> None:
    original, place, value = case
    changed = copy.deepcopy(original)
    owner: Any = changed
    for part in place[:-1]:
        owner = owner[part]
    owner[place[-1]] = value
    others = [d for d in (PROFILE, BOOKING, MAIL, EVENT, AUDIENCE) if d is not original]
    try:
        read_workspace([*others, changed])
    except DocumentError as error:
        assert error.errors


def problems_of(*documents: dict[str, Any], files: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        read_workspace(documents, files)
    return [f"{problem.path}: {problem.message}" for problem in caught.value.errors]


def test_a_folder_is_read_whatever_its_layout(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "a.yaml").write_text("{kind: workspace, id: shop, timezone: Asia/Seoul}\n---\n{kind: event, id: x}\n")
    (tmp_path / "sub" / "b.json").write_text('{"kind": "audience", "id": "m", "members": "sub/m.csv"}')
    (tmp_path / "sub" / "m.csv").write_text("profile_id\nann\n")
    (tmp_path / ".git" / "c.yaml").write_text("[")
    (tmp_path / "data" / "d.yaml").write_text("[")
    workspace = load_workspace(tmp_path)
    assert (workspace.timezone, list(workspace.events), list(workspace.audiences)) == ("Asia/Seoul", ["x"], ["m"])
    assert workspace.files["sub/m.csv"] == "profile_id\nann\n"


def test_all_files_are_reported_with_line_and_column(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("kind: audience\nid: rich\nwhere: profile.citty = 'x'\nsize: 7\n")
    (tmp_path / "b.yaml").write_text("kind: group\nid: News\nchannel: email\n---\nkind: [\n")
    with pytest.raises(DocumentError) as caught:
        load_workspace(tmp_path)
    places = [(p.file, p.line, p.column, p.path) for p in caught.value.errors]
    assert places == [
        ("a.yaml", 3, 8, "where"),
        ("a.yaml", 4, 1, "size"),
        ("b.yaml", 2, 5, "id"),
        ("b.yaml", 6, 1, ""),
    ]


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="no documents in"):
        load_workspace(tmp_path)


def test_a_taken_id_names_the_other_place(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("kind: group\nid: news\nchannel: email\n")
    (tmp_path / "b.yaml").write_text("kind: group\nid: news\nchannel: email\n")
    with pytest.raises(DocumentError) as caught:
        load_workspace(tmp_path)
    assert [(problem.file, problem.hint) for problem in caught.value.errors] == [
        ("b.yaml", "the other stands in a.yaml, line 2; give one of them another id")
    ]


def test_files_outside_the_folder_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("profile_id\n")
    inside = tmp_path / "ws"
    inside.mkdir()
    (inside / "a.yaml").write_text("{kind: audience, id: m, members: ../secret.csv}")
    with pytest.raises(DocumentError, match=r"no file `\.\./secret.csv`"):
        load_workspace(inside)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"kind": "newsflash", "id": "x"}, "kind: unknown kind `newsflash`"),
        ({"id": "x"}, ": the document has no `kind`"),
        ({"kind": "event"}, ": `id` is missing in the event"),
        ({"kind": "audience", "id": "a"}, ": the audience `a` needs one of `where`, `sql` and `members`"),
        ({"kind": "audience", "id": "a", "sql": "select 1"}, "sql: "),
        ({"kind": "audience", "id": "a", "where": "profile.vip; drop table x"}, "where: "),
        (
            {"kind": "audience", "id": "a", "where": {"any": ["profile.vip", {"in": "b"}]}},
            "where.any[1].in: no audience",
        ),
        ({"kind": "entity", "id": "e", "attributes": {"a": "string"}}, ": the entity `e` has no `key`"),
        ({"kind": "entity", "id": "e", "key": "b", "attributes": {"a": "string"}}, "key: no attribute `b` on `e`"),
        ({"kind": "entity", "id": "e", "key": "a", "attributes": {"a": "strin"}}, "attributes.a: unknown type `strin`"),
        (
            {**BOOKING, "id": "e", "links": {"guest": {"to": "profil", "on": {"a": "profile_id"}}}},
            "links.guest.to: no entity `profil`; did you mean `profile`?",
        ),
        (
            {"kind": "template", "id": "t", "channel": "sms", "html": "x", "text": "x"},
            "html: a template for `sms` has no field",
        ),
        ({"kind": "template", "id": "t", "channel": "email", "subject": "x"}, ": a template for `email` needs `html`"),
        ({"kind": "template", "id": "t", "channel": "sms", "text": "{% if %}"}, "text: not Liquid"),
        ({"kind": "policy", "id": "p", "frequency_exempt": ["gone"]}, "frequency_exempt[0]: no document `gone`"),
        (
            {"kind": "channel", "id": "sms", "type": "email", "provider": "log"},
            "id: a channel of type `email` cannot have",
        ),
        ({"kind": "geofence", "id": "g", "lat": 91, "lon": 0, "radius": 1}, "lat: `91` is out of range"),
        (
            {"kind": "source", "id": "s", "request": {"url": "x"}, "auth": {"type": "bsic"}},
            "auth.type: unknown auth type",
        ),
        ({"kind": "workspace", "id": "w", "timezone": "profile"}, "timezone: `profile` is not an IANA time zone"),
    ],
)
def test_what_is_wrong_with_one_document(document: dict[str, Any], expected: str) -> None:
    assert [found for found in problems_of(PROFILE, document) if found.startswith(expected)]


def test_ids_are_taken_once_and_deliveries_share_theirs() -> None:
    journey = {"kind": "journey", "id": "x", "entry": {"type": "api"}, "nodes": [{"id": "e", "type": "end"}]}
    campaign = {"kind": "campaign", "id": "x", "activities": [{"id": "q", "type": "query", "entity": "profile"}]}
    event = {"kind": "event", "id": "x"}
    assert problems_of(journey, event, campaign) == ["id: the id `x` is taken by another journey already"]
    assert problems_of(event, event) == ["id: the id `x` is taken by another event already"]


def test_one_broken_document_does_not_make_others_wrong() -> None:
    broken = {"kind": "entity", "id": "profile", "attributes": {"city": "string", "vip": "bolean"}, "size": 1}
    audience = {"kind": "audience", "id": "a", "where": "profile.city = 'x' and profile.vip"}
    event = {"kind": "event", "id": "e", "properties": {"a": "string"}, "labels": 3}
    counts = {"kind": "audience", "id": "b", "where": {"did": "e", "where": "event.a = 'x'"}}
    found = [problem.partition(":")[0] for problem in problems_of(broken, audience, event, counts)]
    assert sorted(found) == ["attributes.vip", "labels", "size"]


def test_one_holdout_and_one_default_channel() -> None:
    policies = [{"kind": "policy", "id": id, "holdout": {"percent": 5}} for id in ("a", "b")]
    channels = [{"kind": "channel", "id": id, "type": "email", "provider": "log", "default": True} for id in ("c", "d")]
    assert problems_of(*policies, *channels) == [
        "holdout: a workspace has one holdout; the policy `a` has it already",
        "default: `c` is the default channel of type `email` already",
    ]


def test_members_must_be_in_a_file_with_the_column() -> None:
    audience = {"kind": "audience", "id": "a", "members": "m.csv"}
    assert problems_of(audience, files={}) == ["members: no file `m.csv`"]
    assert "no column `profile_id`" in problems_of(audience, files={"m.csv": "id\nann\n"})[0]
    assert read_workspace([audience], {"m.csv": "name,profile_id\n"}).audiences["a"].members == "m.csv"


def test_channels_are_resolved_by_id_then_by_type() -> None:
    def channel(id: str, **more: Any) -> dict[str, Any]:
        return {"kind": "channel", "id": id, "type": "email", "provider": "log", **more}

    workspace = read_workspace([channel("first"), channel("main", default=True)])
    assert workspace.resolve_channel("first").id == "first"
    assert workspace.resolve_channel("email").id == "main"
    assert workspace.resolve_channel("sms").provider == "log"
    with pytest.raises(KeyError):
        workspace.resolve_channel("fax")


def test_a_missing_parameter_is_only_a_warning() -> None:
    source = {"kind": "source", "id": "s", "request": {"url": "https://x.example"}, "parameters": {"q": "string"}}
    nodes = [{"id": "a", "type": "lookup", "source": "s"}]
    journey = {"kind": "journey", "id": "j", "entry": {"type": "api"}, "nodes": nodes}
    assert [problem.path for problem in read_workspace([source, journey]).warnings] == ["nodes[0]"]


@pytest.mark.parametrize(
    ("activity", "expected"),
    [
        (
            {"type": "combine", "op": "union", "of": ["who"]},
            "activities[1].of: `a` takes two inputs at least; it has 1",
        ),
        (
            {"type": "combine", "op": "union", "of": ["who", "who"], "complement": "c"},
            "activities[1].complement: a union",
        ),
        ({"type": "wait", "of": "whom", "for": "1h"}, "activities[1].of: no activity `whom` in this campaign"),
        ({"type": "wait", "of": "who.top", "for": "1h"}, "activities[1].of: `who` has no outlet `top`"),
        (
            {"type": "wait", "of": "a", "for": "1h"},
            "activities[1].of: `a` takes in `a`, which comes from it: a campaign",
        ),
        (
            {"type": "split", "of": "who", "paths": [{"id": "x", "where": "nigths > 1"}]},
            "activities[1].paths[0].where: no",
        ),
        ({"type": "split", "of": "who", "paths": [{"id": "x"}, {"id": "x"}]}, "activities[1].paths[1].id: `a` has the"),
        ({"type": "deduplicate", "of": "who", "by": ["nigts"]}, "activities[1].by[0]: no column `nigts` in these rows"),
        (
            {"type": "deduplicate", "of": "who", "by": ["nights"], "order_by": "nigts desc"},
            "activities[1].order_by: no",
        ),
        ({"type": "email", "of": "who", "template": "gone"}, "activities[1].template: no template `gone`"),
        ({"type": "email", "of": "who", "template": "mail", "per": "gone"}, "activities[1].per: no entity `gone`"),
        (
            {"type": "change_dimension", "of": "who", "to": "profile", "via": "host"},
            "activities[1].via: no link `host`",
        ),
        ({"type": "enrich", "of": "who", "add": {"x": {"from": "gone"}}}, "activities[1].add.x.from: no entity `gone`"),
        (
            {"type": "enrich", "of": "who", "add": {"x": {"from": "guest", "aggregate": "median(city)"}}},
            "activities[1].add.x.aggregate: `median(city)` is not an aggregate",
        ),
        (
            {"type": "signal", "of": "who", "campaign": "c"},
            "activities[1].campaign: the campaign `c` does not start by",
        ),
        (
            {"type": "join", "of": ["who", "who"], "primary": "x"},
            "activities[1].primary: the primary `x` is not one of",
        ),
        (
            {"type": "test", "of": "who", "paths": [{"id": "x", "when": "vars.season = 'x'"}]},
            "activities[1].paths[0].when: ",
        ),
    ],
)
def test_what_is_wrong_with_a_campaign(activity: dict[str, Any], expected: str) -> None:
    who = {"id": "who", "type": "query", "entity": "booking", "where": "nights > 1 and guest.city = 'x'"}
    campaign = {"kind": "campaign", "id": "c", "activities": [who, {"id": "a", **activity}]}
    assert [found for found in problems_of(PROFILE, BOOKING, MAIL, campaign) if found.startswith(expected)]


def test_what_is_added_on_the_way_can_be_named_behind() -> None:
    enrich = {
        "last": {"from": "booking", "take": 2, "order_by": "nights desc"},
        "n": {"from": "booking", "aggregate": "count(*)"},
    }
    activities = [
        {"id": "who", "type": "query", "entity": "profile", "where": "vip"},
        {"id": "more", "type": "enrich", "of": "who", "add": enrich},
        {
            "id": "some",
            "type": "split",
            "of": "more",
            "paths": [{"id": "x", "where": "last_2_nights > 3 and n > 1 and vip"}],
        },
        {"id": "keep", "type": "save_audience", "of": "some.x", "audience": "kept"},
    ]
    audience = {"kind": "audience", "id": "b", "where": {"in": "kept"}}
    workspace = read_workspace([PROFILE, BOOKING, {"kind": "campaign", "id": "c", "activities": activities}, audience])
    assert workspace.saved_audiences == ["kept"]
