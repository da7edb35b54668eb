"""The routes of uploaded files."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from sojourn.service.access.account_api import Strict
from sojourn.service.access.caller import Caller
from sojourn.service.access.guard import Guard
from sojourn.service.documented import takes
from sojourn.service.uploads.errors import BrokenUpload, NoUpload, TooLarge
from sojourn.service.uploads.imports import Imports
from sojourn.service.uploads.looking import (
    LOOKED_ROWS,
    FileColumn,
    FileLook,
    ImportTarget,
    RejectedRow,
    columns_of,
    look_at,
    targets_of,
)
from sojourn.service.uploads.shelf import Incoming
from sojourn.service.uploads.upload import Mapping, Upload

PART: Final = 1 << 20


class AskColumns(Strict):
    """What a file is to be read to."""

    target: Annotated[str, Field(min_length=1, max_length=63)]
    encoding: Annotated[str, Field(min_length=1, max_length=40)] = "utf-8"


class StartImport(Mapping):
    """How a file is to be imported."""

    again: bool = Field(default=False, description="Also if this content was imported with this mapping before.")


def upload_routes(imports: Imports, guard: Guard) -> APIRouter:
    """Return the routes; all show or change personal data."""
    router = APIRouter(prefix="/api/uploads", tags=["import"])
    imports_files = Depends(guard.needs("configure", "profiles"))
    may = [imports_files]
    shelf = imports.shelf

    @router.post("", status_code=201, openapi_extra=takes("application/octet-stream"))
    async def send(
        request: Request, name: Annotated[str, Query(min_length=1, max_length=500)], caller: Caller = imports_files
    ) -> Upload:
        """Send a file: CSV, NDJSON or Parquet by its ending. It is only kept; nothing is imported yet."""
        announced = request.headers.get("content-length", "")
        if announced.isdigit() and int(announced) > shelf.limit:
            raise TooLarge(shelf.limit)
        incoming = await run_in_threadpool(shelf.incoming, name)
        try:
            await _receive(request, incoming)
            return await run_in_threadpool(imports.finish, incoming, caller)
        except ClientDisconnect as error:
            raise BrokenUpload from error
        finally:
            await run_in_threadpool(incoming.discard)

    @router.get("", dependencies=may)
    def uploads() -> list[Upload]:
        """Return the files that were sent, the newest first, and what became of them."""
        return imports.listed()

    @router.get("/targets", dependencies=may)
    def targets() -> list[ImportTarget]:
        """Return what files may be read to, as the documents say that run."""
        return targets_of(imports.catalog)

    @router.get("/{id}", dependencies=may)
    def one(id: str) -> Upload:
        """Return a file, and how far its import is."""
        return imports.find(id)

    @router.delete("/{id}", status_code=204, dependencies=may)
    def remove(id: str) -> None:
        """Forget a file, its content and its rejects; what was imported stays."""
        imports.remove(id)

    @router.post("/{id}/columns", dependencies=may)
    def columns(id: str, asked: AskColumns) -> list[FileColumn]:
        """Return the columns of a file, with what each may be."""
        file = shelf.file(imports.find(id))
        return columns_of(imports.catalog, asked.target, file, asked.encoding)

    @router.post("/{id}/check", dependencies=may)
    def check(id: str, mapping: Mapping) -> FileLook:
        """Read the first rows of a file without keeping anything."""
        file = shelf.file(imports.find(id))
        return look_at(imports.catalog, mapping.target, file, mapping.options(chunk_rows=LOOKED_ROWS))

    @router.post("/{id}/start")
    def start(id: str, wanted: StartImport, caller: Caller = imports_files) -> Upload:
        """Import a file; one after the other, and on after a restart of the server."""
        mapping = Mapping(**wanted.model_dump(exclude={"again"}))
        return imports.begin(id, mapping, caller, again=wanted.again)

    @router.post("/{id}/stop", dependencies=may)
    def stop(id: str) -> Upload:
        """End an import; begun again with the same mapping it goes on where it was."""
        return imports.halt(id)

    @router.get("/{id}/rejects", dependencies=may)
    def rejects(id: str, limit: Annotated[int, Query(ge=1, le=500)] = 100) -> list[RejectedRow]:
        """Return the first rows that did not fit."""
        path = shelf.rejects(imports.find(id))
        return list(islice(_rejected(path), limit)) if path.is_file() else []

    @router.get("/{id}/rejects.csv", dependencies=may, response_class=Response, responses={200: {"content": TEXT}})
    def rejects_file(id: str) -> FileResponse:
        """Return all rows that did not fit, as CSV: line, code, reason, content."""
        upload = imports.find(id)
        path = shelf.rejects(upload)
        if not path.is_file():
            raise NoUpload(id)
        return FileResponse(path, media_type="text/csv", filename=f"{upload.name}.rejects.csv")

    return router


TEXT: Final = {"text/csv": {"schema": {"type": "string"}}}


async def _receive(request: Request, incoming: Incoming) -> None:
    """Write a body to the disk as it comes, a part at a time."""
    held = bytearray()
    async for part in request.stream():
        held += part
        if len(held) >= PART:
            await run_in_threadpool(incoming.put, bytes(held))
            held.clear()
    await run_in_threadpool(incoming.put, bytes(held))


def _rejected(path: Path) -> Iterator[RejectedRow]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield RejectedRow(line=int(row["line"]), code=row["code"], reason=row["reason"], item=row["content"])
