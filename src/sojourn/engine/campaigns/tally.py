"""The exact counts of a campaign while somebody edits it: what did not change is not counted again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import duckdb

from sojourn.campaigns.activities.activity import Activity
from sojourn.campaigns.activities.message import Message
from sojourn.campaigns.plan import Site
from sojourn.campaigns.targets import PLACE
from sojourn.engine.audiences import Audiences
from sojourn.engine.campaigns.book import Run
from sojourn.engine.campaigns.line import Plans, plan
from sojourn.engine.campaigns.preview import at_desk, first_rows, put_out
from sojourn.engine.campaigns.slimness import Columns, kept_columns
from sojourn.engine.campaigns.sound import sound_part
from sojourn.expr.names import identifier
from sojourn.model.document import Catalog
from sojourn.model.entity import PROFILE
from sojourn.model.errors import SojournError
from sojourn.store.duckdb.reader import StoreReader
from sojourn.workspace.names import directory_of
from sojourn.workspace.workspace import settings_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

Row = dict[str, Any]
FRESH: Final = timedelta(seconds=60)
"""Counts that are older are made anew, as profiles and rows change meanwhile."""


@dataclass(frozen=True)
class Counted:
    """What an activity gave when it was counted.

    Attributes
    ----------
    mark : str
        Another activity, or other rows in, have another one.
    rows : mapping of transition to int
        Empty where it failed, or does not give rows.
    kept : mapping of transition to columns
        Which of their columns are there.
    """

    mark: str
    at: datetime
    rows: Mapping[str, int] = field(default_factory=dict)
    kept: Mapping[str, Columns] = field(default_factory=dict)
    code: str | None = None
    error: str | None = None

    def has(self, kept: Mapping[str, Columns]) -> bool:
        """Tell whether all columns of its rows that are asked for are there."""
        return all(
            (mine := self.kept.get(name)) is None or ((wanted := kept.get(name)) is not None and wanted <= mine)
            for name in self.rows
        )


@dataclass(frozen=True)
class Draft:
    """What is to be counted.

    Attributes
    ----------
    body : dict
        The campaign as it is written, with whatever errors.
    parameters : dict
        Stand in for those of a signal.
    others : str
        Tells whether the other documents have changed.
    """

    body: Row
    parameters: Row
    catalog: Catalog
    files: Mapping[str, str]
    others: str


class Tally:
    """The counts of one campaign, for one person who edits it; not for several threads at once.

    Parameters
    ----------
    cursor : duckdb cursor
        A reader of the store; the tables that are made on it are its own, and stay for the next count.
    """

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self.cursor = cursor
        self._known: dict[str, Counted] = {}
        self._sources: dict[str, Source] = {}

    def count(self, draft: Draft, now: datetime, *, anew: bool = False) -> tuple[list[Row], list[str]]:
        """Count all transitions that can be counted, and the messages that there would be.

        Returns
        -------
        rows : list of dict
            `from` (a transition, or the activity that sends), `activity`, `rows`, `sends`, `columns` (types by
            name); of an activity that fails `code` and `error` instead of the counts.
        recounted : list of str
            The activities that were counted now.
        """
        campaign = sound_part(draft.body, draft.catalog)
        before = self._known
        known = {} if anew else before
        self._known, found, recounted = {}, [], []
        if campaign is None:
            self._forget(before)
            return [], []
        directory = directory_of(draft.catalog, settings_of(draft.catalog).timezone)
        plans = plan(campaign, draft.catalog, directory)
        kept = kept_columns(plans, campaign.graph.order, directory.entities)
        counting = _Counting(self.cursor, plans, draft, now, kept)
        self._sources = {}
        for index in campaign.graph.order:
            activity = plans.activities[index]
            inputs = [self._known.get(name.partition(".")[0]) for _, name in activity.inputs()]
            if not all(
                one is not None and name in one.rows for one, (_, name) in zip(inputs, activity.inputs(), strict=True)
            ):
                continue
            mark = _mark(activity, [one.mark for one in inputs if one is not None], campaign.timezone, draft)
            had = known.get(activity.id)
            if had is None or had.mark != mark or now - had.at > FRESH or not had.has(kept):
                had = counting.take(index, mark)
                recounted.append(activity.id)
            self._known[activity.id] = had
            found += list(_rows(activity, had, plans, index, draft.catalog))
            self._sources |= _sources(activity, had, plans, index, draft.catalog)
        self._forget(before)
        return found, recounted

    def _forget(self, before: Mapping[str, Counted]) -> None:
        """Drop the tables of transitions that are not there any more."""
        kept = {name for counted in self._known.values() for name in counted.rows}
        for name in {name for counted in before.values() for name in counted.rows} - kept:
            self.cursor.execute(f"DROP TABLE IF EXISTS temp.{identifier(f'preview_{name}')}")

    def look(self, transition: str, limit: int, offset: int) -> list[Row]:
        """Return rows of a transition that was counted last, by their first column; none where there is none."""
        if not any(transition in counted.rows for counted in self._known.values()):
            return []
        source = self._sources.get(transition)
        rows = first_rows(self.cursor, f"preview_{transition}", limit, offset)
        return rows if source is None else source.whole(self.cursor, rows)


@dataclass
class _Counting:
    """One count of one draft."""

    cursor: duckdb.DuckDBPyConnection
    plans: Plans
    draft: Draft
    now: datetime
    kept: Mapping[str, Columns]

    def __post_init__(self) -> None:
        self.cursor.execute("DROP TABLE IF EXISTS temp.member")
        self.cursor.execute("CREATE TEMP TABLE member AS SELECT * FROM member")
        catalog = self.draft.catalog
        directory = directory_of(catalog, settings_of(catalog).timezone)
        self._audiences = Audiences(StoreReader(self.cursor), catalog, directory, self.draft.files)
        self._audiences.now = self.now
        text = json.dumps(self.draft.parameters, default=str, ensure_ascii=False)
        self._run = Run(0, self.plans.document.id, 0, "running", self.now, None, None, None, text)

    def take(self, index: int, mark: str) -> Counted:
        """Count one activity; the tables of its inputs are there."""
        try:
            with at_desk(self.cursor, self._audiences, self._run, index, self.draft.files) as desk:
                rows = put_out(desk, self.plans, index, _tables, self.kept)
                return Counted(mark, self.now, rows, {name: self.kept.get(name) for name in rows})
        except (SojournError, duckdb.Error) as error:
            code = error.code if isinstance(error, SojournError) else "RUN-020"
            return Counted(mark, self.now, code=code, error=str(error))


def _tables(activity: Activity, site: Site) -> Mapping[str, ir.Table]:
    """Return the rows that go out; of an activity that sends, a row for each message."""
    if isinstance(activity, Message):
        return {"": activity.targets(site, frozenset()).drop(PLACE)}  # in no order, which takes time
    return activity.plan(site)


@dataclass(frozen=True)
class Source:
    """Where the columns of counted rows are that were left out: in their entity, by its key.

    Attributes
    ----------
    columns : sequence of str
        All columns, in the order in which they are shown.
    """

    table: str
    key: str
    columns: Sequence[str]

    def whole(self, cursor: duckdb.DuckDBPyConnection, rows: list[Row]) -> list[Row]:
        """Return rows with all their columns; of a row that is gone those that were left out are null."""
        if not rows:
            return rows
        missing = [name for name in self.columns if name not in rows[0]]
        named = ", ".join(map(identifier, [self.key, *missing]))
        query = f"SELECT {named} FROM {identifier(self.table)} WHERE list_contains($keys, {identifier(self.key)})"
        found = cursor.sql(query, params={"keys": [row[self.key] for row in rows]}).pl().to_dicts()
        by_key = {row[self.key]: row for row in found}
        return [
            {name: row[name] if name in row else by_key.get(row[self.key], {}).get(name) for name in self.columns}
            for row in rows
        ]


def _sources(activity: Activity, counted: Counted, plans: Plans, index: int, catalog: Catalog) -> dict[str, Source]:
    """Return where the columns that were left out of an activity's rows are."""
    found = {}
    for name in counted.rows:
        shape = activity.outlet_table(name.partition(".")[2], plans.inputs[index], catalog)
        shape = plans.inputs[index][0] if activity.sends else shape
        if shape.entity is not None:
            table = PROFILE if shape.entity == PROFILE else f"rows_{shape.entity}"
            found[name] = Source(table, plans.key_of(shape), list(shape.columns))
    return found


def _mark(activity: Activity, inputs: list[str], zone: str | None, draft: Draft) -> str:
    said = activity.model_dump(mode="json", by_alias=True)
    whole = [said, inputs, zone, draft.parameters, draft.others]
    return hashlib.sha256(json.dumps(whole, sort_keys=True, default=str).encode()).hexdigest()


def _rows(activity: Activity, counted: Counted, plans: Plans, index: int, catalog: Catalog) -> list[Row]:
    if counted.code is not None:
        return [{"from": activity.id, "activity": activity.id, "code": counted.code, "error": counted.error}]
    found = []
    for name, rows in counted.rows.items():
        shape = activity.outlet_table(name.partition(".")[2], plans.inputs[index], catalog)
        columns = plans.inputs[index][0].columns if activity.sends else shape.columns
        row = {"from": name, "activity": activity.id, "rows": rows, "sends": activity.sends}
        found.append({**row, "entity": shape.entity, "columns": dict(columns)})
    return found
