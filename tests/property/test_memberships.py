"""Membership that is kept up to date by items and timers is what a look at everybody would find, at every instant."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.property.worlds import COMMON, NOTHING, START, TICK, Machine, Row, World, search

NAMES = ("outer", "inner", "a", "b", "c", "d")
"""Audiences that are watched: nested ones, one inside the other, and plain ones."""
WELCOME: Row = {
    "kind": "triggered",
    "id": "welcome",
    "trigger": [{"event": "visit"}],
    "reeligible": "always",
    "messages": [{"channel": "webhook", "template": "t-webhook"}],
}

tests = st.one_of(
    st.none(),
    st.fixed_dictionaries({"at_least": st.integers(0, 3)}),
    st.fixed_dictionaries({"at_most": st.integers(0, 2)}),
    st.fixed_dictionaries({"exactly": st.integers(0, 2)}),
)
windows = st.sampled_from(["30m", "2h", "1d", "26h"])


@st.composite
def leaves(draw: st.DrawFn) -> Any:
    """Draw a condition that time may change, or one beside which it stands."""
    match draw(st.integers(0, 5)):
        case 0:
            return draw(st.sampled_from(["profile.vip", "profile.spend > 20", {"in": "seoul"}, {"did": "ping"}]))
        case 1:
            of = draw(st.sampled_from([None, "welcome"]))
            kind = draw(st.sampled_from(["sent", "opened"]))
            return {"engaged": kind, "within": draw(windows), **({"with": of} if of else {})}
        case 2:
            least = draw(st.sampled_from([{"at_least": 40}, {"at_most": 30}]))
            return {"did": "purchase", "within": draw(windows), "sum": {"of": "event.amount", **least}}
        case _:
            count = draw(tests)
            where = draw(st.sampled_from([None, "event.amount > 20", "event.amount > profile.spend"]))
            said = {"count": count, "where": where}
            return {
                "did": draw(st.sampled_from(["purchase", "visit", "big"])),
                "within": draw(windows),
                **{name: value for name, value in said.items() if value is not None},
            }


conditions = st.recursive(
    leaves(),
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=5,
)


@st.composite
def happenings(draw: st.DrawFn) -> list[Row]:
    """Draw what happens, in steps of half an hour, at which windows end too."""
    at, items = START, []
    for step in draw(st.lists(st.sampled_from([0, 1, 1, 3, 20]), min_size=3, max_size=14)):
        at += step * timedelta(minutes=30)
        who = {"userId": draw(st.sampled_from(["ann", "bob"])), "timestamp": at.isoformat()}
        traits = {"vip": draw(st.booleans()), "spend": draw(st.sampled_from([0, 30]))}
        amount = {"amount": draw(st.sampled_from([10, 30, 70]))}
        items.append(
            draw(
                st.sampled_from(
                    [
                        {"type": "track", "event": "purchase", "properties": amount, **who},
                        {"type": "track", "event": "purchase", "properties": amount, **who},
                        {"type": "track", "event": "visit", "properties": {}, **who},
                        {"type": "track", "event": "ping", "properties": {}, **who},
                        {"type": "feedback", "of": "welcome", "kind": "opened", **who},
                        {"type": "identify", "traits": traits, **who},
                    ]
                )
            )
        )
    return items


def journeys() -> list[Row]:
    """Return journeys that every entering and every leaving lets in."""
    return [
        {
            "kind": "journey",
            "id": f"{on}-{audience}",
            "entry": {"type": "qualification", "audience": audience, "on": on},
            "reentry": "always",
            "nodes": [{"id": "stop", "type": "end"}],
        }
        for on in ("entered", "left")
        for audience in NAMES
    ]


class Observer:
    """Compares what the engine believes with a look at everybody, after each instant."""

    def __init__(self, world: World) -> None:
        self.machine = Machine(world)
        self.known = self._members(START)
        self.expected: list[tuple[str, str, datetime]] = []

    def _members(self, at: datetime) -> set[tuple[str, str]]:
        audiences = self.machine.processor.audiences
        return {(audience, id) for audience in NAMES for id in audiences.members(audience, at)["profile_id"]}

    def check(self, at: datetime) -> None:
        """Compare at an instant."""
        now = self._members(at)
        believed = self.machine.store.connection.execute(
            "SELECT audience, profile_id FROM watched JOIN profile ON _pno = pno"
        )
        assert set(believed.fetchall()) == now, at
        self.expected += [(f"entered-{audience}", id, at) for audience, id in now - self.known]
        self.expected += [(f"left-{audience}", id, at) for audience, id in self.known - now]
        self.known = now

    def run(self) -> None:
        """Go from instant to instant, also to those between which nothing is planned."""
        machine, frame = self.machine, self.machine.world.frame
        instants = sorted({*frame["at"], *(START + timedelta(minutes=30) * n for n in range(0, 60, 7))})
        for at in instants:
            while (due := machine._next()) is not None and due < at:
                machine.take(NOTHING, due + TICK)
                self.check(due)
            machine.take(frame.filter(frame["at"] == at), at + TICK)
            self.check(at)


@given(inner=conditions, outer=conditions, plain=st.lists(leaves(), min_size=4, max_size=4), items=happenings())
@search(8)
def test_membership_is_what_a_look_at_everybody_finds(
    inner: Any, outer: Any, plain: list[Any], items: list[Row]
) -> None:
    wheres = [{"any": [outer, {"all": ["profile.vip", {"in": "inner"}]}]}, inner, *plain]
    audiences = [{"kind": "audience", "id": id, "where": where} for id, where in zip(NAMES, wheres, strict=True)]
    first = [{"type": "identify", "userId": id, "timestamp": START.isoformat()} for id in ("ann", "bob")]
    observer = Observer(World([*COMMON, *audiences, WELCOME, *journeys()], [*first, *items]))
    try:
        observer.run()
        entered = observer.machine.results()["passages"]
        found = {
            (row["journey"], id, datetime.fromisoformat(row["entered_at"].replace("Z", "+00:00")))
            for id, rows in entered.items()
            for row in rows
        }
        assert found >= set(observer.expected)
    finally:
        observer.machine.close()
