"""A live workspace in memory, run by the real engine over items of the past, for backtests over it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sojourn.engine.backtest.backtest import Recorded, Wish, backtest
from sojourn.engine.backtest.live import Live
from sojourn.engine.backtest.progress import Tell, nobody
from sojourn.engine.publication import Publication, Publishing
from sojourn.engine.runner import Engine
from sojourn.log.memory import MemoryLog
from sojourn.model.instants import parse_instant
from sojourn.model.items import read_items
from sojourn.model.reasons import Inside
from sojourn.store.duckdb import DuckStore
from sojourn.workspace import Workspace, read_workspace

Row = dict[str, Any]
START = "2026-03-02T00:00:00Z"


class Hands:
    """A clock whose hands a test moves."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def seconds_until(self, instant: datetime) -> float:
        return max((instant - self.at).total_seconds(), 0.0)

    def sleep_until(self, instant: datetime) -> None:
        self.at = max(self.at, instant)


@dataclass
class World:
    """A workspace that lives."""

    engine: Engine
    log: MemoryLog
    clock: Hands
    folder: Path

    def publish(self, documents: Sequence[Row], *ids: str, inside: Inside = "finish") -> list[Publishing]:
        return self.engine.publish(read_workspace(documents, {}), list(ids), inside)

    def until(self, instant: str) -> None:
        self.clock.at = parse_instant(instant)
        while self.engine.turn():
            pass

    def take(self, *items: Row) -> None:
        """Take items at their timestamps, one after the other."""
        for item in items:
            self.until(item["timestamp"])
            self.log.append(read_items([item]).drop("offset"))
            while self.engine.turn():
                pass

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        return self.engine.store.connection.execute(query).fetchall()

    def backtest(
        self, documents: Sequence[Row] | Workspace, id_: str, since: str, until: str, tell: Tell = nobody
    ) -> Row:
        workspace = documents if isinstance(documents, Workspace) else read_workspace(documents, {})
        cursor = self.engine.store.cursor()
        cursor.execute("SET TimeZone = 'UTC'")
        cursor.execute("BEGIN TRANSACTION READ ONLY")
        live = Live(cursor, self.engine.processor.program)
        recorded = Recorded(self.log, live, self.engine.offset, self.clock.now(), self.folder)
        try:
            return backtest(Wish(id_, parse_instant(since), parse_instant(until)), workspace, recorded, tell)
        finally:
            cursor.execute("ROLLBACK")


@contextmanager
def world(documents: Sequence[Row], folder: Path, start: str = START) -> Iterator[World]:
    """Publish documents at an instant."""
    clock = Hands(parse_instant(start))
    log, store = MemoryLog(clock), DuckStore(threads=1)
    engine = Engine(store, log, clock, Publication(store, lambda items, code, reason: None))
    engine.open(None)
    made = World(engine, log, clock, folder)
    made.publish(documents)
    try:
        yield made
    finally:
        engine.processor.evaluator.close()
        store.close()


def table(found: Row, name: str, *columns: str) -> dict[Any, tuple[int, int]]:
    """Return draft's and live's counts by place."""
    return {
        tuple(row[column] for column in columns) if len(columns) > 1 else row[columns[0]]: (row["draft"], row["live"])
        for row in found[name]
    }


def differences(found: Row) -> list[Row]:
    return [
        {"table": name, **row}
        for name in ("passages", "messages", "discards", "conversions", "transitions")
        for row in found[name]
        if row["difference"]
    ]
