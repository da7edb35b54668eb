"""What providers have told before: telling it again changes nothing."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

import duckdb
import polars as pl

from sojourn.log.port import Log
from sojourn.model.reasons import FEEDBACK_KINDS, FeedbackKind

RECENT: Final = 200_000
"""Callbacks that are remembered, and items of the log's tail that are looked through at the start."""
CHUNK: Final = 20_000
_FOUND: Final = "SELECT 1 FROM feedback WHERE message = $message AND kind = $kind LIMIT 1"


class Told:
    """Remembers callbacks; what the store knows of a message counts as told, too, however old it is.

    Parameters
    ----------
    log : Log
        Its newest incoming texts, and what it says of messages, are remembered from before the start: the store may not
        have them yet.
    cursor : callable
        Returns a connection of its own, from any thread.
    """

    def __init__(self, log: Log, cursor: Callable[[], duckdb.DuckDBPyConnection]) -> None:
        self._items = log
        self._cursor = cursor
        self._recent: OrderedDict[str, None] = OrderedDict()
        self._changing = threading.Lock()
        self._is_read = False

    def claim(self, key: str) -> bool:
        """Remember a callback; False if it was told before."""
        with self._changing:
            if not self._is_read:
                self._read()
            if key in self._recent:
                return False
            self._remember(key)
            return True

    def release(self, key: str) -> None:
        """Forget a callback that could not be written down: it will be told again."""
        with self._changing:
            self._recent.pop(key, None)

    def is_known(self, message: int, kind: FeedbackKind) -> bool:
        """Tell whether the store has this feedback of a message."""
        cursor = self._cursor()
        try:
            return bool(cursor.execute(_FOUND, {"message": message, "kind": FEEDBACK_KINDS.index(kind)}).fetchall())
        finally:
            cursor.close()

    def _remember(self, key: str) -> None:
        self._recent[key] = None
        if len(self._recent) > RECENT:
            self._recent.popitem(last=False)

    def _read(self) -> None:
        self._is_read = True
        end = self._items.end()
        offset = max(0, end - RECENT)
        while offset < end and (frame := self._items.read(offset, CHUNK)).height:
            texts = frame.filter((pl.col("kind") == "inbound") & pl.col("message_id").is_not_null())
            for key in texts["message_id"]:
                self._remember(key)
            for message, kind in _statuses(frame).iter_rows():
                self._remember(f"{message}:{kind}")
            offset = frame["offset"][-1] + 1


def _statuses(frame: pl.DataFrame) -> pl.DataFrame:
    """Return number of message and kind of the feedback that names its message."""
    told = frame.filter(pl.col("kind") == "feedback")
    return told.select(pl.col("data").str.json_path_match("$.message").alias("message"), "name").drop_nulls()
