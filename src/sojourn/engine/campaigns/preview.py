"""The exact counts of a draft before anything is sent: what comes before its messages, on a reader's own tables."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import duckdb

from sojourn.campaigns.plan import Rows, Site, columns_of, unbound
from sojourn.campaigns.workbench import workbench
from sojourn.engine.audiences import Audiences
from sojourn.engine.campaigns.book import Run, RunBook
from sojourn.engine.campaigns.desk import Desk
from sojourn.engine.campaigns.line import CampaignLine, compile_lines
from sojourn.expr.names import identifier
from sojourn.journeys.compile import Published
from sojourn.model.errors import SojournError
from sojourn.store.duckdb.reader import StoreReader
from sojourn.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir

Row = dict[str, Any]


@dataclass(frozen=True)
class PreviewDesk(Desk):
    """The surroundings of an activity that only shows what it would do."""

    def leave_mark(self, activity: str, value: str) -> None:
        """Leave nothing."""

    def save_audience(self, audience: str, ids: ir.Table) -> None:
        """Save nothing."""

    def signal(self, campaign: str, parameters: Mapping[str, Any]) -> None:
        """Start nothing."""

    def alert(self, activity: str, title: str, message: str | None, to: Sequence[str], rows: int) -> None:
        """Tell nobody."""


@dataclass
class Preview:
    """One look at a draft.

    Parameters
    ----------
    cursor : connection
        A reader of the store, of the caller's thread; tables that are made on it are its own.
    workspace : Workspace
        With the draft among its campaigns.
    files : mapping of name to text
        Files that the draft and the audiences name.
    at : datetime
        The engine's instant.
    """

    cursor: duckdb.DuckDBPyConnection
    workspace: Workspace
    files: Mapping[str, str]
    at: datetime

    def run(self, campaign: str, parameters: Mapping[str, Any], sample: int) -> list[Row]:
        """Run all that comes before the messages of a campaign.

        Returns
        -------
        list of dict
            For each transition `from` (`activity` or `activity.outlet`), `rows`, and `sample`: its first rows by key.
            An activity that fails has `from`, `code` and `error` in their place, and nothing behind it is there.
        """
        document = self.workspace.campaigns[campaign]
        program = compile_lines(self.workspace.catalog, self.workspace.directory, [Published(0, document)])
        line = program.lines[0]
        assert isinstance(line, CampaignLine)
        self.cursor.execute("CREATE OR REPLACE TEMP TABLE member AS SELECT * FROM member")
        store = StoreReader(self.cursor)
        audiences = Audiences(store, self.workspace.catalog, self.workspace.directory, self.files)
        audiences.now = self.at
        text = json.dumps(parameters, default=str, ensure_ascii=False)
        run = Run(0, campaign, 0, "running", self.at, None, None, None, text)
        found: list[Row] = []
        done: set[str] = set()
        for index in line.document.graph.order:
            activity = line.activities[index]
            if activity.sends or not all(name in done for _, name in activity.inputs()):
                continue
            try:
                rows = self._take(line, index, audiences, run, sample)
            except (SojournError, duckdb.Error) as error:
                code = error.code if isinstance(error, SojournError) else "RUN-020"
                found.append({"from": activity.id, "code": code, "error": str(error)})
                continue
            found += rows
            done.update(row["from"] for row in rows)
        return found

    def _take(self, line: CampaignLine, index: int, audiences: Audiences, run: Run, sample: int) -> list[Row]:
        activity, own = line.activities[index], line.compiled_in(index)
        audiences.refresh({name for value in own.values() for name in value.reads.members})
        variables = '{"vars":' + run.parameters + "}"
        found = []
        with workbench(self.cursor, {"now": self.at, "vars": variables}, temporary=True) as bench:
            desk = PreviewDesk(bench, audiences, RunBook(audiences.store), run, self.at, index, _Nobody(), self.files)
            inputs = [
                Rows(unbound(f"preview_{name}", columns_of(shape)), shape, line.key_of(shape))
                for (_, name), shape in zip(activity.inputs(), line.inputs[index], strict=True)
            ]
            site = Site(desk, activity.id, inputs, own.__getitem__, line.shapes[index])
            for outlet, table in activity.plan(site).items():
                name = ".".join(filter(None, (activity.id, outlet)))
                rows = bench.create(f"preview_{name}", table)
                found.append({"from": name, "rows": rows, "sample": first_rows(self.cursor, f"preview_{name}", sample)})
        return found


class _Nobody:
    """Starts nothing."""

    def signal_within(self, id: str, at: datetime, parameters: Mapping[str, Any]) -> None:
        """Start nothing."""


def first_rows(cursor: duckdb.DuckDBPyConnection, table: str, limit: int, offset: int = 0) -> list[Row]:
    """Return rows of a work table in the order of their first column, without what users do not see."""
    found = cursor.sql(f"SELECT * FROM {identifier(table)} ORDER BY ALL LIMIT {int(limit)} OFFSET {int(offset)}")
    hidden = [name for name in found.columns if name.startswith("_")]
    return [{name: value for name, value in row.items() if name not in hidden} for row in found.pl().to_dicts()]
