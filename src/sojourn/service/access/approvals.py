"""Publications that somebody asked for, and what became of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, get_args

from sojourn.engine.clock import SystemClock
from sojourn.model.instants import format_instant
from sojourn.model.reasons import Inside
from sojourn.service.access.database import Database, Row
from sojourn.service.access.errors import AccessError

ApprovalState = Literal["waiting", "published", "refused", "withdrawn", "replaced"]
STATES: Final[tuple[ApprovalState, ...]] = get_args(ApprovalState)
Body = Mapping[str, Any]


class NoApproval(AccessError):
    """There is no such request."""

    code = "APPROVAL-001"
    status = 404

    def __init__(self, id: int) -> None:
        super().__init__(f"there is no request {id}", hint="GET /api/approvals lists them")


class Decided(AccessError):
    """The request waits no more."""

    code = "APPROVAL-002"
    status = 409

    def __init__(self, id: int, state: str) -> None:
        super().__init__(f"the request {id} is {state} already", hint="ask for the publication again")


@dataclass(frozen=True, slots=True)
class Approval:
    """One request.

    Attributes
    ----------
    ids : list of str
        Journeys and campaigns to publish.
    documents : dict of str to body or None
        By ``kind/id`` what is to run: those to publish, and the data documents that would change with them; None: one
        that goes away.
    others : dict of str to body
        The other journeys and campaigns of the folder at the time of the request, which documents may name.
    files : dict of str to str
        SHA-256 of the files that these documents name.
    changes : list of dict
        ``subject`` and ``difference`` of each document, to what ran at the time of the request.
    inside : str
        What becomes of those inside older versions of the documents to publish.
    """

    id: int
    requested_at: str
    requested_by: str
    ids: list[str]
    comment: str
    documents: dict[str, Body | None]
    others: dict[str, Body]
    files: dict[str, str]
    changes: list[Row]
    inside: Inside
    state: ApprovalState
    decided_at: str | None
    decided_by: str | None
    decision: str | None


class Approvals:
    """Keeps the requests.

    Parameters
    ----------
    database : Database
        Keeps them.
    now : callable, optional
        Tells the instant; by default that of this machine.
    """

    def __init__(self, database: Database, now: Callable[[], datetime] | None = None) -> None:
        self._database = database
        self._now = now or SystemClock().now

    def add(
        self, requested_by: str, ids: Sequence[str], comment: str, documents: Mapping[str, Body | None],
        others: Mapping[str, Body], files: Mapping[str, str], changes: Sequence[Row], inside: Inside = "finish",
    ) -> Approval:  # fmt: skip
        """Keep a request; one that waits for the same documents is replaced."""
        at = format_instant(self._now())
        kept = [json.dumps(part, ensure_ascii=False) for part in (sorted(ids), documents, others, files, changes)]
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE approval SET state = 'replaced', decided_at = ?, decided_by = ? "
                "WHERE state = 'waiting' AND ids = ?",
                [at, requested_by, kept[0]],
            )
            done = connection.execute(
                "INSERT INTO approval "
                "(requested_at, requested_by, ids, comment, documents, others, files, changes, inside, state) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting')",
                [at, requested_by, kept[0], comment, *kept[1:], inside],
            )
        return self.find(int(done.lastrowid or 0))

    def find(self, id: int) -> Approval:
        """Return a request.

        Raises
        ------
        NoApproval
            There is none with this number.
        """
        rows = self._database.read("SELECT * FROM approval WHERE id = ?", [id])
        if not rows:
            raise NoApproval(id)
        return _approval(rows[0])

    def page(self, *, state: ApprovalState | None = None, before: int | None = None, limit: int = 50) -> list[Approval]:
        """Return requests, the newest first."""
        rows = self._database.read(
            "SELECT * FROM approval WHERE ($state IS NULL OR state = $state) AND ($before IS NULL OR id < $before) "
            "ORDER BY id DESC LIMIT $limit",
            {"state": state, "before": before, "limit": limit},
        )
        return [_approval(row) for row in rows]

    def decide(self, id: int, state: ApprovalState, by: str, comment: str) -> Approval:
        """Keep what became of a request.

        Raises
        ------
        NoApproval, Decided
            Nothing has changed.
        """
        with self._database.writing() as connection:
            done = connection.execute(
                "UPDATE approval SET state = ?, decided_at = ?, decided_by = ?, decision = ? "
                "WHERE id = ? AND state = 'waiting'",
                [state, format_instant(self._now()), by, comment, id],
            )
        if not done.rowcount:
            raise Decided(id, self.find(id).state)
        return self.find(id)


def _approval(row: Row) -> Approval:
    read = {name: json.loads(row[name]) for name in ("ids", "documents", "others", "files", "changes")}
    return Approval(**{**row, **read})
