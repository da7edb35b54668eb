"""The e-mail experiment that Kevin Hillstrom published in 2008, from aggregates of it, run through the store.

64,000 customers in three groups: mens' mail, womens' mail, no mail. Only the sums of the groups are here (facts), not
the customers: the profiles are made so that visits, conversions and the first two moments of the spending agree.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from sojourn.journeys.conversions import CONTROL
from sojourn.model.errors import SojournError
from sojourn.model.reasons import DISCARD_REASONS
from sojourn.reports.experiment import experiment
from tests.unit.reports.running import Shop, identify, shop, track

DOCUMENTS = """
{kind: event, id: visit}
---
{kind: triggered, id: spring, trigger: [{event: registered}], control: 33.3, conversions: [
  {event: visit, within: 14d}, {event: purchase, within: 14d}], variants: [
  {name: mens, share: 50, messages: [{channel: email, template: first-message}]},
  {name: womens, share: 50, messages: [{channel: email, template: follow-up}]}]}
"""


class Arm(NamedTuple):
    variant: int
    n: int
    visits: int
    buyers: int
    spent: float
    squares: float


ARMS = {
    "mens": Arm(0, 21_307, 3_894, 267, 30_311.69, 6_759_024.4973),
    "womens": Arm(1, 21_387, 3_238, 189, 23_038.11, 4_911_446.5763),
    "control": Arm(CONTROL, 21_306, 2_262, 122, 13_908.33, 2_870_050.3621),
}
AT = "TIMESTAMPTZ '2026-03-02 09:00:00+00'"
LATER = "TIMESTAMPTZ '2026-03-05 09:00:00+00'"


def amounts(arm: Arm) -> list[float]:
    """Return an amount for each buyer, with the arm's sum and sum of squares."""
    mean, pairs = arm.spent / arm.buyers, arm.buyers // 2
    apart = ((arm.squares - arm.spent**2 / arm.buyers) / (2 * pairs)) ** 0.5
    return [mean + apart, mean - apart] * pairs + [mean] * (arm.buyers % 2)


def fill(found: Shop, arm: Arm, first: int) -> None:
    con, n = found.store.connection, arm.n
    if arm.variant == CONTROL:
        reason = DISCARD_REASONS.index("control_group")
        con.execute(
            f'INSERT INTO discard (no, doc, node, pno, channel, "at", reason) '
            f"SELECT i, 1, 1, i, -1, {AT}, {reason} FROM range({first}, {first + n}) t(i)"
        )
    else:
        con.execute(
            f'INSERT INTO message (no, passage, doc, node, slot, pno, channel, variant, "at") '
            f"SELECT i, i, 1, 1, {arm.variant}, i, 0, {arm.variant}, {AT} FROM range({first}, {first + n}) t(i)"
        )
    for goal, count in ((0, arm.visits), (1, arm.buyers)):
        con.execute(
            f"INSERT INTO conversion SELECT 1, i, i, {goal}, {LATER}, {arm.variant} "
            f"FROM range({first}, {first + count}) t(i)"
        )
    for i, amount in enumerate(amounts(arm)):
        con.execute(
            f"INSERT INTO event VALUES (?, ?, 'purchase', {LATER}, ?)",
            [first + i, first + i, f'{{"amount": {amount!r}}}'],
        )


@pytest.fixture(scope="module")
def found() -> Iterator[Shop]:
    with shop(DOCUMENTS, [], "2026-03-02T12:00:00Z") as running:
        body = '{"control": 33.290625, "variants": [{"name": "mens", "share": 50}, {"name": "womens", "share": 50}]}'
        running.store.connection.execute("UPDATE document SET body = ?", [body])
        first = 1_000
        for arm in ARMS.values():
            fill(running, arm, first)
            first += arm.n
        running.store.connection.execute(
            f"INSERT INTO profile (_pno, profile_id) SELECT i, 'c' || i FROM range(1000, {first}) t(i)"
        )
        yield running


def result(found: Shop) -> dict[str, Any]:
    return experiment(found.store.cursor(), found.program, "spring", "amount")


def of(told: dict[str, Any], goal: str, measure: str) -> dict[str, Any]:
    each = next(each for each in told["goals"] if (each["goal"], each["measure"]) == (goal, measure))
    return {group["name"]: group for group in each["groups"]}


