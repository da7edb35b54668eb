"""Limits hold in every window, whatever comes when, and everybody is served in turn."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sojourn import simulate
from sojourn.engine import processor
from sojourn.journeys.windows import Window
from tests.property.worlds import search

START = datetime(2026, 3, 2, tzinfo=UTC)
ASKS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 300), st.sampled_from("SB")), min_size=1, max_size=25)


@given(
    calls=st.integers(1, 4), per=st.integers(1, 50),
    minutes=st.lists(st.integers(0, 200), max_size=60),
)  # fmt: skip
def test_no_window_has_more_than_its_limit(calls: int, per: int, minutes: list[int]) -> None:
    """Also when instants do not come in order."""
    window, made = Window(calls, timedelta(minutes=per)), []
    for minute in minutes:
        at = START + timedelta(minutes=minute)
        if window.free_at() <= at:
            window.take(at)
            made.append(at)
    for at in made:
        assert sum(at - timedelta(minutes=per) < other <= at for other in made) <= calls


def journey(id: str, wait: str) -> dict[str, Any]:
    return {
        "kind": "journey", "id": id, "reentry": "always", "entry": {"type": "event", "event": "go"},
        "nodes": [
            {"id": "first", "type": "lookup", "source": "s", "with": {"city": "profile.city"}, "next": "pause",
             "on_error": "pause"},
            {"id": "pause", "type": "wait", "for": wait, "next": "second"},
            {"id": "second", "type": "lookup", "source": "s", "with": {"city": "'X'"}, "on_error": "over"},
            {"id": "over", "type": "end"},
        ],
    }  # fmt: skip


def run(asks: list[tuple[int, int, str]], limit: dict[str, Any], cache: str | None) -> Any:
    source = {
        "kind": "source", "id": "s", "request": {"url": "https://x.example"}, "parameters": {"city": "string"},
        "limit": limit, **({"cache": cache} if cache else {}),
    }  # fmt: skip
    documents = [
        source, {"kind": "entity", "id": "profile", "attributes": {"city": "string"}}, {"kind": "event", "id": "go"},
        journey("a", "7m"), journey("b", "20m"),
    ]  # fmt: skip
    items = [
        {"type": "track", "userId": f"p{who}", "event": "go", "context": {"traits": {"city": city}},
         "timestamp": (START + timedelta(minutes=minute)).isoformat()}
        for who, minute, city in asks
    ]  # fmt: skip
    return simulate(documents, items, start=START, until=START + timedelta(days=3))


LIMITS = st.fixed_dictionaries({
    "calls": st.integers(1, 3), "per": st.sampled_from(["10m", "1h"]), "over": st.sampled_from(["wait", "fail"]),
})  # fmt: skip


@given(asks=ASKS, limit=LIMITS, cache=st.sampled_from([None, "10m"]))
@search(10)
def test_many_at_once_are_decided_as_one_after_the_other(
    asks: list[tuple[int, int, str]], limit: dict[str, Any], cache: str | None
) -> None:
    together = run(asks, limit, cache)
    size = processor.CHUNK
    processor.CHUNK = 1  # type: ignore[misc]
    try:
        apart = run(asks, limit, cache)
    finally:
        processor.CHUNK = size  # type: ignore[misc]
    order = ("at", "profile", "journey", "node", "outcome")
    assert sorted(tuple(step[name] for name in order) for step in together.steps) == sorted(
        tuple(step[name] for name in order) for step in apart.steps
    )


@given(asks=ASKS, limit=LIMITS)
@search(12)
def test_no_window_of_a_run_has_more_calls_than_the_limit(
    asks: list[tuple[int, int, str]], limit: dict[str, Any]
) -> None:
    steps = run(asks, limit, None).steps
    made = [
        datetime.fromisoformat(step["at"]) for step in steps
        if step["node"] in ("first", "second") and step["outcome"] == "next"
    ]  # fmt: skip
    per = timedelta(minutes=10) if limit["per"] == "10m" else timedelta(hours=1)
    assert made
    for at in made:
        assert sum(at - per < other <= at for other in made) <= limit["calls"]
