"""Files of letters (direct mail): which there are, how far each is, and what is in those that this machine keeps."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field, ValidationError

from sojourn.channels.direct_mail.overview import Gathered, files_of, folder_here, gathered
from sojourn.channels.direct_mail.settings import FilesSettings
from sojourn.channels.direct_mail.spool import State
from sojourn.model.instants import format_instant
from sojourn.service.access.caller import Caller
from sojourn.service.access.errors import AccessError
from sojourn.service.access.guard import Guard
from sojourn.service.runtime import Runtime

MOST: Final = 500


class NoSuchPrint(AccessError):
    """No such file of letters is on this machine."""

    code = "PRINT-001"
    status = 404

    def __init__(self, channel: str, name: str) -> None:
        super().__init__(
            f"the channel `{channel:.64}` has no file `{name:.200}` on this machine",
            hint="`GET /api/printed` lists the files; those that went to an SFTP server are there",
        )


class PrintedFile(BaseModel):
    """A file that can be downloaded."""

    name: str
    size: int = Field(description="Bytes.")


class PrintedBatch(BaseModel):
    """The letters of one file."""

    channel: str
    batch: int
    of: str | None = Field(description="Document and node that wrote them; null: of a whole day.")
    state: State
    opened_at: str
    last_at: str = Field(description="When the last letter came.")
    letters: int = Field(description="Without seeds.")
    name: str | None = Field(description="Without its ending; null while it is open.")
    files: list[PrintedFile] = Field(description="The file and its manifest, where this machine has them.")


class PrintedList(BaseModel):
    """Files of letters, the newest first."""

    rows: list[PrintedBatch]


def printed_routes(runtime: Runtime, guard: Guard) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api/printed", tags=["operation"])
    reader = Depends(guard.needs("read", "profiles"))
    data_dir = runtime.places.data

    @router.get("", dependencies=[reader])
    def printed(limit: Annotated[int, Query(ge=1, le=MOST)] = 100) -> PrintedList:
        """Return the files of letters of all channels, with what this machine has of them."""
        return PrintedList(rows=[_told(each, _place(runtime, each.channel)) for each in gathered(data_dir, limit)])

    @router.get("/{channel}/{name}", response_class=FileResponse)
    def download(channel: str, name: str, caller: Caller = reader) -> FileResponse:
        """Return a file of letters, or its manifest."""
        folder = _place(runtime, channel)
        known = (each for each in gathered(data_dir, MOST) if each.channel == channel and each.batch.state == "placed")
        files = [path for each in known if folder and each.batch.name for path in files_of(folder, each.batch.name)]
        found = next((path for path in files if path.name == name), None)
        if found is None:
            raise NoSuchPrint(channel, name)
        runtime.audit.record(caller, "letters.download", f"channel/{channel}", None, {"file": name})
        return FileResponse(found, filename=name, media_type="application/octet-stream")

    return router


def _place(runtime: Runtime, channel: str) -> Path | None:
    """Return the folder of this machine into which a channel puts its files now."""
    found = runtime.channel(channel)
    for way in found.ways if found is not None else ():
        if way.provider == "files":
            settings: Any = dict(way.settings)
            try:
                return folder_here(runtime.places.data, FilesSettings.model_validate(settings))
            except ValidationError:
                return None
    return None


def _told(each: Gathered, folder: Path | None) -> PrintedBatch:
    batch = each.batch
    files = files_of(folder, batch.name) if folder and batch.name and batch.state == "placed" else []
    return PrintedBatch(
        channel=each.channel, batch=batch.id, of=batch.of or None, state=batch.state, letters=each.letters,
        opened_at=format_instant(batch.opened_at), last_at=format_instant(batch.last_at), name=batch.name,
        files=[PrintedFile(name=path.name, size=path.stat().st_size) for path in files],
    )  # fmt: skip
