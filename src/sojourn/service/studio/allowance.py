"""How many proofs, or events, a caller may send from the studio in an hour."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Final

from sojourn.engine.clock import elapsed_s
from sojourn.service.access.errors import TooOften

MOST: Final = 60
"""What a caller may send in `WINDOW_S` seconds."""
WINDOW_S: Final = 3_600.0


class Allowance:
    """How many tests of one kind callers may still send; from any thread.

    Parameters
    ----------
    refusal : callable
        Makes the refusal of one too many, from the seconds until one may be sent again.
    now_s : callable
        Seconds since some fixed moment.
    """

    def __init__(self, refusal: Callable[[float], TooOften], now_s: Callable[[], float] = elapsed_s) -> None:
        self._refusal = refusal
        self._now_s = now_s
        self._sent: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def take(self, caller: str, count: int) -> None:
        """Take off `count`.

        Raises
        ------
        TooOften
            They are more than are left; none is taken off.
        """
        with self._lock:
            now = self._now_s()
            sent = self._sent.setdefault(caller, deque())
            while sent and now - sent[0] >= WINDOW_S:
                sent.popleft()
            if len(sent) + count > MOST:
                raise self._refusal(WINDOW_S - (now - sent[0]) if sent else WINDOW_S)
            sent.extend([now] * count)
