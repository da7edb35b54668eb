"""What is published of each document, beside the drafts."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sojourn.engine.lifecycle import busy_docs, last_runs, state_of
from sojourn.model.policy import DELIVERIES
from sojourn.model.reasons import Lifecycle

if TYPE_CHECKING:
    from sojourn.service.runtime import Runtime

NEWEST = """
SELECT kind, id, max(doc) AS doc, arg_max(version, doc), arg_max(state, doc), arg_max(published_at, doc),
    arg_max(body, doc)
FROM document WHERE kind <> 'workspace' GROUP BY kind, id
"""
SNAPSHOT = "SELECT body FROM document WHERE kind = 'workspace'"
SNAPSHOT_STATE = "SELECT hash(body) FROM document WHERE kind = 'workspace'"

Key = tuple[str, str]


@dataclass(frozen=True)
class Published:
    """A document as it runs now.

    Attributes
    ----------
    version : int or None
        Its number; None for documents that have no versions, as they take effect with the next publication.
    state : str or None
        Its lifecycle; None for those.
    """

    document: Mapping[str, Any]
    version: int | None = None
    state: Lifecycle | None = None
    published_at: datetime | None = None


class Publications:
    """Reads what is published; methods may be called from any thread.

    Parameters
    ----------
    runtime : Runtime
        Started.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._reading = threading.Lock()
        self._snapshot: tuple[object, dict[Key, Mapping[str, Any]]] = (None, {})

    def all(self) -> dict[Key, Published]:
        """Return all documents that run, by kind and id; of each its newest version."""
        with closing(self._runtime.cursor()) as cursor:
            data = {key: Published(body) for key, body in self._data(cursor).items()}
            rows = cursor.execute(NEWEST).fetchall()
            runs, busy = last_runs(cursor), busy_docs(cursor)
        program, now = self._runtime.engine.processor.program, self._runtime.clock.now()
        for kind, id, _, version, state, at, body in rows:
            lines = program.versions(id)
            current = state_of(lines, runs, busy, now) if lines else state
            data[kind, id] = Published(json.loads(body), version, current, at)
        return data

    def _data(self, cursor: Any) -> dict[Key, Mapping[str, Any]]:
        """Return the documents as of the last publication or start, without those that have versions."""
        [(state,)] = cursor.execute(SNAPSHOT_STATE).fetchall() or [(None,)]
        with self._reading:
            if self._snapshot[0] != state:
                rows = cursor.execute(SNAPSHOT).fetchall()
                kept = json.loads(rows[0][0])["documents"] if rows else []
                self._snapshot = (state, {(each["kind"], each["id"]): each for each in kept})
            return {key: body for key, body in self._snapshot[1].items() if key[0] not in DELIVERIES}
