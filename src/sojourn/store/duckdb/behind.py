"""The thread that writes what has been decided, while the next batch is read and folded."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from sojourn.model.state import Changes

ROWS_IN_FLIGHT: Final = 400_000
"""Rows that may be handed over and not durable before somebody who hands more over has to wait."""

ROWS_TOGETHER: Final = 150_000
"""Rows that are gathered before they are written: to take rows away costs the same for few of them as for many."""

Parts = list[tuple[Changes, Mapping[str, str]]]
"""Changes in their order, each with values of the `meta` table."""


@dataclass
class Handed:
    """A transaction that was handed over, and whether it is durable."""

    parts: Parts
    is_durable: bool = False

    @property
    def rows(self) -> int:
        """Return how many rows it appends."""
        return sum(frame.height for changes, _ in self.parts for frames in changes.append.values() for frame in frames)


class Behind:
    """Writes transactions in their order; those that came while it was writing go together, in one.

    After one that failed none is written any more, until somebody has waited and knows. Only one other thread may use
    this object; the thread begins with the first transaction.

    Parameters
    ----------
    write : callable
        Makes transactions durable together, or raises and has undone them.
    """

    def __init__(self, write: Callable[[Parts], None]) -> None:
        self._write = write
        self._queue: deque[Handed] = deque()
        self._gathered = 0
        self._turns: deque[tuple[Future[None], int]] = deque()
        self._pool: ThreadPoolExecutor | None = None
        self._error: BaseException | None = None
        self.handed = 0
        """Transactions that were handed over."""
        self.durable = 0
        """Those of them that are durable: the first ones."""

    def hand(self, transaction: Handed) -> None:
        """Hand a transaction over, and wait only where too much is on its way."""
        rows = transaction.rows
        while self._turns and (self._turns[0][0].done() or self._rows() + rows > ROWS_IN_FLIGHT):
            self._turns.popleft()[0].result()
        self.handed += 1
        self._queue.append(transaction)
        self._gathered += rows
        if self._gathered >= ROWS_TOGETHER:
            self._begin()

    def _begin(self) -> None:
        """Have written what was gathered."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, "sojourn-store")
        self._turns.append((self._pool.submit(self._turn), self._gathered))
        self._gathered = 0

    def _rows(self) -> int:
        return self._gathered + sum(rows for _, rows in self._turns)

    def wait(self) -> BaseException | None:
        """Block until nothing is on its way; return why something was not written, once."""
        if self._queue:
            self._begin()
        while self._turns:
            self._turns.popleft()[0].result()
        error, self._error = self._error, None
        if error is not None:
            self._queue.clear()
            self.handed = self.durable
        return error

    def close(self) -> None:
        """Write what is on its way, then end the thread."""
        self.wait()
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None

    def _turn(self) -> None:
        taken = [self._queue.popleft() for _ in range(len(self._queue))]
        if not taken or self._error is not None:
            return
        try:
            self._write([part for transaction in taken for part in transaction.parts])
        except BaseException as error:  # it belongs to the thread that waits
            self._error = error
            return
        for transaction in taken:
            transaction.is_durable = True
        self.durable += len(taken)
