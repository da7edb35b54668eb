"""Test mode: documents in a scratch with chosen profiles, and a clock that is moved by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import polars as pl

from sojourn.engine.responses import Responses
from sojourn.engine.scratch import Scratch
from sojourn.engine.tape import Tape
from sojourn.model.errors import SojournError
from sojourn.model.instants import format_instant
from sojourn.model.items import read_items
from sojourn.model.state import conform
from sojourn.store.duckdb.commit import insert
from sojourn.workspace import Workspace

Row = dict[str, Any]
LONGEST_JUMP: Final = timedelta(days=366)
ITEMS_AT_MOST: Final = 10_000
"""Items of a session in all."""
MEMORY: Final = "256MB"


class SessionLimit(SojournError):
    """A session would become too large."""

    code = "TEST-003"


class ClockOfSession(SojournError):
    """The clock cannot go there."""

    code = "TEST-004"


@dataclass(frozen=True)
class Cast:
    """A profile of a session as it is at the start.

    Attributes
    ----------
    attributes : dict
        JSON values by name.
    consent : dict
        Topic (`channel:email`, `group:newsletter`) to status.
    events : list of dict
        History: `name` (incoming), `at`, `data` (JSON text).
    """

    id: str
    attributes: Mapping[str, Any] = field(default_factory=dict)
    consent: Mapping[str, str] = field(default_factory=dict)
    events: Sequence[Row] = ()


@dataclass(frozen=True)
class Setting:
    """What a session begins with.

    Attributes
    ----------
    ids : sequence of str
        Journeys and campaigns that are live from the start; none means all.
    tables : dict
        Rows of entities other than the profile.
    responses : dict
        What systems outside answer, as the simulator has them.
    suppressed : frame, optional
        Rows of `suppression`.
    """

    workspace: Workspace
    start: datetime
    ids: Sequence[str] = ()
    profiles: Sequence[Cast] = ()
    tables: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    responses: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    suppressed: pl.DataFrame | None = None


class Session:
    """Documents being tried out; no message leaves, and nothing that is live changes.

    Not for several threads at once.

    Attributes
    ----------
    now : datetime
        The clock's instant. What a jump let happen at it came before the items that are fired at it afterwards.
    """

    def __init__(self, setting: Setting) -> None:
        self.workspace = setting.workspace
        answers = Responses(setting.workspace, setting.responses)
        self.rejects: list[Row] = []
        self.items = 0
        self.now = setting.start
        self.tape = Tape()
        self._cast = {profile.id: {**profile.attributes, **profile.consent} for profile in setting.profiles}
        self.scratch = Scratch(setting.workspace, setting.start, refuse=self._refuse, answerer=answers)
        try:
            self.scratch.store.connection.execute(f"SET memory_limit = '{MEMORY}'")
            self._fill(setting)
            self._publish(setting.ids)
        except BaseException:
            self.scratch.close()
            raise

    def close(self) -> None:
        """Forget the session."""
        self.scratch.close()

    def born_with(self, profile: str) -> Row | None:
        """Return attributes and consent (by topic) of a profile at the start; None: it was not there."""
        return self._cast.get(profile)

    @property
    def next_at(self) -> datetime | None:
        """Return the instant at which something is due next, None when nothing is."""
        occasion = self.scratch.processor.next_occasion(self.now + LONGEST_JUMP)
        due = (self.scratch.store.next_due(), None if occasion is None else occasion.at)
        return min((at for at in due if at is not None), default=None)

    # ---- the beginning -------------------------------------------------------------------------------------------

    def _fill(self, setting: Setting) -> None:
        people = [{**profile.attributes, "profile_id": profile.id} for profile in setting.profiles]
        self.scratch.fill({**setting.tables, "profile": people})
        numbers = {profile.id: number for number, profile in enumerate(setting.profiles, 1)}
        store = self.scratch.store
        consent = [
            {"pno": numbers[profile.id], "topic": topic, "status": status, "at": setting.start}
            for profile in setting.profiles for topic, status in profile.consent.items()
        ]  # fmt: skip
        events = [
            {"pno": numbers[profile.id], **event} for profile in setting.profiles for event in profile.events
            if event["at"] <= setting.start
        ]  # fmt: skip
        if consent:
            insert(store, "consent", conform("consent", pl.DataFrame(consent)))
        if events:
            placed = [{"offset": place - len(events), **event} for place, event in enumerate(events)]
            insert(store, "event", conform("event", pl.DataFrame(placed, infer_schema_length=None)))
        if setting.suppressed is not None and setting.suppressed.height:
            insert(store, "suppression", setting.suppressed)

    def _publish(self, ids: Sequence[str]) -> None:
        chosen = [each for each in self.workspace.deliveries if not ids or each.id in ids]
        self.scratch.publish(chosen)
        for doc, document in enumerate(chosen, 1):
            self.scratch.store.connection.execute(
                "INSERT INTO document (doc, kind, id, version, state, published_at) VALUES (?, ?, ?, 1, 'live', ?)",
                [doc, document.kind, document.id, self.now],
            )

    # ---- what happens --------------------------------------------------------------------------------------------

    def fire(self, rows: Sequence[Row]) -> list[Row]:
        """Take items; one without `timestamp` comes now, a later one moves the clock to its instant.

        Returns
        -------
        list of dict
            Items that were refused: `item` (the index) and `reason`.

        Raises
        ------
        ItemError
            An item cannot be read, or lies before the clock's instant; none was taken.
        SessionLimit, ClockOfSession
            None was taken.
        """
        if self.items + len(rows) > ITEMS_AT_MOST:
            raise SessionLimit(f"a test session takes {ITEMS_AT_MOST:,} items at most", hint="begin another")
        here = format_instant(self.now)
        frame = read_items([{"timestamp": here, **row} for row in rows], self.now)
        if not frame.height:
            return []
        self._may_go(frame["at"][-1])
        self.rejects = []
        first = self.scratch.take(frame)
        self.tape.keep(frame, first)
        self.items += frame.height
        self.now = max(self.now, frame["at"][-1])
        return [{**reject, "item": reject["item"] - first} for reject in self.rejects]

    def jump(self, to: datetime) -> None:
        """Move the clock, and let happen what is due until then, inclusive.

        Raises
        ------
        ClockOfSession
            That is in the past, or too far away.
        """
        self._may_go(to)
        self.scratch.run(to)
        self.now = to

    def _may_go(self, to: datetime) -> None:
        now = format_instant(self.now)
        if to < self.now:
            raise ClockOfSession(f"the clock is at {now} and cannot go back to {format_instant(to)}")
        if to > self.now + LONGEST_JUMP:
            raise ClockOfSession(
                f"from {now} to {format_instant(to)} is more than {LONGEST_JUMP.days} days", hint="jump in steps"
            )

    def _refuse(self, items: pl.DataFrame, code: str, reason: str) -> None:
        for row in items.select("offset", "kind", "profile_id").iter_rows(named=True):
            text = f"the {row['kind']} for `{row['profile_id']}` {reason}"
            self.rejects.append({"item": row["offset"], "code": code, "reason": text})


def decoded(text: str | None) -> Any:
    """Return JSON text as a value; none is None."""
    return None if text is None else json.loads(text)
