"""Going on while batches are being written changes nothing, however long the writing takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.store.duckdb import batch, behind
from tests.property.worlds import World, outcome, search, worlds


class Late:
    """What a slow thread comes to: nothing is done before somebody waits for it."""

    def __init__(self, *_: object) -> None:
        self.tasks: list[Callable[[], None]] = []

    def submit(self, task: Callable[[], None]) -> Late:
        self.tasks.append(task)
        return self

    def done(self) -> bool:
        return False

    def result(self) -> None:
        while self.tasks:
            self.tasks.pop(0)()

    def shutdown(self) -> None:
        self.result()


class Prompt(Late):
    """A thread that is done with everything at once."""

    def submit(self, task: Callable[[], None]) -> Prompt:
        task()
        return self

    def done(self) -> bool:
        return True


@pytest.fixture(params=[Late, Prompt, behind.ThreadPoolExecutor], ids=["late", "prompt", "as it comes"])
def writer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let the writer be slow, fast, or a thread, and a few profiles be read as many are."""
    monkeypatch.setattr(behind, "ThreadPoolExecutor", request.param)
    monkeypatch.setattr(behind, "ROWS_TOGETHER", 3)
    monkeypatch.setattr(batch, "FEW", 0)
    return request.param


@given(world=worlds(), data=st.data())
@search(6)
def test_results_do_not_depend_on_when_batches_are_written(writer: Any, world: World, data: st.DataObject) -> None:
    last = len(world.items) - 1
    cuts = data.draw(st.one_of(st.just(range(last)), st.lists(st.integers(1, last), max_size=8)), label="cuts")
    deaths = data.draw(st.sets(st.integers(0, last), max_size=2), label="deaths")
    assert outcome(world, cuts=cuts, deaths=deaths, ahead=True) == outcome(world)
