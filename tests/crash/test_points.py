"""Killed at a named point: what a process leaves there is what the next one needs, and no more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import httpx
import polars as pl
import pytest

from sojourn.engine.clock import SystemClock
from sojourn.model.reasons import FEEDBACK_KINDS
from sojourn.service.app import App
from sojourn.service.dispatch import Dispatch
from sojourn.service.management import Management
from sojourn.service.runtime import Runtime
from tests.crash.sink import Sink, listening
from tests.crash.workspace import write_workspace

MEMBERS = 500


class Killed(BaseException):
    """Stands for the end of the process: nothing in it may catch this and go on."""


class Fragile:
    """A connection on which a COMMIT kills.

    Parameters
    ----------
    before : bool
        Before it is durable, or after.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, before: bool, error: BaseException) -> None:
        self._connection = connection
        self._before = before
        self._error = error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, query: str, *more: Any) -> Any:
        if query != "COMMIT":
            return self._connection.execute(query, *more)
        if not self._before:
            self._connection.execute(query)
        raise self._error


class Unanswering:
    """A log that is asked to append and never answers."""

    def append_async(self, frame: pl.DataFrame) -> asyncio.Future[int]:
        return asyncio.Future()


@dataclass
class Place:
    """A folder, opened by one process after the other."""

    folder: Path
    sink: Sink

    @contextmanager
    def opened(self) -> Iterator[Runtime]:
        runtime = Runtime(self.folder)
        try:
            yield runtime
        finally:
            runtime.close()

    def killed(self, before: bool, act: Callable[[Runtime], object]) -> None:
        """Act in a process that dies at its first commit."""
        with self.opened() as runtime:
            runtime.open()
            healthy = runtime.store.connection
            runtime.store.connection = Fragile(healthy, before, Killed())  # type: ignore[assignment]
            with pytest.raises(Killed):
                act(runtime)
            runtime.store.connection = healthy

    def finished(self) -> None:
        """Let a process run until nothing is left to do but wait for customers."""
        with self.opened() as runtime:
            runtime.start()
            until(lambda: runtime.engine.offset == runtime.log.end() and not count(runtime, "outbox"))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with listening() as (sink, port):
        write_workspace(tmp_path / "ws", port, 2)
        place = Place(tmp_path / "ws", sink)
        with place.opened() as runtime:
            runtime.open()
            Management(runtime).publish(["welcome"])
        yield place


def until(condition: Callable[[], bool], timeout_s: float = 30) -> None:
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def count(runtime: Runtime, table: str, where: str = "true") -> int:
    [(rows,)] = runtime.cursor().execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchall()
    return int(rows)


def signed_up(number: int) -> dict[str, str]:
    return {
        "kind": "track", "profile_id": f"p{number}", "name": "Signed Up", "data": f'{{"call": "c{number}"}}',
        "traits": f'{{"email": "p{number}@a.example"}}', "message_id": f"m{number}",
    }  # fmt: skip


def append(runtime: Runtime, first: int = 0, rows: int = 3) -> None:
    runtime.log.append(pl.DataFrame([signed_up(first + n) for n in range(rows)]))


def found(place: Place) -> tuple[int, int, int, int]:
    """Return passages, steps at the message, messages and receipts."""
    with place.opened() as runtime:
        return (
            count(runtime, "(SELECT no FROM passage UNION ALL SELECT no FROM passage_end)"),
            count(runtime, "step", "node = 0"), count(runtime, "message"),
            count(runtime, "feedback", f"kind = {FEEDBACK_KINDS.index('sent')}"),
        )  # fmt: skip


