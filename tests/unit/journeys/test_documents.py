"""What is wrong with a journey or a triggered campaign, and where it is said."""

from typing import Any

import pytest

from sojourn.model.errors import DocumentError
from sojourn.model.reader import read_text
from sojourn.workspace import Workspace, read_workspace

SHOP = """
{kind: workspace, id: shop}
---
{kind: entity, id: profile, attributes: {city: string, email: string, vip: boolean}}
---
{kind: event, id: registered, properties: {plan: string}}
---
{kind: event, id: purchase, properties: {amount: number, plan: integer}}
---
{kind: audience, id: vips, where: profile.vip}
---
{kind: template, id: mail, channel: email, text: hi}
---
{kind: template, id: note, channel: push, title: hi}
---
{kind: group, id: news, channel: sms}
---
{kind: channel, id: second, type: email, provider: log}
---
{kind: source, id: weather, request: {url: "https://a.example"}, parameters: {city: string}, response: {temp: number}}
---
{kind: geofence, id: office, lat: 0, lon: 0, radius: 10}
---
{kind: journey, id: batch, entry: {type: audience, audience: vips}, nodes: [{id: end, type: end}]}
---
{kind: triggered, id: hello, trigger: [{event: registered}], messages: [{channel: email, template: mail}]}
"""


def load(*texts: str) -> Workspace:
    return read_workspace([raw.body for text in (SHOP, *texts) for raw in read_text(text)[0]])


def problems_of(text: str) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        load(text)
    return [f"{problem.path}: {problem.message}" for problem in caught.value.errors]


def journey(nodes: str, more: str = "") -> str:
    return f"{{kind: journey, id: j, entry: {{type: event, event: registered}}, {more} nodes: [{nodes}]}}"


def triggered(more: str) -> str:
    return f"{{kind: triggered, id: t, {more}}}"


MAIL = "messages: [{channel: email, template: mail}]"


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        ("{id: a, type: emial, template: mail}", "nodes[0].type: unknown node type `emial`; did you mean `email`?"),
        ("{id: a, template: mail}", "nodes[0]: the node has no `type`"),
        ("3", "nodes[0]: this is not a node"),
        ("", "nodes: this must not be empty"),
        ("{id: a, type: email}", "nodes[0]: the node `a` has no `template`"),
        (
            "{id: a, type: email, template: note}",
            "nodes[0].template: the template `note` is for `push`, not for `email`",
        ),
        (
            "{id: a, type: sms, channel: second, template: mail}",
            "nodes[0].channel: the channel `second` is for `email`",
        ),
        ("{id: a, type: email, channel: thrid, template: mail}", "nodes[0].channel: no channel `thrid`"),
        ("{id: a, type: email, group: news, template: mail}", "nodes[0].group: the group `news` is for `sms`"),
        (
            "{id: a, type: email, variants: [{share: 60, template: mail}]}",
            "nodes[0].variants: the shares sum to 60; they must sum to 100",
        ),
        (
            "{id: a, type: email, template: mail, next: a}",
            "nodes[0].next: `a` leads back to `a`: a journey has no cycle",
        ),
        ("{id: a, type: wait, for: 92d}", "nodes[0].for: `for` is 92d, but nobody stays longer than 91d"),
        ("{id: a, type: wait, for: 1d, until: 2026-01-01T00:00:00Z}", "nodes[0].until: a wait has one form"),
        ("{id: a, type: wait, days: 1}", "nodes[0]: `days` needs `at`"),
        ("{id: a, type: wait}", "nodes[0]: the node `a` does not say how long to wait"),
        ("{id: a, type: wait, until_expr: profile.cit}", "nodes[0].until_expr: no attribute `cit` on `profile`"),
        ("{id: a, type: event, event: purchse}", "nodes[0].event: no event `purchse`; did you mean `purchase`?"),
        ("{id: a, type: event, event: purchase, where: event.amount}", "nodes[0].where: a condition must be"),
        ("{id: a, type: event, event: purchase, on_timeout: b}, {id: b, type: end}", "nodes[0].on_timeout: "),
        ("{id: a, type: reaction, to: b, kind: opened}", "nodes[0].to: no node `b` in this journey"),
        (
            "{id: w, type: end}, {id: a, type: reaction, to: w, kind: opened}",
            "nodes[1].to: the node `w` sends no message",
        ),
        (
            "{id: a, type: race, paths: [{event: purchase, reaction: opened}]}",
            "nodes[0].paths[0]: a path of a race has one",
        ),
        ("{id: a, type: race, paths: [{event: purchase}], ranked: true}", "nodes[0]: a ranked race waits to its end"),
        (
            "{id: a, type: lookup, source: weather, with: {cty: '1'}}",
            "nodes[0].with.cty: the source `weather` has no parameter",
        ),
        ("{id: a, type: lookup, source: weathr}", "nodes[0].source: no source `weathr`; did you mean `weather`?"),
        ("{id: a, type: update_profile, set: {citi: '1'}}", "nodes[0].set.citi: no attribute `citi` on `profile`"),
        (
            "{id: a, type: update_profile, set: {profile_id: '1'}}",
            "nodes[0].set.profile_id: `profile_id` is the profile's key",
        ),
        (
            "{id: a, type: jump, journey: batch}",
            "nodes[0].journey: the journey `batch` has an entry of type `audience`",
        ),
        ("{id: a, type: split, paths: [{share: 99}]}", "nodes[0].paths: the shares sum to 99; they must sum to 100"),
        ("{id: a, type: condition, paths: [{when: a.amount > 1}]}", "nodes[0].paths[0].when: "),
        ("{id: a, type: end}, {id: a, type: end}", "nodes[1].id: the id `a` is taken by `nodes[0]` already"),
        ("{id: a, type: end}, {id: b, type: end}", "nodes[1]: the node `b` cannot be reached from the first node"),
    ],
)
def test_a_wrong_node_is_named_with_its_path(nodes: str, expected: str) -> None:
    assert [found for found in problems_of(journey(nodes)) if found.startswith(expected)]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("reentry: {aftr: 7d},", "reentry: `aftr` is not a re-entry; did you mean `after`?"),
        ("reentry: sometimes,", "reentry: `sometimes` is not a re-entry; it is one of `never`, `always`, {after: …}"),
        ("exit_when: [{event: gone}],", "exit_when[0].event: no event `gone`"),
        ("exit_when: [{left: nobody}],", "exit_when[0].left: no audience `nobody`"),
        ("exit_when: [{event: purchase, where: profile.city}],", "exit_when[0].where: a condition must be boolean"),
        (
            "starts_at: 2026-02-01T00:00:00Z, ends_at: 2026-01-01T00:00:00Z,",
            "ends_at: `ends_at` is not after `starts_at`",
        ),
        ("priority: 101,", "priority: `101` is out of range"),
        ("at_end: explode,", "at_end: `explode` is not allowed here"),
        ("timezone: Mars/Base,", "timezone: `Mars/Base` is not an IANA time zone"),
    ],
)
def test_wrong_fields_of_a_journey(more: str, expected: str) -> None:
    found = problems_of(journey("{id: a, type: end}", more))
    assert [problem[: len(expected)] for problem in found] == [expected]


