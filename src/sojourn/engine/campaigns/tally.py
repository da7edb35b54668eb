"""The exact counts of a campaign while somebody edits it: what did not change is not counted again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
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
from sojourn.engine.campaigns.sound import sound_part
from sojourn.expr.names import identifier
from sojourn.model.document import Catalog
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
    """

    mark: str
    at: datetime
    rows: Mapping[str, int] = field(default_factory=dict)
    code: str | None = None
    error: str | None = None


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
        counting = _Counting(self.cursor, plans, draft, now)
        for index in campaign.graph.order:
            activity = plans.activities[index]
            inputs = [self._known.get(name.partition(".")[0]) for _, name in activity.inputs()]
            if not all(
                one is not None and name in one.rows for one, (_, name) in zip(inputs, activity.inputs(), strict=True)
            ):
                continue
            mark = _mark(activity, [one.mark for one in inputs if one is not None], campaign.timezone, draft)
            had = known.get(activity.id)
            if had is None or had.mark != mark or now - had.at > FRESH:
                had = counting.take(index, mark)
                recounted.append(activity.id)
            self._known[activity.id] = had
            found += list(_rows(activity, had, plans, index, draft.catalog))
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
        return first_rows(self.cursor, f"preview_{transition}", limit, offset)


@dataclass
class _Counting:
    """One count of one draft."""

    cursor: duckdb.DuckDBPyConnection
    plans: Plans
    draft: Draft
    now: datetime

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
                return Counted(mark, self.now, put_out(desk, self.plans, index, _tables))
        except (SojournError, duckdb.Error) as error:
            code = error.code if isinstance(error, SojournError) else "RUN-020"
            return Counted(mark, self.now, code=code, error=str(error))


def _tables(activity: Activity, site: Site) -> Mapping[str, ir.Table]:
    """Return the rows that go out; of an activity that sends, a row for each message."""
    if isinstance(activity, Message):
        return {"": activity.targets(site, frozenset()).drop(PLACE)}  # in no order, which takes time
    return activity.plan(site)


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
