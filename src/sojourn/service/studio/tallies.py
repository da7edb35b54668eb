"""The counts of campaigns that people are editing: kept between two edits, few, and gone when nobody asks."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from sojourn.engine.campaigns.tally import Draft, Tally
from sojourn.engine.clock import elapsed_s
from sojourn.service.runtime import Runtime
from sojourn.store.duckdb.patience import patience
from sojourn.workspace.drafting import Drafting
from sojourn.workspace.reading import FolderFiles

Row = dict[str, Any]
KEPT_AT_MOST: Final = 6
IDLE_S: Final = 600.0
PATIENCE_S: Final = 60.0


@dataclass
class _Kept:
    tally: Tally
    asked_s: float
    lock: threading.Lock = field(default_factory=threading.Lock)


class Tallies:
    """Counts drafts of campaigns; methods may be called from any thread.

    Parameters
    ----------
    runtime : Runtime
        Whose live store is counted.
    drafting : Drafting
        Knows the other documents.
    """

    def __init__(self, runtime: Runtime, drafting: Drafting) -> None:
        self._runtime = runtime
        self._drafting = drafting
        self._kept: dict[tuple[str, str], _Kept] = {}
        self._lock = threading.Lock()

    def count(self, who: str, body: Row, parameters: Mapping[str, Any], *, anew: bool) -> tuple[list[Row], list[str]]:
        """Count a draft for somebody (see `Tally.count`).

        Raises
        ------
        TookTooLong
            It was given up.
        """
        draft = self._draft(body, parameters)
        with self._held(who, str(body.get("id"))) as tally, patience(tally.cursor, PATIENCE_S, "the count"):
            return tally.count(draft, self._runtime.clock.now(), anew=anew)

    def look(self, who: str, campaign: str, transition: str, limit: int, offset: int) -> list[Row]:
        """Return rows of a transition that was counted for somebody."""
        with self._held(who, campaign) as tally, patience(tally.cursor, PATIENCE_S, "the look"):
            return tally.look(transition, limit, offset)

    def close(self) -> None:
        """Forget everything."""
        with self._lock:
            for key in list(self._kept):
                self._kept.pop(key).tally.cursor.close()

    def _draft(self, body: Row, parameters: Mapping[str, Any]) -> Draft:
        folder = self._drafting.folder
        others = str([(file.name, file.modified_ns) for file in folder.files()])
        return Draft(
            body, dict(parameters), self._drafting.catalog([body]), FolderFiles(folder.directory), others
        )  # fmt: skip

    @contextmanager
    def _held(self, who: str, campaign: str) -> Iterator[Tally]:
        with self._lock:
            self._forget_idle()
            key = (who, campaign)
            kept = self._kept.get(key) or _Kept(Tally(self._runtime.cursor()), elapsed_s())
            self._kept[key] = kept
            kept.asked_s = elapsed_s()
        with kept.lock:
            yield kept.tally

    def _forget_idle(self) -> None:
        """Close what nobody asked for lately, and the oldest where there are too many."""
        by_age = sorted(self._kept, key=lambda key: self._kept[key].asked_s)
        surplus = max(len(by_age) - KEPT_AT_MOST + 1, 0)
        for place, key in enumerate(by_age):
            kept = self._kept[key]
            is_old = elapsed_s() - kept.asked_s > IDLE_S
            if (is_old or place < surplus) and kept.lock.acquire(blocking=False):
                try:
                    self._kept.pop(key).tally.cursor.close()
                finally:
                    kept.lock.release()
