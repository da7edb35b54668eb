"""What state a document is in now, and which commands it still takes.

`finished` is never stored: a document is finished while it can let nobody in any more and has nobody inside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import duckdb

from sojourn.engine.schedule import next_run
from sojourn.journeys.program import Line
from sojourn.journeys.triggered_document import LocalDuring
from sojourn.model.errors import SojournError
from sojourn.model.reasons import Lifecycle

TAKES: Final[Mapping[str, tuple[Lifecycle, ...]]] = {
    "pause": ("live",),
    "resume": ("paused",),
    "close": ("live", "paused"),
    "stop": ("live", "paused", "closed"),
}
"""The states in which a document takes a command."""

LAST_ZONE: Final = timedelta(hours=12)
"""So much later than in UTC a wall-clock time comes in the last zone on earth."""

BUSY: Final = """
SELECT doc FROM passage UNION SELECT doc FROM held UNION SELECT doc FROM queued
UNION SELECT doc FROM message SEMI JOIN outbox USING (no)
"""


class NotInThisState(SojournError):
    """A document does not take a command in the state that it is in."""

    code = "RUN-024"

    def __init__(self, id: str, state: Lifecycle, command: str) -> None:
        hints = {
            "live": f"only a paused document can {command}",
            "paused": "resume, close or stop it",
            "closed": "those inside go to the end; stop it to make them leave, or publish it anew to let others in",
        }
        super().__init__(
            f"`{id}` is {state}, so there is nothing to {command}", hint=hints.get(state, "publish it anew to run it")
        )


class NobodyInOlderVersions(SojournError):
    """A command is about older versions of a document, and nobody is inside of these."""

    code = "RUN-030"

    def __init__(self, id: str) -> None:
        super().__init__(
            f"nobody is inside an older version of `{id}`", hint="leave `older` out: the command is about all versions"
        )


def busy_docs(cursor: duckdb.DuckDBPyConnection) -> frozenset[int]:
    """Return the versions that somebody is inside of or waits to enter, or whose messages are on their way."""
    return frozenset(int(row[0]) for row in cursor.execute(BUSY).fetchall())


def last_runs(cursor: duckdb.DuckDBPyConnection) -> dict[int, datetime]:
    """Return the instant of the last reading of an audience into each version that had one."""
    found = cursor.execute("SELECT doc, last_run_at FROM document WHERE last_run_at IS NOT NULL").fetchall()
    return {int(doc): at for doc, at in found}


def state_of(versions: Sequence[Line], runs: Mapping[int, datetime], busy: frozenset[int], now: datetime) -> Lifecycle:
    """Return the state of a document, whose newest version comes first.

    Parameters
    ----------
    runs : mapping of int to datetime
        See `last_runs`.
    busy : frozenset of int
        See `busy_docs`.
    """
    newest = versions[0]
    state: Lifecycle = newest.state  # type: ignore[assignment]
    if state == "stopped" or newest.kind == "campaign" or any(line.doc in busy for line in versions):
        return state
    return "finished" if state == "closed" or _is_over(newest, runs.get(newest.doc), now) else state


def state_now(cursor: duckdb.DuckDBPyConnection, versions: Sequence[Line], now: datetime) -> Lifecycle:
    """Return the state of one document (see `state_of`)."""
    return state_of(versions, last_runs(cursor), busy_docs(cursor), now)


def check_command(id: str, states: set[Lifecycle], command: str) -> None:
    """Refuse a command that would change nothing.

    Parameters
    ----------
    states : set of str
        That of the document, and those of its older versions that somebody is inside of.

    Raises
    ------
    NotInThisState
        None of them takes it.
    """
    if command in TAKES and states.isdisjoint(TAKES[command]):
        raise NotInThisState(id, min(states), command)


def _is_over(line: Line, last_run_at: datetime | None, now: datetime) -> bool:
    """Tell whether a version's own dates let nobody in any more."""
    run = line.entry.run
    if run is not None and line.entry.business_event is None and next_run(line, last_run_at) is None:
        return True
    end = _end(line)
    return end is not None and now >= end


def _end(line: Line) -> datetime | None:
    during = line.timing.during if line.timing is not None else None
    if during is None:
        return line.ends_at
    if not isinstance(during, LocalDuring):
        return during.until
    zone = during.local.timezone or line.zone
    if zone != "profile":
        return during.local.until.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return during.local.until.replace(tzinfo=UTC) + LAST_ZONE
