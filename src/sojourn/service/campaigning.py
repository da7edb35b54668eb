"""What operators do with campaigns: signals, runs, and the exact counts of a draft."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any

import polars as pl

from sojourn.engine.campaigns.runs import NoSuchStart
from sojourn.engine.publication import UnknownDocument
from sojourn.model.errors import SojournError
from sojourn.model.items import compact_json
from sojourn.reports.runs import rows_of, runs
from sojourn.workspace import Workspace, load_workspace, read_workspace

if TYPE_CHECKING:
    from sojourn.service.management import Management

Row = dict[str, Any]


class NothingToDo(SojournError):
    """A command finds no run that it is about."""

    code = "RUN-023"


class Campaigning:
    """The campaigns of a workspace that this process has open."""

    def __init__(self, management: Management) -> None:
        self._management = management
        self._runtime = management.runtime

    def runs(self, id: str, limit: int = 20) -> list[Row]:
        """Return a campaign's runs, the newest first."""
        with closing(self._runtime.cursor()) as cursor:
            return runs(cursor, self._runtime.engine.processor.program, id, limit)

    def rows(self, id: str, run: int, transition: str, limit: int, offset: int = 0) -> Row:
        """Return rows of a transition of a run."""
        with closing(self._runtime.cursor()) as cursor:
            return rows_of(cursor, self._runtime.engine.processor.program, id, run, transition, limit, offset)

    def signal(self, id: str, parameters: Mapping[str, Any]) -> Row:
        """Start a run by a signal; it is in the log, and taken, when this returns.

        Raises
        ------
        NoSuchStart
            No live campaign of that id starts by a signal.
        """
        engine = self._runtime.engine
        refusal = engine.call(lambda: engine.processor.campaigns.refusal(id))
        if refusal is not None:
            raise NoSuchStart(f"a signal cannot start `{id}`: {refusal}", hint="see `sojourn status`")
        item = {"kind": "signal", "name": id, "data": compact_json(dict(parameters))}
        self._management.wait_for(self._runtime.log.append(pl.DataFrame([item])))
        return {"id": id, "runs": self.runs(id, 1)}

    def check(self, id: str, command: str) -> None:
        """Check that a command about runs has one to be about.

        Raises
        ------
        NothingToDo
            It has none.
        """
        wanted = {"confirm": ("running", "waiting"), "retry": ("failed",)}.get(command)
        if wanted is None:
            return
        newest = next(iter(self.runs(id, 1)), None)
        if newest is None or newest["state"] not in wanted or (command == "confirm" and newest["confirmed_at"]):
            what = "waits for a confirmation" if command == "confirm" else "has failed"
            raise NothingToDo(f"no run of `{id}` {what}", hint="`sojourn runs` shows the runs")
        engine = self._runtime.engine
        if command == "retry" and not engine.call(lambda: engine.processor.campaigns.can_retry(id)):
            message = f"run {newest['run']} of `{id}` is of a version that another one has taken the place of"
            raise NothingToDo(message, hint="start a new run: the new version is in it")

    def preview(
        self, id: str, draft: Mapping[str, Any] | None, parameters: Mapping[str, Any], sample: int
    ) -> list[Row]:
        """Return the exact counts of all that comes before the messages of a draft; by default the folder's.

        Raises
        ------
        DocumentError
            The draft, or the workspace with it, has errors.
        """
        from sojourn.engine.campaigns.preview import Preview
        from sojourn.reports.runs import plain

        workspace = self._with(draft)
        if id not in workspace.campaigns:
            raise UnknownDocument(id, "in the workspace's folder", workspace.campaigns)
        with closing(self._runtime.cursor()) as cursor:
            found = Preview(cursor, workspace, workspace.files, self._runtime.clock.now())
            rows = found.run(id, parameters, sample)
        return [{**row, "sample": [plain(r) for r in row["sample"]]} if "sample" in row else row for row in rows]

    def _with(self, draft: Mapping[str, Any] | None) -> Workspace:
        workspace = load_workspace(self._runtime.places.directory)
        if draft is None:
            return workspace
        others = [raw.body for (_, id), raw in workspace.raw.items() if id != draft.get("id")]
        return read_workspace([*others, draft], workspace.files)
