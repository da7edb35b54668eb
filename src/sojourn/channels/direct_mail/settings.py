"""Settings of the provider ``files``: how letters are laid out, when a file is closed, and where it goes."""

from __future__ import annotations

import codecs
from datetime import time, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from sojourn.channels.port import Settings
from sojourn.model.external import SecretText
from sojourn.model.instants import parse_clock, parse_duration

Period = Annotated[timedelta, BeforeValidator(parse_duration)]
Clock = Annotated[time, BeforeValidator(parse_clock)]


class Part(BaseModel):
    """A part of the settings."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(Part):
    """A column of the file."""

    name: str = Field(min_length=1, max_length=200, description="Its name in the template's `columns`.")
    width: int | None = Field(None, ge=1, le=4_000, description="Characters, in a file of fixed width.")
    align: Literal["left", "right"] = Field("left", description="Where the spaces are not.")


class Sftp(Part):
    """A folder of an SFTP server."""

    host: str = Field(min_length=1, description="The server.")
    port: int = Field(22, ge=1, le=65_535, description="Its port.")
    username: str = Field(min_length=1, description="Who signs in.")
    password: SecretText | None = Field(None, description="The password, if not a key.")
    private_key: SecretText | None = Field(None, description="PEM or OpenSSH text of the private key.")
    host_key: str = Field(min_length=20, description="The server's public key, `ssh-ed25519 …`: no other is trusted.")
    folder: str = Field(".", description="Where files are put.")

    @model_validator(mode="after")
    def _has_one(self) -> Sftp:
        if (self.password is None) == (self.private_key is None):
            raise ValueError("write one of `password` and `private_key`")
        return self


class FilesSettings(Settings):
    """Settings of the provider ``files``."""

    format: Literal["csv", "fixed", "pdf"] = Field("csv", description="How letters are written.")
    columns: list[Column] | None = Field(
        None, min_length=1, max_length=500, description="The columns in their order; `fixed` needs them with widths."
    )
    header: bool = Field(True, description="Whether a CSV file begins with the names of its columns.")
    delimiter: Literal[",", ";", "\t", "|"] = Field(",", description="Between the columns of a CSV file.")
    escape_formulas: bool = Field(
        True,
        description="Whether a text of a CSV file that a spreadsheet would run gets an apostrophe.",
    )
    encoding: str = Field("utf-8", description="Of CSV and fixed width, such as `utf-8`, `cp949`, `latin-1`.")
    font: str | None = Field(None, description="A TrueType file for PDF; without one there are only Latin letters.")
    seeds: list[dict[str, str]] = Field(
        default_factory=list, max_length=100, description="Letters to yourself at the end of each file: columns."
    )
    batch: Literal["run", "day"] = Field("run", description="A file for each campaign or node, or for each day.")
    settle: Period = Field(timedelta(minutes=1), description="How long nothing comes until a run's file is closed.")
    closes: Clock = Field(time(18, 0), description="When the file of a day is closed (UTC).")
    folder: str | None = Field(
        None,
        description="Where files are put: an existing folder, or one below `data/direct_mail`, the default.",
    )
    sftp: Sftp | None = Field(None, description="Instead of a folder of this machine.")

    @field_validator("encoding")
    @classmethod
    def _exists(cls, name: str) -> str:
        try:
            codecs.lookup(name)
        except LookupError:
            raise ValueError(f"there is no encoding `{name}`") from None
        return name

    @field_validator("settle")
    @classmethod
    def _is_short(cls, value: timedelta) -> timedelta:
        if not timedelta(0) < value <= timedelta(hours=24):
            raise ValueError("`settle` is more than nothing and a day at most")
        return value

    @model_validator(mode="after")
    def _fits(self) -> FilesSettings:
        if self.format == "fixed" and (not self.columns or any(column.width is None for column in self.columns)):
            raise ValueError("a file of fixed width needs `columns`, each with its `width`")
        known = {column.name for column in self.columns or []}
        for seed in self.seeds if known else []:
            if not seed.keys() <= known:
                raise ValueError(f"a seed has the column `{min(seed.keys() - known)}`, which the file does not have")
        if self.folder is not None and self.sftp is not None:
            raise ValueError("write one of `folder` and `sftp`")
        if self.folder is not None and ".." in self.folder.split("/"):
            raise ValueError("`folder` has no `..`")
        return self
