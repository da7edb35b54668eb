"""The exact counts of a draft before anything is sent: what comes before its messages, on a reader's own tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import duckdb

from sojourn.campaigns.activities.activity import Activity
from sojourn.campaigns.plan import Rows, Site, columns_of, unbound
from sojourn.campaigns.workbench import workbench
from sojourn.engine.audiences import Audiences
from sojourn.engine.campaigns.book import Run, RunBook
from sojourn.engine.campaigns.desk import Desk
from sojourn.engine.campaigns.line import CampaignLine, Plans, compile_lines
from sojourn.engine.campaigns.slimness import Columns, narrowed
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
                with at_desk(self.cursor, audiences, run, index, self.files) as desk:
                    counts = put_out(desk, line, index, lambda activity, site: activity.plan(site))
            except (SojournError, duckdb.Error) as error:
                code = error.code if isinstance(error, SojournError) else "RUN-020"
                found.append({"from": activity.id, "code": code, "error": str(error)})
                continue
            for name, rows in counts.items():
                found.append({"from": name, "rows": rows, "sample": first_rows(self.cursor, f"preview_{name}", sample)})
            done.update(counts)
        return found


def put_out(
    desk: PreviewDesk, plans: Plans, index: int, make: Callable[[Activity, Site], Mapping[str, ir.Table]],
    kept: Mapping[str, Columns] = MappingProxyType({}),
) -> dict[str, int]:  # fmt: skip
    """Let an activity make tables of its inputs, which are there as `preview_<transition>`; return their counts.

    Parameters
    ----------
    kept : mapping of transition to columns
        Which columns the tables have besides the hidden ones; of others all.
    """
    activity, own = plans.activities[index], plans.compiled_in(index)
    desk.audiences.refresh({name for value in own.values() for name in value.reads.members})
    inputs = []
    for (_, name), whole in zip(activity.inputs(), plans.inputs[index], strict=True):
        shape = narrowed(whole, kept.get(name))
        inputs.append(Rows(unbound(f"preview_{name}", columns_of(shape)), shape, plans.key_of(shape)))
    site = Site(desk, activity.id, inputs, own.__getitem__, plans.shapes[index])
    found: dict[str, int] = {}
    for outlet, table in make(activity, site).items():
        name = ".".join(filter(None, (activity.id, outlet)))
        columns = None if activity.sends else kept.get(name)
        found[name] = desk.bench.create(f"preview_{name}", table if columns is None else _only(table, columns))
    return found


def _only(table: ir.Table, columns: frozenset[str]) -> ir.Table:
    return table.select(*(name for name in table.columns if name in columns or name.startswith("_")))


@contextmanager
def at_desk(
    cursor: duckdb.DuckDBPyConnection, audiences: Audiences, run: Run, index: int, files: Mapping[str, str]
) -> Iterator[PreviewDesk]:
    """Open the place where one activity of a preview works."""
    variables = '{"vars":' + run.parameters + "}"
    with workbench(cursor, {"now": run.started_at, "vars": variables}, temporary=True) as bench:
        book = RunBook(audiences.store)
        yield PreviewDesk(bench, audiences, book, run, run.started_at, index, _Nobody(), files)


class _Nobody:
    """Starts nothing."""

    def signal_within(self, id: str, at: datetime, parameters: Mapping[str, Any]) -> None:
        """Start nothing."""


def first_rows(cursor: duckdb.DuckDBPyConnection, table: str, limit: int, offset: int = 0) -> list[Row]:
    """Return rows of a work table in the order of their first column, without what users do not see."""
    found = cursor.sql(f"SELECT * FROM {identifier(table)} ORDER BY ALL LIMIT {int(limit)} OFFSET {int(offset)}")
    hidden = [name for name in found.columns if name.startswith("_")]
    return [{name: value for name, value in row.items() if name not in hidden} for row in found.pl().to_dicts()]