def test_a_misspelt_next_does_not_make_its_target_unreachable() -> None:
    nodes = "{id: a, type: email, template: mail, next: thnks}, {id: thanks, type: end}"
    assert problems_of(journey(nodes)) == ["nodes[0].next: no node `thnks` in this journey; did you mean `thanks`?"]


def test_wrong_fields_do_not_hide_what_else_is_wrong() -> None:
    nodes = "{id: a, type: email, template: mail, colour: red, next: b}, {id: w, type: wait, for: long}"
    found = problems_of(journey(nodes))
    assert [problem.partition(": ")[0] for problem in found] == [
        "nodes[0].colour",
        "nodes[1].for",
        "nodes[0].next",
        "nodes[1]",
    ]


def test_what_nodes_keep_can_be_named() -> None:
    nodes = """
      {id: sky, type: lookup, source: weather, with: {city: profile.city}, next: bought},
      {id: bought, type: race, paths: [{event: purchase, next: c}, {event: registered}]},
      {id: c, type: condition, paths: [{when: "sky.temp > 20 and sky.status = '200' and bought.amount > 1"}]}"""
    workspace = load(journey(nodes))
    assert set(workspace.compiled["journey", "j"]) == {"nodes[0].with.city", "nodes[2].paths[0].when"}
    assert workspace.journeys["j"].names(workspace.catalog).nodes["bought"] == {"amount": "number", "plan": "json"}


def test_edges_have_the_names_of_outcomes() -> None:
    nodes = """
      {id: b, type: condition, paths: [{when: profile.vip, name: vip, next: e}, {when: profile.vip}], otherwise: c},
      {id: c, type: event, event: purchase, timeout: 1d, next: e},
      {id: e, type: end}"""
    edges = {node.id: node.edges() for node in load(journey(nodes)).journeys["j"].nodes}
    assert [(edge.outcome, edge.target) for edge in edges["b"]] == [
        ("vip", "e"),
        ("paths[1]", None),
        ("otherwise", "c"),
    ]
    assert [(edge.outcome, edge.target) for edge in edges["c"]] == [("next", "e"), ("on_timeout", "e")]
    assert [(edge.outcome, edge.target) for edge in edges["e"]] == [("end", None)]