def arrivals(place: Place) -> list[int]:
    assert all(len({key for key, _ in came}) == 1 for came in place.sink.came.values())
    return sorted(len(came) for came in place.sink.came.values())


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_the_commit_of_a_batch(place: Place, before: bool) -> None:
    def act(runtime: Runtime) -> None:
        append(runtime)
        runtime.engine.turn()

    place.killed(before, act)
    place.finished()
    assert found(place) == (3, 3, 3, 3)
    assert arrivals(place) == [1, 1, 1]


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_the_commit_of_a_publication(place: Place, before: bool) -> None:
    place.killed(before, lambda runtime: Management(runtime).publish(["reminder"]))
    with place.opened() as runtime:
        runtime.open()
        [row] = Management(runtime).publish(["reminder"])
    assert (row["version"], row["verdict"]) == (1, "published" if before else "already live")


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_the_commit_of_an_admission(place: Place, before: bool) -> None:
    with place.opened() as runtime:
        runtime.open()
        calls = [
            {"kind": "identify", "profile_id": f"m{n:03}", "traits": f'{{"number": {n + 5000}}}'}
            for n in range(MEMBERS)
        ]
        runtime.log.append(pl.DataFrame(calls))
        runtime.engine.turn()
        Management(runtime).publish(["admission-0"])
    place.killed(before, lambda runtime: runtime.engine.turn())
    with place.opened() as runtime:
        runtime.start()
        until(lambda: count(runtime, "passage_end") == MEMBERS)
        assert count(runtime, "(SELECT DISTINCT pno FROM passage_end)") == MEMBERS
        assert count(runtime, "step") == 3 * MEMBERS


def test_an_append_that_was_durable_and_not_acknowledged(place: Place) -> None:
    with place.opened() as runtime:
        append(runtime, rows=1)
    with place.opened() as runtime:
        runtime.start()
        call = {"type": "track", "userId": "p0", "event": "Signed Up", "messageId": "m0", "properties": {"call": "c0"}}
        assert asyncio.run(post(runtime, {"batch": [call]})) == 200
        assert (runtime.log.read(0, 100)["kind"] == "track").sum() == 1
    place.finished()
    assert found(place) == (1, 1, 1, 1)


def test_an_append_that_was_durable_and_raised(place: Place) -> None:
    with place.opened() as runtime:
        write = runtime.log._batches.write

        def then_raise(*args: Any) -> None:
            write(*args)
            raise OSError("the disk answered too late")

        runtime.log._batches.write = then_raise  # type: ignore[method-assign]
        append(runtime, rows=2)
        runtime.log._batches.write = write  # type: ignore[method-assign]
        append(runtime, first=2, rows=1)
    place.finished()
    assert found(place) == (3, 3, 3, 3)


def test_between_the_provider_and_the_log(place: Place) -> None:
    with place.opened() as runtime:
        runtime.open()
        append(runtime)
        runtime.engine.turn()
        dispatch = Dispatch(runtime._delivery())
        dispatch.worker._items = Unanswering()  # type: ignore[assignment]
        dispatch.start()
        until(lambda: len(place.sink.came) == 3)
        dispatch.stop()
        assert runtime.log.end() == 3
    place.finished()
    assert found(place) == (3, 3, 3, 3)
    assert arrivals(place) == [2, 2, 2]


def test_between_the_log_and_the_engine(place: Place) -> None:
    with place.opened() as runtime:
        runtime.open()
        append(runtime)
        runtime.engine.turn()
        dispatch = Dispatch(runtime._delivery())
        dispatch.start()
        until(lambda: runtime.log.end() == 6)
        dispatch.stop()
    place.finished()
    assert found(place) == (3, 3, 3, 3)
    assert arrivals(place) == [1, 1, 1]


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("error", [duckdb.TransactionException("no space"), duckdb.FatalException("no checkpoint")])
def test_a_commit_that_fails_in_a_process_that_goes_on(place: Place, error: Exception, before: bool) -> None:
    with place.opened() as runtime:
        runtime.start()
        healthy = runtime.store.connection
        runtime.store.connection = Fragile(healthy, before, error)  # type: ignore[assignment]
        append(runtime, rows=20)
        until(lambda: runtime.engine._failures > 1)
        runtime.store.connection = healthy
        append(runtime, first=20, rows=1)
        until(lambda: runtime.engine.offset >= 21 and not count(runtime, "outbox"))
        assert count(runtime, "reject") == 0
    place.finished()
    assert found(place) == (21, 21, 21, 21)
    assert arrivals(place) == [1] * 21


async def post(runtime: Runtime, body: dict[str, Any]) -> int:
    key = runtime.keys.create("server", SystemClock().now())
    transport = httpx.ASGITransport(App(runtime, "token"))
    async with httpx.AsyncClient(transport=transport, base_url="http://a", auth=(key, "")) as client:
        return (await client.post("/v1/batch", json=body)).status_code
