"""Versions of a document, what differs between them, and what a publication would change."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any

from sojourn.engine.older import Older
from sojourn.engine.publication import Publication, Publishing, UnknownDocument, Version
from sojourn.engine.refusals import refuser
from sojourn.model.errors import DocumentError
from sojourn.model.instants import format_instant
from sojourn.model.policy import DELIVERIES
from sojourn.reports.reading import Cursor
from sojourn.service.access.difference import difference
from sojourn.service.runtime import Runtime
from sojourn.service.standing import Body, standing_documents
from sojourn.service.studio.secrets import hide, hide_text
from sojourn.service.studio.unsaved import revealed
from sojourn.store.duckdb.reader import StoreReader
from sojourn.workspace.checking import draft_workspace, read_unsaved
from sojourn.workspace.drafting import Drafting
from sojourn.workspace.editing.document import write_document

Row = dict[str, Any]
INSIDE = """
SELECT doc, count(*) FROM (
    SELECT doc, pno FROM passage UNION SELECT doc, pno FROM held UNION SELECT doc, pno FROM queued
) t GROUP BY doc
"""


class Versions:
    """Compares what is published with itself and with the folder; methods may be called from any thread.

    Parameters
    ----------
    runtime : Runtime
        Started.
    """

    def __init__(self, runtime: Runtime, drafting: Drafting) -> None:
        self._runtime = runtime
        self._drafting = drafting

    def changes(self, id: str) -> Row:
        """Return the versions of a document, the newest first, each with what differs from the one before.

        Raises
        ------
        UnknownDocument
            None was ever published.
        """
        with closing(self._runtime.cursor()) as cursor:
            publication, inside = self._publication(cursor), inside_of(cursor)
            every = publication.versions()
        mine = [version for version in every if version.id == id]
        if not mine:
            raise UnknownDocument(id, "has been published", {version.id for version in every})
        bodies = [json.loads(version.body) for version in mine]
        rows = [_version(version, body, inside) for version, body in zip(mine, bodies, strict=True)]
        for i, row in enumerate(rows):
            row["changes"] = changes_between(bodies[i - 1], bodies[i]) if i else []
        return {
            "id": id,
            "kind": mine[-1].kind,
            "versions": rows[::-1],
            "draft": self._draft(mine[-1].kind, id, bodies),
        }

    def _draft(self, kind: str, id: str, bodies: Sequence[Body]) -> Row | None:
        found = self._drafting.folder.find(kind, id)
        if found is None:
            return None
        draft = self._drafting.read(*found)
        return {
            "yaml": hide_text(draft.text, draft.document),
            "changes": changes_between(bodies[-1], dict(draft.document)),
        }

    def rehearse(self, ids: Sequence[str], unsaved: Sequence[Body] = ()) -> Row:
        """Return what publishing documents of the folder would change; nothing is changed.

        Parameters
        ----------
        unsaved : sequence of dict
            Stand in for the saved ones; their hidden secrets are those of these.

        Raises
        ------
        DocumentError, UnknownDocument, NotPublishable
            They cannot be published.
        """
        raws, problems = read_unsaved([revealed(self._drafting, body) for body in unsaved])
        if problems:
            raise DocumentError(problems)
        workspace = draft_workspace(self._drafting.folder, raws)
        with closing(self._runtime.cursor()) as cursor:
            publication = self._publication(cursor)
            found = publication.rehearse(workspace, ids)
            before, inside, versions = standing_documents(cursor), inside_of(cursor), publication.versions()
        after = {f"{kind}/{key}": dict(raw.body) for (kind, key), raw in workspace.raw.items()}
        kinds = {key: kind for kind, key in workspace.raw if kind in DELIVERIES}
        documents = []
        for each in found:
            subject = f"{kinds[each.id]}/{each.id}"
            mine = [v for v in versions if v.id == each.id]
            documents.append(
                {
                    "id": each.id, "kind": kinds[each.id], "version": each.version, "verdict": each.verdict,
                    "changes": changes_between(before.get(subject), after[subject]),
                    "inside": _inside(mine, inside, each),
                }
            )  # fmt: skip
        return {"documents": documents, "data": list(_data(before, after))}

    def _publication(self, cursor: Cursor) -> Publication:
        store = StoreReader(cursor)
        return Publication(store, refuser(store))


def _version(version: Version, body: Body, inside: Mapping[int, int]) -> Row:
    return {
        "version": version.version, "state": version.state, "published_at": format_instant(version.published_at),
        "inside": inside.get(version.doc, 0), "yaml": write_document(hide(body)),
    }  # fmt: skip


def _inside(mine: Collection[Version], inside: Mapping[int, int], made: Publishing) -> list[Row]:
    """Return who is inside the versions, and what becomes of them unless something else is wanted."""
    newest = max((version.doc for version in mine), default=0)
    older = {each.doc: each for each in made.older}
    return [
        {
            "version": version.version, "profiles": inside[version.doc],
            "then": "finish" if made.verdict == "published" or version.doc != newest else "stay",
            **_movement(older.get(version.doc)),
        }
        for version in mine
        if inside.get(version.doc)
    ]  # fmt: skip


def _movement(older: Older | None) -> Row:
    staying = older.staying if older is not None else ()
    return {
        "moving": older.moving if older is not None else 0,
        "staying": [{"step": each.step, "passages": each.passages, **each.why._asdict()} for each in staying],
    }


def _data(before: Mapping[str, Body], after: Mapping[str, Body]) -> Iterator[Row]:
    """Yield the documents without versions that would take effect, and how they differ."""
    for subject in sorted(before.keys() | after.keys()):
        kind, _, id = subject.partition("/")
        old, new = before.get(subject), after.get(subject)
        if kind not in DELIVERIES and old != new:
            verdict = "added" if old is None else "removed" if new is None else "changed"
            yield {"id": id, "kind": kind, "verdict": verdict, "changes": changes_between(old, new)}


def inside_of(cursor: Cursor) -> dict[int, int]:
    """Return how many profiles are inside each version, wait to enter it, or have a message of it held."""
    return {int(doc): int(count) for doc, count in cursor.execute(INSIDE).fetchall()}


def changes_between(old: Body | None, new: Body | None) -> list[Row]:
    """Return what differs between two documents, each with its `path`, `kind`, `before` and `after`."""
    found = difference(old, new)["changes"]
    return [{"kind": _kind(change), "before": None, "after": None, **change} for change in found]


def _kind(change: Row) -> str:
    return "added" if "before" not in change else "removed" if "after" not in change else "changed"
