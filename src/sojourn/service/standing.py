"""Which documents run, as the record of changes compares them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from sojourn.model.policy import DELIVERIES

Body = dict[str, Any]
Row = dict[str, Any]
NEWEST = """
SELECT kind, id, body, state FROM document WHERE kind <> 'workspace'
QUALIFY row_number() OVER (PARTITION BY id ORDER BY doc DESC) = 1
"""


@dataclass(frozen=True)
class Standing:
    """What runs.

    Attributes
    ----------
    data : dict of str to body
        By ``kind/id`` the documents that take effect with any publication, as of the last.
    published : dict of str to body
        By ``kind/id`` the newest versions of journeys and campaigns.
    live : set of str
        Those of them that are live.
    files : dict of str to str
        The files that documents name, as of the last publication.
    """

    data: dict[str, Body]
    published: dict[str, Body]
    live: set[str]
    files: dict[str, str]

    @property
    def documents(self) -> dict[str, Body]:
        """Return all that runs."""
        return self.data | self.published

    @property
    def needs_approval(self) -> bool:
        """Tell whether the `workspace` document that runs wants publications to be approved."""
        return any(body["kind"] == "workspace" and body.get("approval") == "required" for body in self.data.values())


def read_standing(cursor: duckdb.DuckDBPyConnection) -> Standing:
    """Return what runs."""
    rows = cursor.execute("SELECT body FROM document WHERE kind = 'workspace'").fetchall()
    kept = json.loads(rows[0][0]) if rows else {"documents": [], "files": {}}
    data = {f"{body['kind']}/{body['id']}": body for body in kept["documents"] if body["kind"] not in DELIVERIES}
    newest = cursor.execute(NEWEST).fetchall()
    published = {f"{kind}/{id}": json.loads(body) for kind, id, body, _ in newest}
    return Standing(
        data, published, {f"{kind}/{id}" for kind, id, _, state in newest if state == "live"}, kept["files"]
    )


def standing_documents(cursor: duckdb.DuckDBPyConnection) -> dict[str, Body]:
    """Return the bodies of the documents that run, by ``kind/id``."""
    return read_standing(cursor).documents


def settled(rows: Iterable[Row], after: Collection[str]) -> Iterator[tuple[str, Row]]:
    """Yield subject and counts of the documents whose older versions somebody was made to move from, or to leave.

    Parameters
    ----------
    rows : iterable of dict
        What became of each document (`engine.publication.as_row`).
    after : collection of str
        The documents that run, as ``kind/id``.
    """
    for row in rows:
        told = {name: row[name] for name in ("moved", "stayed", "left") if row[name]}
        subjects = {f"{kind}/{row['id']}" for kind in DELIVERIES}
        if told:
            yield from ((subject, told) for subject in after if subject in subjects)


def published_changes(
    before: Mapping[str, Body], after: Mapping[str, Body], anew: Collection[str]
) -> Iterator[tuple[str, Body | None, Body | None]]:
    """Yield subject, old and new body of what a publication changed; `anew` are the ids with a new version.

    A publication makes the data documents of the folder take effect, too.
    """
    for subject in sorted(before.keys() | after.keys()):
        old, new = before.get(subject), after.get(subject)
        has_version = new is not None and new["kind"] in DELIVERIES and new["id"] in anew
        if old != new or has_version:
            yield subject, old, new
