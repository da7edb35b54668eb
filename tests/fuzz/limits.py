"""How long a fuzzer runs, and how long one input may take."""

from __future__ import annotations

import faulthandler
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

MINUTES = float(os.environ.get("FUZZ_MINUTES", "0"))
"""Of each fuzzer; 0: the fixed budget of `make test`."""
FIRST = int(os.environ.get("FUZZ_SEED", "0"))
SECONDS = 20
"""That one input may take at most."""


class Hang(BaseException):
    """One input takes too long."""


def seeds(budget: int) -> Iterator[int]:
    """Yield the seeds of the inputs: always the same ones, or other ones until the time is up."""
    if not MINUTES:
        yield from range(budget)
        return
    end = time.monotonic() + MINUTES * 60
    seed = FIRST or time.time_ns() // 1_000
    while time.monotonic() < end:
        yield seed
        seed += 1


@contextmanager
def limited(seconds: float = SECONDS) -> Iterator[None]:
    """Raise `Hang` in what takes longer."""

    def stop(_: int, frame: FrameType | None) -> None:
        raise Hang(f"more than {seconds} s")

    if MINUTES:  # what holds the interpreter is not stopped by a signal: say where, and end
        faulthandler.dump_traceback_later(4 * seconds, exit=True)
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if MINUTES:
            faulthandler.cancel_dump_traceback_later()
