"""Which documents run, as the record of changes compares them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import duckdb

from sojourn.model.policy import DELIVERIES

Body = dict[str, Any]
NEWEST = """
SELECT kind, id, body FROM document WHERE kind <> 'workspace'
QUALIFY row_number() OVER (PARTITION BY id ORDER BY doc DESC) = 1
"""


def standing_documents(cursor: duckdb.DuckDBPyConnection) -> dict[str, Body]:
    """Return the bodies of the documents that run, by ``kind/id``.

    Of journeys and campaigns that is the newest published version; data documents are those of the last publication.
    """
    kept = cursor.execute("SELECT body FROM document WHERE kind = 'workspace'").fetchall()
    data = json.loads(kept[0][0])["documents"] if kept else []
    found = {f"{body['kind']}/{body['id']}": body for body in data if body["kind"] not in DELIVERIES}
    newest = cursor.execute(NEWEST).fetchall()
    return found | {f"{kind}/{id}": json.loads(body) for kind, id, body in newest}


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
