"""What the provider `log` wrote: messages that went to files, the newest first, read from their end."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from sojourn.service.access.errors import AccessError
from sojourn.service.access.guard import Guard
from sojourn.service.documented import refuses

BLOCK: Final = 1 << 16
LONGEST: Final = 4 << 20
"""Bytes of a line; a longer one is passed over."""
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,100}")
LOOKED: Final = 5_000
"""Lines that one question looks at, where it seeks some."""
KNOWN: Final = ("no", "key", "profile", "of", "to", "at")


class NoSuchFile(AccessError):
    """Nothing was written to such a file."""

    code = "WRITTEN-001"
    status = 404

    def __init__(self, name: str) -> None:
        super().__init__(f"no messages were written to `{name:.100}`", hint="`GET /api/written` lists the files")


class WrittenFile(BaseModel):
    """A file of messages."""

    name: str
    size: int = Field(description="Bytes.")


class WrittenMessage(BaseModel):
    """A message as the provider got it."""

    place: int = Field(description="Byte of the file at which it begins.")
    no: int | None
    at: str | None
    to: Any
    profile: str | None
    of: str | None = Field(description="Document and node that sent it.")
    fields: dict[str, Any]


class WrittenPage(BaseModel):
    """Messages that were written to files instead of being sent, the newest first."""

    files: list[WrittenFile]
    file: str | None
    rows: list[WrittenMessage]
    next: int | None = Field(description="`before` of the next page; null where there is none.")


def written_routes(folder: Path, guard: Guard) -> APIRouter:
    """Return the route.

    Parameters
    ----------
    folder : Path
        `data/outbox` of the workspace.
    """
    router = APIRouter(prefix="/api/written", tags=["operation"])

    @router.get("", dependencies=[Depends(guard.needs("read", "profiles"))], responses=refuses(404))
    def written(
        file: Annotated[str | None, Query(max_length=101, description="Left out: the one written to last.")] = None,
        search: Annotated[str, Query(max_length=200, description="Part of an address, a profile or a subject.")] = "",
        before: Annotated[int | None, Query(ge=0)] = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 25,
    ) -> WrittenPage:
        """Return messages of the provider `log`."""
        files = files_of(folder)
        known = [WrittenFile(name=path.name, size=path.stat().st_size) for path in files]
        chosen = next((path for path in files if file in (None, path.name)), None)
        if chosen is None:
            if file is not None:
                raise NoSuchFile(file)
            return WrittenPage(files=known, file=None, rows=[], next=None)
        rows, further = page(chosen, search, before, limit)
        return WrittenPage(files=known, file=chosen.name, rows=rows, next=further)

    return router


def files_of(folder: Path) -> list[Path]:
    """Return the files of a folder, the one written to last first."""
    named = [path for path in folder.glob("*") if NAME.fullmatch(path.name)]
    found = [path for path in named if path.is_file() and not path.is_symlink()]
    return sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)


def page(path: Path, search: str, before: int | None, limit: int) -> tuple[list[WrittenMessage], int | None]:
    """Return messages before a byte of a file, and where the page behind begins."""
    rows: list[WrittenMessage] = []
    wanted = search.casefold()
    for looked, (place, line) in enumerate(backwards(path, before)):
        if len(rows) == limit or looked == LOOKED:
            return rows, place + len(line) + 1
        message = read_line(place, line)
        if message is not None and fits(message, wanted):
            rows.append(message)
    return rows, None


def fits(message: WrittenMessage, wanted: str) -> bool:
    """Tell whether a message has a text in what people look for."""
    texts = (message.to, message.profile, message.of, message.fields.get("subject"))
    return not wanted or any(wanted in str(text).casefold() for text in texts if text)


def read_line(place: int, line: bytes) -> WrittenMessage | None:
    """Return a message; None when the line is none."""
    try:
        body = json.loads(line)
    except ValueError:
        return None
    if not isinstance(body, dict):
        return None
    known = {name: body.get(name) for name in KNOWN if name != "key"}
    fields = {name: value for name, value in body.items() if name not in KNOWN}
    return WrittenMessage(place=place, fields=fields, **known)


def backwards(path: Path, before: int | None = None) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a file that end before a byte, the last first, each with the byte at which it begins."""
    with path.open("rb") as file:
        end = file.seek(0, 2)
        at = end if before is None else min(before, end)
        rest = b""  # what is known of the line that begins before `at`
        while at > 0:
            begin = max(at - BLOCK, 0)
            file.seek(begin)
            *lines, rest = reversed((file.read(at - begin) + rest).split(b"\n"))
            at, place = begin, begin + len(rest) + sum(len(line) + 1 for line in lines)
            for line in lines:
                place -= len(line)
                if line.strip():
                    yield place, line
                place -= 1
            if len(rest) > LONGEST:
                rest = b""
        if rest.strip():
            yield 0, rest
