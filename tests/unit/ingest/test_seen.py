"""Retries are told from new calls, also after a restart."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from sojourn.ingest.columns import Columns
from sojourn.ingest.gathering import Gathering
from sojourn.ingest.seen import Seen, first_since
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
        gathering = Gathering(log, seen, Noon())
        for group in groups:
            await gathering.put(group)

    asyncio.run(all_of_them())
    ids: list[str | None] = log.read(0, 1000)["message_id"].to_list()
    return ids


def test_the_same_id_is_taken_once_and_calls_without_always() -> None:
    log = MemoryLog(Noon())
    assert put(log, Seen(), calls("a", "b", "a", None), calls("b", "c", None)) == ["a", "b", None, "c", None]


class Day:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.day = 0.0

    def now(self) -> datetime:
        return Noon().now() + timedelta(days=self.day)


async def put_one(log: MemoryLog, seen: Seen, clock: Day, *ids: str) -> None:
    await Gathering(log, seen, clock).put(calls(*ids))


def test_after_a_restart_what_the_log_has_is_known(tmp_path: Path) -> None:
    log = MemoryLog(Noon())
    put(log, Seen(tmp_path, spill=4), *(calls(f"m{n}") for n in range(10)))
    again = Seen.of(log, tmp_path, spill=4)
    assert again.runs.end == 8
    assert len(put(log, again, calls(*(f"m{n}" for n in range(10))))) == 10


def test_without_its_files_a_restart_reads_the_log(tmp_path: Path) -> None:
    log = MemoryLog(Noon())
    put(log, Seen(), *(calls(f"m{n}") for n in range(10)))
    assert len(put(log, Seen.of(log, tmp_path, spill=3), calls(*(f"m{n}" for n in range(10))))) == 10


def test_a_retry_is_known_for_seven_days(tmp_path: Path) -> None:
    clock = Day()
    log, seen = MemoryLog(clock), Seen(tmp_path, spill=2)
    for day in range(30):
        clock.day = day
        asyncio.run(put_one(log, seen, clock, f"a{day}", f"b{day}", f"c{day}"))
    stored = log.end()
    asyncio.run(put_one(log, seen, clock, *(f"a{day}" for day in range(22, 30))))
    assert log.end() == stored
    asyncio.run(put_one(log, seen, clock, "a0"))
    assert log.end() == stored + 1
    assert len(list(tmp_path.glob("*/*"))) <= 9


def test_a_restart_reads_no_more_of_the_log_than_seven_days() -> None:
    clock = Day()
    log = MemoryLog(clock)
    for day in range(30):
        clock.day = day
        log.append(calls(f"m{day}").frame())
    assert first_since(log, timedelta(days=7)) == 22


def test_a_set_that_spills_is_merged_by_day_and_size(tmp_path: Path) -> None:
    log, seen = MemoryLog(Noon()), Seen(tmp_path, spill=10)
    for n in range(100):
        put(log, seen, calls(*(f"m{n}-{m}" for m in range(10))))
    assert len(list(tmp_path.glob("*/*.arrow"))) <= 8
    assert len(put(log, seen, calls(*(f"m{n}-5" for n in range(100))))) == 1000


def test_a_call_that_was_not_stored_may_come_again() -> None:
    log, seen = FullLog(Noon()), Seen()
    with pytest.raises(LogFull):
        put(log, seen, calls("a"))
    log.full = False
    assert put(log, seen, calls("a")) == ["a"]


def test_a_failure_reaches_all_who_wait_and_later_calls_go_on() -> None:
    async def scene() -> list[object]:
        log = FullLog(Noon())
        gathering = Gathering(log, Seen(), Noon())
        failed = await asyncio.gather(*(gathering.put(calls(f"m{n}")) for n in range(3)), return_exceptions=True)
        log.full = False
        await gathering.put(calls("m0"))
        return [type(each) for each in failed] + [log.end()]

    assert asyncio.run(scene()) == [LogFull, LogFull, LogFull, 1]


def test_a_damaged_file_makes_the_log_be_read(tmp_path: Path) -> None:
    log = MemoryLog(Noon())
    put(log, Seen(tmp_path, spill=4), *(calls(f"m{n}") for n in range(10)))
    next(tmp_path.glob("*/*.arrow")).write_bytes(b"half")
    assert len(put(log, Seen.of(log, tmp_path, spill=4), calls(*(f"m{n}" for n in range(10))))) == 10
