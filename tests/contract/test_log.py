"""What every adapter of the log must do."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from sojourn.log.embedded import EmbeddedLog
from sojourn.log.errors import LogClosed, LogOrder
from sojourn.log.memory import MemoryLog
from sojourn.log.port import Clock, Log
from sojourn.model.items import ITEM_SCHEMA

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ADAPTERS: dict[str, Callable[[Path, Clock], Log]] = {
    "embedded": lambda folder, clock: EmbeddedLog(folder / "log.sqlite", clock),
    "memory": lambda _, clock: MemoryLog(clock),
}


class Hand:
    """A clock that is set by hand, or runs when it is set to nothing."""

    def __init__(self) -> None:
        self.instant: datetime | None = NOON

    def now(self) -> datetime:
        return self.instant or datetime.now(UTC)


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture(params=list(ADAPTERS))
def log(request: pytest.FixtureRequest, tmp_path: Path, clock: Hand) -> Iterator[Log]:
    opened = ADAPTERS[request.param](tmp_path, clock)
    yield opened
    opened.close()


def items(*profiles: str, **columns: object) -> pl.DataFrame:
    frame = pl.DataFrame({"profile_id": profiles}).with_columns(kind=pl.lit("track"), name=pl.lit("seen"))
    return frame.with_columns(**{name: pl.lit(value) for name, value in columns.items()})


def test_offsets_follow_without_a_gap_and_items_come_back_in_order(log: Log) -> None:
    assert log.append(items("ann", "ben")) == 0
    assert log.append(items("cid")) == 2
    frame = log.read(0, 10)
    assert frame.schema == ITEM_SCHEMA
    assert frame.select("offset", "profile_id").rows() == [(0, "ann"), (1, "ben"), (2, "cid")]


@pytest.mark.parametrize(("offset", "limit", "found"), [(0, 2, [0, 1]), (1, 2, [1, 2]), (2, 9, [2, 3, 4]), (5, 1, [])])
def test_read_takes_from_an_offset_on_and_no_more_than_the_limit(
    log: Log, offset: int, limit: int, found: list[int]
) -> None:
    log.append(items("ann", "ben", "cid"))
    log.append(items("dan", "eva"))
    assert log.read(offset, limit)["offset"].to_list() == found


def test_an_empty_log_has_the_columns_and_ends_at_zero(log: Log) -> None:
    assert log.read(0, 10).schema == ITEM_SCHEMA
    assert log.end() == 0
    assert log.append(items()) == 0
    assert log.end() == 0


def test_every_column_comes_back_as_it_was_given(log: Log) -> None:
    given = items("ann", at=NOON, occurred_at=NOON - timedelta(days=1), data='{"a":1}', traits="{}", message_id="m-1")
    log.append(given)
    assert log.read(0, 1).select(given.columns).rows() == given.rows()


def test_a_large_append_is_one_unit_over_many_batches(log: Log) -> None:
    log.append(pl.DataFrame({"profile_id": [str(n) for n in range(50_001)]}).with_columns(kind=pl.lit("track")))
    frame = log.read(39_990, 20)
    assert frame["offset"].to_list() == list(range(39_990, 40_010))
    assert frame["profile_id"].to_list() == [str(n) for n in range(39_990, 40_010)]
    assert log.end() == 50_001


def test_the_log_gives_the_instant_and_never_goes_back(log: Log, clock: Hand) -> None:
    log.append(items("ann"))
    clock.instant = NOON - timedelta(hours=1)
    log.append(items("ben"))
    clock.instant = NOON + timedelta(hours=1)
    log.append(items("cid"))
    assert log.read(0, 9)["at"].to_list() == [NOON, NOON, NOON + timedelta(hours=1)]


def test_given_instants_are_kept_and_must_be_in_order(log: Log) -> None:
    log.append(items("ann", at=NOON))
    with pytest.raises(LogOrder, match="2026-03-02T11:59:00"):
        log.append(items("ben", at=NOON - timedelta(minutes=1)))
    backwards = items("cid", "dan").with_columns(at=pl.Series([NOON + timedelta(hours=2), NOON + timedelta(hours=1)]))
    with pytest.raises(LogOrder, match="not in order"):
        log.append(backwards)
    assert log.append(items("eva", at=NOON)) == 1


def test_what_occurred_is_never_later_than_the_instant(log: Log) -> None:
    log.append(items("late", occurred_at=NOON - timedelta(days=3)))
    log.append(items("early", occurred_at=NOON + timedelta(days=3)))
    log.append(items("unsaid"))
    assert log.read(0, 9)["occurred_at"].to_list() == [NOON - timedelta(days=3), NOON, NOON]


def test_nothing_is_appended_below_a_watermark(log: Log, clock: Hand) -> None:
    mark = log.watermark(NOON + timedelta(minutes=5))
    log.append(items("ann"))
    assert log.read(0, 1)["at"][0] >= mark
    with pytest.raises(LogOrder):
        log.append(items("ben", at=mark - timedelta(microseconds=1)))


def test_watermarks_hold_while_others_append(log: Log, clock: Hand) -> None:
    clock.instant = None
    stop = threading.Event()

    def appending() -> None:
        while not stop.is_set():
            log.append(items("ann"))

    threads = [threading.Thread(target=appending) for _ in range(3)]
    for thread in threads:
        thread.start()
    marks = [(log.watermark(clock.now()), log.end()) for _ in range(500)]
    stop.set()
    for thread in threads:
        thread.join()
    at = log.read(0, log.end())["at"]
    assert at.is_sorted()
    assert all(at[end] >= mark for mark, end in marks if end < len(at))


def test_concurrent_appends_keep_their_rows_together(log: Log) -> None:
    firsts: dict[str, int] = {}

    def append(name: str) -> None:
        firsts[name] = log.append(items(*[name] * 7))

    threads = [threading.Thread(target=append, args=(f"p{n}",)) for n in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    profiles = log.read(0, 1000)["profile_id"].to_list()
    assert all(profiles[first : first + 7] == [name] * 7 for name, first in firsts.items())
    assert sorted(firsts.values()) == list(range(0, 280, 7))


def test_appends_of_an_event_loop_share_it(log: Log) -> None:
    async def many() -> list[int]:
        return await asyncio.gather(*(log.append_async(items("ann")) for _ in range(100)))

    assert sorted(asyncio.run(many())) == list(range(100))


def test_wait_ends_when_the_item_is_there(log: Log) -> None:
    assert log.wait(0, 0.01) is False
    timer = threading.Timer(0.05, log.append, [items("ann")])
    timer.start()
    assert log.wait(0, 5) is True
    assert log.read(0, 1)["profile_id"].to_list() == ["ann"]


def test_retention_deletes_whole_appends_but_never_the_newest(log: Log) -> None:
    for name in ("ann", "ben", "cid"):
        log.append(items(name, name))
    assert log.retain(3) == 2
    assert log.read(0, 9)["offset"].to_list() == [2, 3, 4, 5]
    assert log.retain(99) == 4
    assert log.append(items("dan")) == 6


def test_a_closed_log_refuses(log: Log) -> None:
    log.close()
    with pytest.raises(LogClosed):
        log.append(items("ann"))


def test_a_frame_with_a_wrong_column_spoils_only_itself(log: Log) -> None:
    with pytest.raises(pl.exceptions.PolarsError):
        log.append(items("ann", at="not an instant"))
    assert log.append(items("ben")) == 0
