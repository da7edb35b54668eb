"""How the whole workspace does at one moment: counts that cost next to nothing, taken every few seconds."""

from __future__ import annotations

from typing import Final

from sojourn.reports.reading import Cursor, Row, one_moment, read

GAUGES: Final = ("inside", "outbox", "held", "queued", "calling")
"""What is there now: passages, messages to hand over, messages that wait, members let in later, calls under way."""
COUNTERS: Final = ("decided", "failed", "discarded", "feedback", "rejected", "steps")
"""What only ever grows: messages decided, those that could not be sent, discards, feedback, rejects, steps."""

# Without a condition DuckDB counts from what it knows of each row group.
PULSE = """
SELECT (SELECT count(*) FROM passage) AS inside, (SELECT count(*) FROM outbox) AS outbox,
    (SELECT count(*) FROM held) AS held, (SELECT count(*) FROM queued) AS queued,
    (SELECT count(*) FROM call) AS calling, (SELECT count(*) FROM message) AS decided,
    (SELECT count(*) FROM unsent) AS failed, (SELECT count(*) FROM discard) AS discarded,
    (SELECT count(*) FROM feedback) AS feedback, (SELECT count(*) FROM reject) AS rejected,
    (SELECT count(*) FROM step) AS steps
"""


def pulse(cursor: Cursor) -> Row:
    """Return the counts of `GAUGES` and `COUNTERS` at one moment."""
    with one_moment(cursor):
        return pulse_now(cursor)


def pulse_now(cursor: Cursor) -> Row:
    """Return the same counts inside a transaction that was begun."""
    (found,) = read(cursor, PULSE)
    return found
