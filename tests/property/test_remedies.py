"""What would have had to differ is enough: whoever changes just that is let in."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sojourn.engine.session import Cast, Session, Setting
from sojourn.reports.session import path_of
from sojourn.workspace import read_workspace
from tests.property.worlds.search import search

Row = dict[str, Any]
START = datetime(2026, 3, 2, tzinfo=UTC)
NAMES = [f"b{number}" for number in range(8)]
"""Each test of a condition reads its own: what is changed for one must not matter to another."""
SHAPES: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from(["is", "is not", "both", "chosen"]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=4,
)
PEOPLE = st.fixed_dictionaries(dict.fromkeys([*NAMES, "c1", "c2", "c3"], st.booleans()))
CHOSEN = {"all": ["profile.c1", {"any": ["profile.c2", "not profile.c3"]}]}


def condition(shape: Any, free: list[str]) -> Any:
    """Return a condition of a shape, over attributes that are free."""
    if isinstance(shape, dict):
        ((word, inner),) = shape.items()
        parts = [condition(part, free) for part in (inner if isinstance(inner, list) else [inner])]
        return {word: parts if isinstance(inner, list) else parts[0]}
    if shape == "chosen" and "chosen" in free:
        free.remove("chosen")
        return {"in": "chosen"}
    if shape == "both":
        return f"profile.{free.pop(0)} and not profile.{free.pop(0)}"
    return f"{'not ' if shape == 'is not' else ''}profile.{free.pop(0)}"


NEEDED = re.compile(r"`(?P<not>(?i:not) )?profile\.(?P<name>[bc]\d)` had (?P<unmet>not )?been met")
OUTSIDE = re.compile(r"`in chosen` had not been met")


def explained(audience: Any, person: Row) -> Row:
    """Return why somebody did or did not enter."""
    documents: list[Row] = [
        {"kind": "entity", "id": "profile", "attributes": dict.fromkeys(person, "boolean")},
        {"kind": "event", "id": "registered"},
        {"kind": "audience", "id": "chosen", "where": CHOSEN},
        {"kind": "journey", "id": "j", "entry": {"type": "event", "event": "registered", "audience": audience},
         "nodes": [{"id": "w", "type": "wait", "for": "1d"}]},
    ]  # fmt: skip
    session = Session(Setting(read_workspace(documents, {}), START, profiles=[Cast("zoe", person)]))
    try:
        session.fire([{"type": "track", "userId": "zoe", "event": "registered"}])
        changed = {name: not value for name, value in person.items()}
        session.jump(START + timedelta(hours=1))
        session.fire([{"type": "identify", "userId": "zoe", "traits": changed}])  # must not matter any more
        return path_of(session, "zoe", "j")
    finally:
        session.close()


def wishes(text: str) -> list[dict[str, bool]]:
    """Return the changes of attributes of which one is enough, from the words of a remedy."""
    text = text.strip()
    if text.startswith("(") and _closes(text) == len(text) - 1:
        return wishes(text[1:-1])
    parts, word = _divided(text)
    if word == "or":
        return [wish for part in parts for wish in wishes(part)]
    if word == "and":
        found: list[dict[str, bool]] = [{}]
        for part in parts:
            found = [before | wish for before in found for wish in wishes(part) if _agree(before, wish)]
        return found
    if OUTSIDE.fullmatch(text):
        return [{"c1": False}, {"c2": False, "c3": True}]
    match = NEEDED.fullmatch(text)
    assert match, text
    return [{match["name"]: (not match["unmet"] and not match["not"]) or bool(match["unmet"] and match["not"])}]


def _agree(one: dict[str, bool], other: dict[str, bool]) -> bool:
    return all(one.get(name, value) == value for name, value in other.items())


def _closes(text: str) -> int:
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return place
    return -1


def _divided(text: str) -> tuple[list[str], str]:
    """Divide ``a, b and c`` where no bracket is open."""
    depth, parts, last, word = 0, [], 0, ""
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        for mark in (" and ", " or ", ", "):
            if depth == 0 and text.startswith(mark, place) and text[:place].count("`") % 2 == 0:
                parts.append(text[last:place])
                last, word = place + len(mark), mark.strip() if mark != ", " else word
    return [*parts, text[last:]], word


@search(12)
@given(SHAPES, PEOPLE)
def test_who_changes_just_that_is_let_in(shape: Any, person: Row) -> None:
    audience = condition(shape, [*NAMES, "chosen"])
    told = explained(audience, person)
    if told["entered"]:
        return
    (refusal,) = told["refusals"]
    assert refusal["reason"] == "not_in_audience"
    remedy = refusal["would_differ"].removeprefix("It would have entered if ").removesuffix(".")
    for wish in wishes(remedy)[:3]:
        assert wish.items() - person.items()
        assert explained(audience, person | wish)["entered"], (remedy, wish)
