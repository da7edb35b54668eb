"""All that is held about a person, in one zip file."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from sojourn.messages.addresses import ATTRIBUTE
from sojourn.model.instants import format_instant
from sojourn.reports.holdings import ABOUT, holdings
from sojourn.reports.profile import NoSuchProfile
from sojourn.service.runtime import Runtime
from sojourn.service.studio.people import People
from sojourn.store.duckdb.person import Person, find_person
from sojourn.store.duckdb.reader import StoreReader


def export_person(runtime: Runtime, id: str, to: Path) -> Person:
    """Write what is held about a person to a zip file: NDJSON for each table, and `about.json` that says what they are.

    Raises
    ------
    NoSuchProfile
        There is none; nothing is written.
    """
    people, processor = People(runtime), runtime.engine.processor
    with closing(people.cursor()) as cursor:
        person = find_person(StoreReader(cursor), id, ATTRIBUTE)
        if person is None:
            raise NoSuchProfile(id)
        rows: dict[str, int] = {}
        with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("profile.json", _pretty(people.profile(cursor, person.profile_id)))
            entities = processor.audiences.directory.entities
            for name, held in holdings(cursor, runtime.log, processor.program, person, entities):
                rows[name] = _write(archive, name, held)
            about = {
                "profile": person.profile_id, "made_at": format_instant(runtime.clock.now()),
                "files": {name: ABOUT.get(name, "rows of a table that belong to the person")
                          for name in ("profile.json", *rows)},
                "rows": rows,
            }  # fmt: skip
            archive.writestr("about.json", _pretty(about))
    return person


def _write(archive: zipfile.ZipFile, name: str, rows: Iterable[dict[str, Any]]) -> int:
    count = 0
    with archive.open(name, "w") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False, default=str).encode() + b"\n")
            count += 1
    return count


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n"
