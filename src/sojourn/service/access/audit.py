"""The record of who changed what, and when."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from sojourn.engine.clock import SystemClock
from sojourn.model.instants import format_instant
from sojourn.service.access.caller import Caller
from sojourn.service.access.database import Database, Row
from sojourn.service.access.difference import difference

LIMIT: Final = 200
"""Entries of one page at most."""
ENTRIES: Final = """
SELECT id, "at", caller, action, subject, difference FROM audit
WHERE ($before IS NULL OR id < $before)
  AND ($caller IS NULL OR caller IN ($caller, 'user:' || $caller))
  AND ($subject IS NULL OR subject = $subject OR substr(subject, instr(subject, '/') + 1) = $subject)
  AND ($action IS NULL OR action = $action OR substr(action, 1, length($action) + 1) = $action || '.')
ORDER BY id DESC LIMIT $limit
"""


class Audit:
    """Keeps what was changed, forever: entries are only ever added.

    Parameters
    ----------
    database : Database
        Keeps them.
    now : callable, optional
        Tells the instant; by default that of this machine, whatever clock the engine runs on.
    """

    def __init__(self, database: Database, now: Callable[[], datetime] | None = None) -> None:
        self._database = database
        self._now = now or SystemClock().now

    def record(self, caller: Caller, action: str, subject: str, before: Any = None, after: Any = None) -> int:
        """Note a change; it is durable when this returns.

        Parameters
        ----------
        caller : Caller
            Who made it.
        action : str
            What was done: ``document.publish``, ``draft.save``, ``user.create``, …
        subject : str
            What it was done to: ``journey/welcome``, ``user/ann``.
        before, after : JSON value or text, optional
            What it was and is; only their difference is kept, and secrets in them (by their names) are hidden.

        Returns
        -------
        int
            The entry's number.
        """
        told = json.dumps(difference(before, after), ensure_ascii=False, default=str)
        with self._database.writing() as connection:
            done = connection.execute(
                'INSERT INTO audit ("at", caller, action, subject, difference) VALUES (?, ?, ?, ?, ?)',
                [format_instant(self._now()), caller.id, action, subject, told],
            )
        return int(done.lastrowid or 0)

    def entries(
        self, *, before: int | None = None, limit: int = 50, document: str | None = None, user: str | None = None,
        action: str | None = None,
    ) -> list[Row]:  # fmt: skip
        """Return a page of entries, the newest first.

        Parameters
        ----------
        before : int, optional
            Only entries with a smaller number: the last of the page before.
        limit : int
            How many, `LIMIT` and one more at most.
        document : str, optional
            Only about this subject: ``journey/welcome`` or ``welcome``.
        user : str, optional
            Only by this caller: ``user:ann``, ``ann``, ``key:ab12cd34`` or ``local``.
        action : str, optional
            Only of this action, or of those that begin with it: ``user`` for ``user.create``.
        """
        wanted = {
            "before": before, "limit": min(limit, LIMIT + 1), "subject": document, "caller": user, "action": action,
        }  # fmt: skip
        rows = self._database.read(ENTRIES, wanted)
        return [{**row, "difference": json.loads(row["difference"])} for row in rows]
