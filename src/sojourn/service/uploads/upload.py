"""A file that was sent, and what became of it."""

from __future__ import annotations

import hashlib
from typing import Literal

from pydantic import BaseModel, Field

from sojourn.ingest.files import Options
from sojourn.model.instants import parse_instant
from sojourn.service.access.account_api import Strict

State = Literal["ready", "waiting", "running", "stopped", "done", "failed"]


class Mapping(Strict):
    """How a file is read."""

    target: str = Field(description="`profiles`, `events`, or the id of an entity.", min_length=1, max_length=63)
    columns: dict[str, str] = Field(
        default_factory=dict, description="Attributes by the names of columns; an empty one leaves the column out.",
        max_length=1_000,
    )  # fmt: skip
    timezone: str | None = Field(default=None, description="Zone of instants that name none.", max_length=60)
    encoding: str = Field(default="utf-8", description="Of a CSV file.", min_length=1, max_length=40)

    def options(self, **more: int) -> Options:
        """Return what the readers of files are told."""
        return Options(dict(self.columns), self.timezone, self.encoding, **more)


class ImportTrouble(BaseModel):
    """Why a file could not be read."""

    code: str
    message: str
    hint: str | None = None


class Upload(BaseModel):
    """A file that was sent."""

    id: str
    name: str
    size: int = Field(description="Bytes.")
    digest: str = Field(description="SHA-256 of its content.")
    about_rows: int | None = Field(description="About how many rows it has; null: not known.")
    at: str
    by: str = Field(description="Who sent it, as in the record of changes.")
    state: State = "ready"
    mapping: Mapping | None = None
    rows: int = Field(default=0, description="Rows that were read, good and bad.")
    rejected: int = 0
    resumed: bool = Field(default=False, description="Whether the server was started again while it ran.")
    error: ImportTrouble | None = None
    ended_at: str | None = None

    @property
    def is_busy(self) -> bool:
        """Whether it is being imported, or about to be."""
        return self.state in ("waiting", "running")

    def age_s(self, now: str) -> float:
        """Return seconds since it was sent."""
        return (parse_instant(now) - parse_instant(self.at)).total_seconds()

    def mark(self, mapping: Mapping) -> str:
        """Return what tells an import of this content, read in this way, from others."""
        how = f"{mapping.target} {sorted(mapping.columns.items())} {mapping.timezone} {mapping.encoding}"
        return hashlib.sha256(f"upload {self.digest} {how}".encode()).hexdigest()
