"""The live engine goes on while a batch is being written: nothing is told before it is durable, nothing is lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sojourn.engine import runner
from sojourn.model.items import read_items
from sojourn.store.duckdb import behind, writing
from sojourn.store.duckdb.behind import Parts
from sojourn.store.duckdb.statements import Statements
from tests.unit.engine.recorded import START, World, world

DOCUMENTS = [
    {"kind": "workspace", "id": "shop"},
    {"kind": "entity", "id": "profile", "attributes": {"plan": "string"}},
    {"kind": "event", "id": "came"},
    {"kind": "event", "id": "bought"},
    {"kind": "journey", "id": "buying", "entry": {"type": "event", "event": "came"}, "reentry": "always",
     "nodes": [{"id": "buys", "type": "event", "event": "bought", "timeout": "5d"}]},
]  # fmt: skip
PEOPLE = 40
WRITE = writing.write_parts


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Let the engine take five items at once, of a log that has many."""
    monkeypatch.setattr(runner, "BATCH", 5)
    monkeypatch.setattr(behind, "ROWS_TOGETHER", 0)
    monkeypatch.setattr("sojourn.store.duckdb.batch.FEW", 0)
    with world(DOCUMENTS, tmp_path) as made:
        names = ["came", "bought", "came", "bought", "came"]
        made.log.append(read_items([
            {"type": "track", "userId": f"p{person}", "event": name, "timestamp": START}
            for name in names for person in range(PEOPLE)
        ]).drop("offset"))  # fmt: skip
        yield made


def finish(made: World) -> None:
    made.engine.start(None)
    made.engine.wait_for(made.log.end() - 1, 60)
    made.engine.stop()


def found(made: World) -> tuple[int, ...]:
    [row] = made.sql(
        "SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM passage), (SELECT count(*) FROM passage_end), "
        "(SELECT count(*) FROM step WHERE outcome = 1), (SELECT count(DISTINCT no) FROM passage_end), "
        "(SELECT count(*) FROM reject)"
    )
    return row


EVERYTHING = (5 * PEOPLE, PEOPLE, 2 * PEOPLE, 2 * PEOPLE, 2 * PEOPLE, 0)


def test_all_items_are_taken(running: World) -> None:
    finish(running)
    assert running.engine.store.handed_over > 10
    assert found(running) == EVERYTHING


def test_an_offset_is_told_when_it_is_durable(running: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(to: Statements, parts: Parts) -> None:
        time.sleep(0.02)
        WRITE(to, parts)

    monkeypatch.setattr(writing, "write_parts", slowly)
    told = []
    engine = running.engine
    engine._committed = lambda: told.append((engine.offset, durable_offset(running)))
    finish(running)
    assert len({offset for offset, _ in told}) > 5
    assert all(offset <= durable for offset, durable in told)
    assert found(running) == EVERYTHING


def durable_offset(made: World) -> int:
    [(value,)] = made.engine.store.cursor().execute("SELECT value FROM meta WHERE name = 'offset'").fetchall()
    return int(value)


def failing(times: int, error: Exception, *, after: bool) -> Callable[[Statements, Parts], None]:
    """Return a writer that fails so often from its fourth turn on, before or after it has written."""
    turns = []

    def write(to: Statements, parts: Parts) -> None:
        turns.append(len(parts))
        fails = 4 <= len(turns) < 4 + times
        if not fails or after:
            WRITE(to, parts)
        if fails:
            raise error

    return write


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    "error", [duckdb.IOException("the disk is full"), ValueError("it does not fit")], ids=["disk", "data"]
)
def test_what_could_not_be_written_is_taken_again(
    running: World, monkeypatch: pytest.MonkeyPatch, error: Exception, after: bool
) -> None:
    monkeypatch.setattr(writing, "write_parts", failing(1, error, after=after))
    finish(running)
    assert found(running) == EVERYTHING


def test_an_item_that_cannot_be_written_is_found(running: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(to: Statements, parts: Parts) -> None:
        offsets = [frame["offset"].to_list() for changes, _ in parts for frame in changes.append.get("event", ())]
        if any(57 in some for some in offsets):
            raise ValueError("it does not fit")
        WRITE(to, parts)

    monkeypatch.setattr(writing, "write_parts", write)
    finish(running)
    assert running.sql('SELECT "offset" FROM reject') == [(57,)]
    assert running.sql("SELECT count(*) FROM event") == [(5 * PEOPLE - 1,)]


def test_a_function_sees_all_that_was_taken_before_it(running: World) -> None:
    def count() -> Any:
        engine = running.engine
        [(offset,)] = engine.store.connection.execute('SELECT max("offset") + 1 FROM event').fetchall()
        return offset == engine.processor.offset

    running.engine.start(None)
    running.engine.wait_for(10, 60)
    assert all(running.engine.call(count) for _ in range(5))
    running.engine.wait_for(running.log.end() - 1, 60)
    running.engine.stop()
    assert found(running) == EVERYTHING