def test_an_audience_of_an_entry_is_an_id_or_a_condition() -> None:
    def entry(audience: str) -> str:
        entry = f"{{type: event, event: registered, audience: {audience}}}"
        return f"{{kind: journey, id: j, entry: {entry}, nodes: [{{id: a, type: end}}]}}"

    def condition(audience: str) -> Any:
        workspace = load(entry(audience))
        return workspace.journeys["j"].entry.audience_condition(workspace.catalog)

    assert condition("vips") == {"in": "vips"}
    assert condition("profile.vip") == "profile.vip"
    assert problems_of(entry("vip")) == ["entry.audience.in: no audience `vip`; did you mean `vips`?"]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (f"trigger: [], {MAIL}", "trigger: this must not be empty"),
        (f"trigger: [{{evnt: x}}], {MAIL}", "trigger[0]: `evnt` is not a trigger; did you mean `event`?"),
        (f"trigger: [{{event: gone}}], {MAIL}", "trigger[0].event: no event `gone`"),
        (f"trigger: [{{attribute: citi}}], {MAIL}", "trigger[0].attribute: no attribute `citi` on `profile`"),
        (
            f"trigger: [{{subscription: nws, to: subscribed}}], {MAIL}",
            "trigger[0].subscription: no channel or group `nws`",
        ),
        (
            f"trigger: [{{feedback: opened, of: helo}}], {MAIL}",
            "trigger[0].of: no document `helo`; did you mean `hello`?",
        ),
        (f"trigger: [{{feedback: opened, of: batch/edn}}], {MAIL}", "trigger[0].of: `batch` has no node `edn`"),
        (
            f"trigger: [{{feedback: opened, of: t}}], {MAIL}",
            "trigger[0].of: `t` cannot be triggered by feedback on its own",
        ),
        (f"trigger: [{{excepted: helo}}], {MAIL}", "trigger[0].excepted: no triggered `helo`"),
        (f"trigger: [{{geofence: ofice, on: enter}}], {MAIL}", "trigger[0].geofence: no geofence `ofice`"),
        (f"trigger: [{{in: vip}}], {MAIL}", "trigger[0].in: no audience `vip`"),
        (f"trigger: [{{api: true}}], unless: [{{api: true}}], delay: {{for: 1h}}, {MAIL}", "unless[0]: a trigger call"),
        (f"trigger: [{{api: true}}], unless: [{{event: purchase}}], {MAIL}", "unless: exceptions need a `delay`"),
        (
            f"trigger: [{{api: true}}], recheck_audience: true, {MAIL}",
            "recheck_audience: `recheck_audience` needs a `delay`",
        ),
        (f"trigger: [{{api: true}}], delay: {{days: 1}}, {MAIL}", "delay: `at` is missing in `delay`"),
        (
            f'trigger: [{{api: true}}], window: {{from: "09:00", until: "09:00"}}, {MAIL}',
            "window.until: a window that closes",
        ),
        ("trigger: [{api: true}]", ": the triggered campaign `t` has no `messages`"),
        (
            f"trigger: [{{api: true}}], {MAIL}, variants: [{{share: 100, {MAIL}}}]",
            "variants: a campaign has `messages` or",
        ),
        (
            "trigger: [{api: true}], messages: [{channel: email, template: mail}, {channel: second, template: mail}]",
            "messages[1].channel: the channel `email` is in `messages[0]` already",
        ),
        (
            "trigger: [{api: true}], messages: [{channel: email, template: note}]",
            "messages[0].template: the template `note`",
        ),
        ("trigger: [{api: true}], messages: [{channel: fax, template: note}]", "messages[0].channel: no channel `fax`"),
        (f"trigger: [{{api: true}}], conversions: [{{event: sold}}], {MAIL}", "conversions[0].event: no event `sold`"),
        (
            f"trigger: [{{api: true}}], during: {{from: 2026-02-01T00:00:00Z, until: 2026-01-01T00:00:00Z}}, {MAIL}",
            "during.until: `until` is not after `from`",
        ),
    ],
)
def test_what_is_wrong_with_a_triggered_campaign(more: str, expected: str) -> None:
    found = problems_of(triggered(more))
    assert [problem[: len(expected)] for problem in found] == [expected]
