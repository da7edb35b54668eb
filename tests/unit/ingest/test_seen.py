"""Retries are told from new calls, also after a restart."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import polars as pl
import pytest

from sojourn.ingest.columns import Columns
from sojourn.ingest.gathering import Gathering
from sojourn.ingest.seen import Seen
from sojourn.log.errors import LogFull
from sojourn.log.memory import MemoryLog


class Noon:
    def now(self) -> datetime:
        return datetime(2026, 3, 2, 12, tzinfo=UTC)


class FullLog(MemoryLog):
    """A log whose disk is full until it is not."""

    full = True

    def append(self, frame: pl.DataFrame) -> int:
        if self.full:
            raise LogFull("log")
        return super().append(frame)


def calls(*ids: str | None) -> Columns:
    n = len(ids)
    return Columns([None] * n, ["track"] * n, ["ann"] * n, ["seen"] * n, [None] * n, [None] * n, list(ids))


def put(log: MemoryLog, seen: Seen, *groups: Columns) -> list[str | None]:
    async def all_of_them() -> None:
        gathering = Gathering(log, seen)
        for group in groups:
            await gathering.put(group)

    asyncio.run(all_of_them())
    ids: list[str | None] = log.read(0, 1000)["message_id"].to_list()
    return ids


def test_the_same_id_is_taken_once_and_calls_without_always() -> None:
    log = MemoryLog(Noon())
    assert put(log, Seen(), calls("a", "b", "a", None), calls("b", "c", None)) == ["a", "b", None, "c", None]


def test_after_a_restart_the_tail_of_the_log_is_known() -> None:
    log = MemoryLog(Noon())
    put(log, Seen(), calls("a", "b", "c"))
    assert put(log, Seen.of(log, remembered=2), calls("a", "b", "c")) == ["a", "b", "c", "a"]


def test_memory_is_bounded_and_the_newest_are_known() -> None:
    log, seen = MemoryLog(Noon()), Seen(remembered=10)
    for n in range(100):
        put(log, seen, calls(f"m{n}"))
        assert len(seen._new) + len(seen._old) <= 20
    assert len(put(log, seen, calls(*(f"m{n}" for n in range(90, 100))))) == 100


def test_a_call_that_was_not_stored_may_come_again() -> None:
    log, seen = FullLog(Noon()), Seen()
    with pytest.raises(LogFull):
        put(log, seen, calls("a"))
    log.full = False
    assert put(log, seen, calls("a")) == ["a"]


def test_a_failure_reaches_all_who_wait_and_later_calls_go_on() -> None:
    async def scene() -> list[object]:
        log = FullLog(Noon())
        gathering = Gathering(log, Seen())
        failed = await asyncio.gather(*(gathering.put(calls(f"m{n}")) for n in range(3)), return_exceptions=True)
        log.full = False
        await gathering.put(calls("m0"))
        return [type(each) for each in failed] + [log.end()]

    assert asyncio.run(scene()) == [LogFull, LogFull, LogFull, 1]
