"""What a run gives its activities: the store's tables, files, marks, and the effects that they may have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

import polars as pl
import structlog

from sojourn.campaigns.csv_rows import FileMisfit
from sojourn.campaigns.workbench import Workbench, to_sql
from sojourn.engine.audiences import IDS
from sojourn.engine.campaigns.book import Run, RunBook
from sojourn.expr import Condition, EntitySpec
from sojourn.model.errors import did_you_mean

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from sojourn.engine.audiences import Audiences

_log = structlog.get_logger(__name__)


class Signals(Protocol):
    """Starts campaigns."""

    def signal_within(self, id: str, at: datetime, parameters: Mapping[str, Any]) -> None:
        """Let a campaign run once."""


@dataclass(frozen=True)
class Desk:
    """The surroundings of an activity that runs for good (`sojourn.campaigns.plan.Surroundings`)."""

    bench: Workbench
    audiences: Audiences
    book: RunBook
    run: Run
    at: datetime
    activity_index: int
    signals: Signals
    files: Mapping[str, str]

    @property
    def campaign(self) -> str:
        """Return the campaign's id."""
        return self.run.id

    @property
    def entities(self) -> Mapping[str, EntitySpec]:
        """Return the declared entities."""
        return self.audiences.directory.entities

    def keep(self, table: ir.Table) -> ir.Table:
        """Return the same rows, computed once."""
        return self.bench.keep(table)

    def count(self, table: ir.Table) -> int:
        """Return the number of rows."""
        return self.bench.count(table)

    def first(self, table: ir.Table) -> Mapping[str, Any]:
        """Return the first row."""
        return self.bench.first(table)

    def given(self, frame: pl.DataFrame, columns: Mapping[str, str]) -> ir.Table:
        """Return rows from outside the store as a table."""
        return self.bench.given(frame, columns)

    def file(self, path: str) -> str:
        """Return the text of a file.

        Raises
        ------
        FileMisfit
            When there is none of that name.
        """
        text = self.files.get(path)
        if text is None:
            near = did_you_mean(path, list(self.files))
            raise FileMisfit(f"there is no file `{path}`{near}", hint="put it into the workspace's folder")
        return text

    def members(self, audience: str) -> Condition:
        """Return membership in an audience now as a condition on profiles."""
        condition = self.audiences.condition(audience)
        self.audiences.refresh(condition.reads.members)
        return condition

    def mark(self, activity: str) -> str | None:
        """Return what the last completed run left for an activity."""
        return self.book.mark(self.run.id, activity)

    def leave_mark(self, activity: str, value: str) -> None:
        """Leave a value for the next run, if this one completes."""
        self.marks[activity] = value

    @property
    def marks(self) -> dict[str, str]:
        """Return the values that were left."""
        found: dict[str, str] = self.__dict__.setdefault("_marks", {})
        return found

    def save_audience(self, audience: str, ids: ir.Table) -> None:
        """Make the profiles of these ids the members of an audience."""
        connection = self.bench.connection
        connection.execute("DELETE FROM member WHERE audience = $audience", {"audience": audience})
        named = f"SELECT DISTINCT $audience, p._pno FROM ({to_sql(ids)}) i JOIN ({IDS}) p USING (profile_id)"
        connection.execute(f"INSERT INTO member {named}", {"audience": audience})

    def signal(self, campaign: str, parameters: Mapping[str, Any]) -> None:
        """Start another campaign."""
        self.signals.signal_within(campaign, self.at, parameters)

    def alert(self, activity: str, title: str, message: str | None, to: Sequence[str], rows: int) -> None:
        """Notify people."""
        told = {"title": title, "message": message, "recipients": list(to), "rows": rows}
        self.book.add_alert(self.run, self.activity_index, self.at, told)
        _log.warning("alert", campaign=self.campaign, run=self.run.run, activity=activity, title=title, rows=rows)
