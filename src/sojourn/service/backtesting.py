"""Backtests of a workspace that this process has open; one at a time."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from sojourn.engine.backtest.errors import BacktestBusy
from sojourn.engine.backtest.progress import Tell, nobody
from sojourn.engine.threads import background
from sojourn.model.errors import SojournError
from sojourn.reports.reading import one_moment
from sojourn.workspace import load_workspace

if TYPE_CHECKING:
    from sojourn.service.runtime import Runtime

Row = dict[str, Any]
Wishes = tuple[str, datetime, datetime]


class Abandoned(Exception):
    """Nobody waits for the result any more."""


class Backtesting:
    """Runs backtests beside the engine, over a snapshot of its store.

    Parameters
    ----------
    runtime : Runtime
        Started or only opened.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._busy = threading.Lock()

    def run(self, document: str, since: datetime, until: datetime, tell: Tell = nobody) -> Row:
        """Run the folder's document over a period (see `engine.backtest.backtest`).

        Raises
        ------
        BacktestBusy
            Another one runs.
        """
        from sojourn.engine.backtest.backtest import Recorded, Wish, backtest
        from sojourn.engine.backtest.live import Live

        if not self._busy.acquire(blocking=False):
            raise BacktestBusy
        try:
            runtime = self._runtime
            workspace, cursor = load_workspace(runtime.places.directory), runtime.cursor()
            program = runtime.engine.processor.program
            with one_moment(cursor):
                live = Live(cursor, program)
                taken = int(live.value("SELECT coalesce(max(value), '0') FROM meta WHERE name = 'offset'"))
                recorded = Recorded(runtime.log, live, taken, runtime.clock.now(), runtime.places.data)
                return backtest(Wish(document, since, until), workspace, recorded, tell)
        finally:
            self._busy.release()

    def told(self, document: str, since: datetime, until: datetime) -> Iterator[bytes]:
        """Yield JSON lines: `{"doing", "items"}` while it runs, then `{"result"}` or `{"error"}`."""
        queue: SimpleQueue[Row] = SimpleQueue()
        gone = threading.Event()
        asked = _Asked(self, (document, since, until), queue, gone)
        background(asked.run, "sojourn-backtest").start()
        try:
            while True:
                row = queue.get()
                yield json.dumps(row, ensure_ascii=False).encode() + b"\n"
                if "doing" not in row:
                    return
        finally:
            gone.set()


@dataclass(frozen=True)
class _Asked:
    """One backtest whose caller hears of its progress."""

    backtesting: Backtesting
    wishes: Wishes
    queue: SimpleQueue[Row]
    gone: threading.Event

    def run(self) -> None:
        try:
            self.queue.put({"result": self.backtesting.run(*self.wishes, self._tell)})
        except Abandoned:
            return
        except SojournError as error:
            self.queue.put({"error": _as_row(error)})
        except Exception as error:  # the caller must hear of it
            self.queue.put({"error": {"code": "SOJ-000", "message": f"{type(error).__name__}: {error}"}})
            raise

    def _tell(self, doing: str, items: int) -> None:
        if self.gone.is_set():
            raise Abandoned
        self.queue.put({"doing": doing, "items": items})


def _as_row(error: SojournError) -> Row:
    found: Row = {"code": error.code, "message": error.message, "hint": error.hint, "retryable": error.retryable}
    if problems := getattr(error, "errors", None):
        found["errors"] = [
            {name: getattr(problem, name) for name in ("code", "message", "path", "file", "line", "column", "hint")}
            for problem in problems
        ]
    return found
