"""The route by which the commands of this machine have a running server make a backup."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import AfterValidator, BaseModel, Field

from sojourn.service.access.audit import Audit
from sojourn.service.access.caller import Caller
from sojourn.service.access.guard import Guard
from sojourn.service.backup.backup import Backup
from sojourn.service.backup.manifest import Manifest


def absolute(path: Path) -> Path:
    """Return an absolute path; a relative one would be another than the caller means."""
    if not path.is_absolute() or "\0" in str(path):
        raise ValueError("the path must be absolute")
    return path


class BackupWish(BaseModel):
    """Where a backup is to be made."""

    to: Annotated[Path, AfterValidator(absolute)] = Field(description="A folder of this machine, not there yet.")


class BackupMade(BaseModel):
    """A backup."""

    made_at: str
    processed: int = Field(description="Items that the store has taken.")
    appended: int = Field(description="Items in the log.")
    files: int
    bytes: int
    left_out: list[str] = Field(description="What is no regular file.")


def told(manifest: Manifest) -> BackupMade:
    """Return what is said of a backup."""
    return BackupMade(
        made_at=manifest.made_at, processed=manifest.processed, appended=manifest.appended, files=len(manifest.files),
        bytes=manifest.bytes, left_out=manifest.left_out,
    )  # fmt: skip


def backup_routes(backup: Backup, audit: Audit, guard: Guard) -> APIRouter:
    """Return the route."""
    router, of_machine = APIRouter(tags=["operation"]), Depends(guard.needs("host"))

    @router.post("/api/backup")
    def make(wish: BackupWish, caller: Caller = of_machine) -> BackupMade:
        """Make a backup in a folder of this machine; only its own commands may ask for it."""
        made = told(backup.make(wish.to))
        audit.record(caller, "backup.make", "backup", None, {"to": str(wish.to), "items": made.appended})
        return made

    return router
