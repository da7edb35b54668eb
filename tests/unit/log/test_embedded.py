"""What only the log on a disk must do: survive kills and a full disk."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from sojourn.log.embedded import EmbeddedLog
from sojourn.log.errors import LogBusy, LogFull, LogUnavailable

APPENDER = Path(__file__).with_name("appender.py")


class Wall:
    """The clock of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.sqlite"


@pytest.fixture
def log(path: Path) -> Iterator[EmbeddedLog]:
    opened = EmbeddedLog(path, Wall())
    yield opened
    opened.close()


def named(name: str, rows: int = 1) -> pl.DataFrame:
    return pl.DataFrame({"kind": ["track"] * rows, "profile_id": [name] * rows})


def killed_run(path: Path, run: str, seconds: float) -> list[tuple[int, int, str]]:
    """Run the appender, kill it, and return what it was acknowledged: first offset, rows, name."""
    with subprocess.Popen([sys.executable, APPENDER, path, run], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first_line = process.stdout.readline()
        time.sleep(seconds)
        process.kill()
        lines = (first_line + process.stdout.read()).splitlines(keepends=True)
    acknowledged = [line.split() for line in lines if line.endswith("\n")]
    return [(int(first), int(rows), name) for first, rows, name in acknowledged]


def test_every_acknowledged_item_survives_kills_and_no_append_is_torn(path: Path) -> None:
    chance = random.Random(7)
    acknowledged = [a for run in range(6) for a in killed_run(path, f"r{run}", chance.uniform(0, 0.3))]
    log = EmbeddedLog(path, Wall())
    frame = log.read(0, log.end())
    log.close()
    profiles = frame["profile_id"].to_list()
    assert len(acknowledged) > 100
    assert frame["offset"].to_list() == list(range(frame.height))
    assert frame["at"].is_sorted()
    assert all(profiles[first : first + rows] == [name] * rows for first, rows, name in acknowledged)
    rows_by_append = frame.group_by("profile_id").len()
    turns = rows_by_append["profile_id"].str.extract(r"(\d+)$").cast(pl.Int64)
    assert (rows_by_append["len"] == 1 + turns % 5).all()


def test_items_are_there_after_reopening_and_offsets_go_on(path: Path) -> None:
    first = EmbeddedLog(path, Wall())
    first.append(named("ann", 3))
    first.close()
    second = EmbeddedLog(path, Wall())
    assert second.append(named("ben")) == 3
    assert second.read(2, 9)["profile_id"].to_list() == ["ann", "ben"]
    second.close()


def test_a_full_disk_is_said_and_appends_work_again_when_there_is_space(path: Path, log: EmbeddedLog) -> None:
    log.append(named("before"))
    writing = log._batches._writing
    pages = writing.execute("pragma page_count").fetchone()[0]
    writing.execute(f"pragma max_page_count = {pages}")
    noise = pl.DataFrame({"kind": ["track"] * 5000, "data": [random.randbytes(50).hex() for _ in range(5000)]})
    with pytest.raises(LogFull, match="free some space") as caught:
        log.append(noise)
    assert caught.value.retryable
    writing.execute("pragma max_page_count = 1000000")
    assert log.append(noise) == 1
    assert log.append(named("after")) == 5001
    assert log.read(5000, 9)["profile_id"].to_list() == [None, "after"]


def test_given_instants_may_be_sent_again_after_a_full_disk(log: EmbeddedLog) -> None:
    log.append(named("before").with_columns(at=datetime(2026, 1, 1, tzinfo=UTC)))
    writing = log._batches._writing
    writing.execute(f"pragma max_page_count = {writing.execute('pragma page_count').fetchone()[0]}")
    noise = pl.DataFrame({"kind": ["track"] * 5000, "data": [random.randbytes(50).hex() for _ in range(5000)]})
    day_by_day = noise.with_columns(
        at=pl.datetime_range(
            datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 3, tzinfo=UTC), interval="17s", eager=True
        ).head(5000)
    )
    with pytest.raises(LogFull):
        log.append(day_by_day)
    writing.execute("pragma max_page_count = 1000000")
    assert log.append(day_by_day) == 1


def test_a_second_process_is_refused(path: Path, log: EmbeddedLog) -> None:
    with pytest.raises(LogBusy, match="another process"):
        EmbeddedLog(path, Wall())
    log.close()
    EmbeddedLog(path, Wall()).close()


def test_a_file_that_is_no_log_is_refused_and_not_locked(path: Path) -> None:
    path.write_text("this is not a database, " * 100)
    for _ in range(2):
        with pytest.raises(LogUnavailable, match="not a database"):
            EmbeddedLog(path, Wall())


def test_the_file_is_durable_by_its_settings(log: EmbeddedLog) -> None:
    writing: sqlite3.Connection = log._batches._writing
    assert writing.execute("pragma journal_mode").fetchone()[0] == "wal"
    assert writing.execute("pragma synchronous").fetchone()[0] == 2