PUBLISHED = {
    ("visit", "rate"): {"mens": 0.1827568404749613, "womens": 0.15140038341048302, "control": 0.10616727682342063},
    ("purchase", "rate"): {
        "mens": 0.012531093067067161,
        "womens": 0.008837144059475382,
        "control": 0.005726086548390125,
    },
    ("purchase", "value"): {"mens": 1.4226165110057728, "womens": 1.0772015710478329, "control": 0.6527893551112363},
}


@pytest.mark.parametrize(("goal", "measure"), PUBLISHED)
def test_the_published_table(found: Shop, goal: str, measure: str) -> None:
    groups = of(result(found), goal, measure)
    for name, mean in PUBLISHED[goal, measure].items():
        assert groups[name]["mean"] == pytest.approx(mean, abs=1e-6)
        if name != "control":
            control = PUBLISHED[goal, measure]["control"]
            assert groups[name]["difference"] == pytest.approx(mean - control, abs=1e-6)
            assert groups[name]["lift"] == pytest.approx(mean / control - 1, abs=1e-6)


@pytest.mark.parametrize(
    ("goal", "measure", "name", "uplift"),
    [
        ("visit", "rate", "mens", 0.0766), ("purchase", "rate", "mens", 0.0068), ("purchase", "value", "mens", 0.770),
        ("visit", "rate", "womens", 0.0452), ("purchase", "rate", "womens", 0.0031),
        ("purchase", "value", "womens", 0.424),
    ],
)  # fmt: skip
def test_the_published_uplifts_are_no_chance(found: Shop, goal: str, measure: str, name: str, uplift: float) -> None:
    group = of(result(found), goal, measure)[name]
    assert group["difference"] == pytest.approx(uplift, abs=5e-4 if measure == "value" else 5e-5)
    assert group["fixed"]["low"] > 0 and group["fixed"]["p"] < 0.002
    assert group["anytime"]["low"] < group["fixed"]["low"]


def test_the_groups_are_as_large_as_their_shares(found: Shop) -> None:
    told = result(found)
    assert [(group["name"], group["receipts"]) for group in told["groups"]] == [
        ("control", 21_306), ("mens", 21_307), ("womens", 21_387),
    ]  # fmt: skip
    assert told["ratio"]["alarm"] is False and told["ratio"]["p"] > 0.5


def test_groups_of_the_wrong_size_raise_the_alarm(found: Shop) -> None:
    connection = found.store.connection
    [(before,)] = connection.execute("SELECT body FROM document WHERE doc = 1").fetchall()
    connection.execute("UPDATE document SET body = replace(body, '33.290625', '30')")
    alarmed = result(found)["ratio"]["alarm"]
    connection.execute("UPDATE document SET body = ?", [before])
    assert alarmed is True


def test_a_document_that_really_ran() -> None:
    items = [
        *(identify(f"p{i}", "2026-03-02T08:00:00Z", email=f"p{i}@example.com") for i in range(40)),
        *(track(f"p{i}", "registered", "2026-03-02T09:00:00Z") for i in range(40)),
        *(track(f"p{i}", "purchase", "2026-03-03T09:00:00Z", amount=10.0) for i in range(0, 40, 2)),
        *(track(f"p{i}", "purchase", "2026-03-04T09:00:00Z", amount=5.0) for i in range(0, 40, 4)),
    ]
    with shop(DOCUMENTS, items, "2026-03-20T00:00:00Z") as running:
        told = experiment(running.store.cursor(), running.program, "spring", "amount")
    assert told["control"] == "control"
    assert sum(group["receipts"] for group in told["groups"]) == 40
    rates, values = of(told, "purchase", "rate"), of(told, "purchase", "value")
    assert sum(group["total"] for group in rates.values()) == 20
    assert sum(group["total"] for group in values.values()) == 250


def test_a_document_without_goals_is_no_experiment() -> None:
    journey = "{kind: journey, id: j, entry: {type: event, event: registered}, nodes: [{id: n, type: end}]}"
    with shop(journey, [], "2026-03-02T12:00:00Z") as running, pytest.raises(SojournError) as caught:
        experiment(running.store.cursor(), running.program, "j")
    assert caught.value.code == "REPORT-007"
