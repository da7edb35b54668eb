"""The list of what arrives undeclared, and its adoption into the documents."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

from sojourn.ingest.shape import Difference, Sort, widened
from sojourn.model.entity import PROFILE
from sojourn.model.errors import SojournError
from sojourn.model.instants import format_instant
from sojourn.model.names import check_attribute
from sojourn.service.access.audit import Audit
from sojourn.service.access.caller import MACHINE, Caller
from sojourn.service.runtime import Runtime
from sojourn.workspace.draft_changes import DraftChanges
from sojourn.workspace.drafting import Drafting
from sojourn.workspace.trash import Trash

Row = dict[str, Any]
LISTED: Final = 'SELECT * FROM undeclared ORDER BY subject, field, sort, "count" DESC'
FIELDS: Final = {"event": "properties", "property": "properties"}
WHOLE: Final = {"property": "event", "column": "entity"}
_NOT_ID: Final = re.compile(r"[^a-z0-9_]+")


class NothingFound(SojournError):
    """Nothing undeclared of this name has arrived."""

    code = "REGISTRY-001"


@dataclass(frozen=True)
class Chosen:
    """What is to be adopted or forgotten.

    Attributes
    ----------
    sort : str or None
        None: whatever has the subject.
    subject : str
        Incoming name of an event, `profile`, or id of an entity.
    field : str or None
        One field; None: all.
    """

    subject: str
    sort: Sort | None = None
    field: str | None = None

    def means(self, row: Mapping[str, Any]) -> bool:
        """Tell whether a row of the list is meant."""
        sorts = (self.sort, "property" if self.sort == "event" else "column" if self.sort == "entity" else self.sort)
        is_sort = self.sort is None or row["sort"] in sorts
        return is_sort and row["subject"] == self.subject and self.field in (None, row["field"])


class Registry:
    """What arrives and is not declared.

    Parameters
    ----------
    runtime : Runtime
        Started or opened.
    audit : Audit
        The record of changes.
    """

    def __init__(self, runtime: Runtime, audit: Audit) -> None:
        self._runtime = runtime
        self._audit = audit
        drafting = Drafting(runtime.places.directory)
        self._changes = DraftChanges(drafting, Trash(runtime.places.trash))

    def listed(self) -> Row:
        """Return what came and is still not declared (`rows`), how many differences beyond those (`more`), how far."""
        if not self._runtime.engine.is_running:
            self._runtime.survey.catch_up()
        shapes = self._runtime.survey.shapes()
        with closing(self._runtime.cursor()) as cursor:
            cursor.execute("SET TimeZone = 'UTC'")
            found = cursor.sql(LISTED).pl().to_dicts()
        rows = [self._row(row) for row in found if row["sort"] != "more"]
        rows = [row for row in rows if shapes.differs(row["sort"], row["subject"], row["field"], row["found"])]
        more = sum(row["count"] for row in found if row["sort"] == "more")
        return {"rows": rows, "more": more, "seen": self._runtime.survey.place, "arrived": self._runtime.log.end()}

    def _row(self, row: Row) -> Row:
        shapes, instants = self._runtime.survey.shapes(), ("first_at", "last_at")
        about = Difference(row["sort"], row["subject"], row["field"], row["found"], None, None)
        return {
            **{name: format_instant(value) if name in instants else value for name, value in row.items()},
            "declared": shapes.declared(row["sort"], row["subject"], row["field"]), "mode": shapes.mode_of(about),
        }  # fmt: skip

    def adopt(self, chosen: Sequence[Chosen], caller: Caller = MACHINE) -> Row:
        """Declare what came, in the folder's documents; it takes effect with the next publication.

        Returns
        -------
        dict
            `documents` that were changed (`kind`, `id`, `file`, `created`), and `skipped` fields (`subject`, `field`,
            `reason`).

        Raises
        ------
        NothingFound
            Nothing undeclared has one of these names.
        """
        rows = self._meant(chosen)
        skipped: list[Row] = []
        wanted: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(dict)
        for row in rows:
            kind = "event" if row["sort"] in ("event", "property") else "entity"
            fields = wanted[kind, row["subject"]]
            if row["field"]:
                fields.setdefault(row["field"], []).append(row["found"])
        documents = [self._declare(*named, fields, skipped, caller) for named, fields in wanted.items()]
        return {"documents": [each for each in documents if each is not None], "skipped": skipped}

    def _meant(self, chosen: Sequence[Chosen]) -> list[Row]:
        rows: list[Row] = self.listed()["rows"]
        for one in chosen:
            if not any(one.means(row) for row in rows):
                known = ", ".join(sorted({row["subject"] for row in rows})[:20]) or "nothing"
                raise NothingFound(
                    f"nothing undeclared is called `{one.subject:.100}`", hint=f"what arrives undeclared: {known}"
                )
        return [row for row in rows if any(one.means(row) for one in chosen)]

    def _declare(
        self, kind: str, subject: str, fields: Mapping[str, list[str]], skipped: list[Row], caller: Caller
    ) -> Row | None:
        """Write one document; None where nothing could be declared in it."""
        part = "properties" if kind == "event" else "attributes"
        id = self._id_of(kind, subject)
        if id is None and kind == "entity" and subject != PROFILE:
            skipped.append({"subject": subject, "field": "", "reason": "an entity needs a key: make it in the studio"})
            return None
        before = self._changes.drafting.draft(kind, id) if id is not None else None
        body: Row = dict(before.document) if before is not None else self._fresh(kind, subject)
        declared = dict(body.get(part) or {})
        for name, found in fields.items():
            problem = _wrong(name)
            if problem:
                skipped.append({"subject": subject, "field": name, "reason": problem})
            else:
                declared[name] = _declaration(declared.get(name), found)
        body |= {part: declared} if declared else {}
        if before is None:
            made = self._changes.create(kind, body["id"], body)
            self._audit.record(caller, "draft.create", f"{kind}/{made.id}", None, made.document)
        elif body != before.document:
            _, made = self._changes.save(kind, before.id, before.etag, body)
            self._audit.record(caller, "draft.save", f"{kind}/{made.id}", before.document, made.document)
        else:
            return None
        return {"kind": kind, "id": made.id, "file": made.file, "created": before is None}

    def _id_of(self, kind: str, subject: str) -> str | None:
        """Return the id of the folder's document that is about a subject."""
        for _, raw in self._changes.drafting.documents():
            name = raw.body.get("match") or raw.id if kind == "event" else raw.id
            if raw.kind == kind and name == subject:
                return raw.id
        return None

    def _fresh(self, kind: str, subject: str) -> Row:
        taken = {raw.id for _, raw in self._changes.drafting.documents() if raw.kind == kind}
        stem = _NOT_ID.sub("_", subject.lower()).strip("_")[:50] or "event"
        stem = stem if stem[0].isalpha() else f"event_{stem}"
        id, number = stem, 2
        while id in taken:
            id, number = f"{stem}_{number}", number + 1
        return {"kind": kind, "id": id} | ({"match": subject} if kind == "event" and id != subject else {})

    def forget(self, chosen: Sequence[Chosen], caller: Caller = MACHINE) -> int:
        """Take rows off the list; what comes again is listed again. Return how many."""
        rows = self._meant(chosen)
        store = self._runtime.store

        def delete() -> None:
            with store.transaction():
                for row in rows:
                    store.connection.execute(
                        "DELETE FROM undeclared WHERE sort = $sort AND subject = $subject AND field = $field",
                        {name: row[name] for name in ("sort", "subject", "field")},
                    )

        self._runtime.engine.call(delete)
        self._audit.record(caller, "registry.forget", "registry", None, {"rows": len(rows)})
        return len(rows)


def _wrong(name: str) -> str:
    try:
        check_attribute(name)
    except ValueError as error:
        return str(error)
    return ""


def _declaration(before: Any, found: Sequence[str]) -> Any:
    """Return what to write for a field, given what is written."""
    known = before.get("type") if isinstance(before, dict) else before
    known = f"[{known[0]}]" if isinstance(known, list) else known
    kind = widened(known, found)
    written: Any = [kind[1:-1]] if kind.startswith("[") else kind
    return {**before, "type": written} if isinstance(before, dict) else written
