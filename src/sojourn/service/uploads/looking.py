"""A look at a file before it is imported: its columns, what they may be, and its first problems. Nothing is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, Field

from sojourn.engine.importing import EVENTS, PROFILES
from sojourn.ingest.files import Chunk, Events, Options, open_source, read_file
from sojourn.ingest.mapping import samples_of, suggest
from sojourn.ingest.shape import fits, merged, type_of
from sojourn.model.document import Catalog
from sojourn.model.entity import PROFILE, PROFILE_KEY, Entity
from sojourn.model.errors import SojournError
from sojourn.service.file_import import attributes_of, target_of
from sojourn.service.uploads.upload import ImportTrouble

LOOKED_ROWS: Final = 10_000
SHOWN_VALUES: Final = 4
SHOWN_ROWS: Final = 5
SHOWN_REJECTS: Final = 25
TEXT_TYPES: Final = ("integer", "number", "boolean", "date", "timestamp")
"""What a text may be, the narrowest first."""


class TargetField(BaseModel):
    """What a column may fill."""

    name: str
    type: str


class ImportTarget(BaseModel):
    """What the rows of a file may be."""

    id: str
    title: str | None
    key: str = Field(description="The attribute that each row must have.")
    fields: list[TargetField]
    open: bool = Field(description="Whether columns of other names are kept, too: as properties of events.")


class FileColumn(BaseModel):
    """A column of a file."""

    name: str
    values: list[Any] = Field(description="Some of its values.")
    type: str | None = Field(description="What these seem to be; null: it is empty.")
    attribute: str | None = Field(description="What it may be; null: nothing fits.")
    why: str = Field(description="`same name`, `known name`, `like name` or `none`.")


class RejectedRow(BaseModel):
    """A row that does not fit."""

    line: int
    code: str
    reason: str
    item: str


class FileLook(BaseModel):
    """What would become of the first rows of a file."""

    rows: int = Field(description="Rows that were looked at.")
    all: bool = Field(description="Whether that is the whole file.")
    rejected: int
    rejects: list[RejectedRow] = Field(description="The first of them.")
    sample: list[dict[str, Any]] = Field(description="The first good rows, as they would be kept.")
    error: ImportTrouble | None = Field(description="Why the file cannot be read at all in this way.")


def targets_of(catalog: Catalog) -> list[ImportTarget]:
    """Return what files may be read to, as the documents say that run."""
    entities: Mapping[str, Entity] = catalog.all("entity")
    others = [id for id in entities if id != PROFILE]
    return [_target(id, catalog) for id in (PROFILES, EVENTS, *others)]


def _target(id: str, catalog: Catalog) -> ImportTarget:
    found = target_of(id, catalog)
    is_open = isinstance(found, Events)
    key = PROFILE_KEY if isinstance(found, Events) else found.key_column
    title = None if isinstance(found, Events) else found.title
    fields = [TargetField(name=name, type=kind) for name, kind in attributes_of(id, catalog).items()]
    return ImportTarget(id=id, title=title, key=key, fields=fields, open=is_open)


def columns_of(catalog: Catalog, target: str, file: Path, encoding: str) -> list[FileColumn]:
    """Return the columns of a file, with what each may be."""
    samples = samples_of(open_source(file, Options(encoding=encoding)))
    matches = suggest(samples, attributes_of(target, catalog))
    return [
        FileColumn(
            name=match.column, values=shown_of(samples[match.column]), type=kind_of(samples[match.column]),
            attribute=match.attribute, why=match.why,
        )
        for match in matches
    ]  # fmt: skip


def shown_of(values: Sequence[Any]) -> list[Any]:
    """Return some values, each once."""
    there = [value for value in values if value not in (None, "")]
    kept: list[Any] = []
    for value in there:
        if value not in kept:
            kept.append(value[:200] if isinstance(value, str) else value)
        if len(kept) == SHOWN_VALUES:
            break
    return kept


def kind_of(values: Sequence[Any]) -> str | None:
    """Return the narrowest type that all values can be read as, None where there are none.

    Examples
    --------
    >>> kind_of(["1", "", "2"]), kind_of(["1.5", "x"]), kind_of(["2026-03-01"]), kind_of([None])
    ('integer', 'string', 'date', None)
    """
    there = [value for value in values if value not in (None, "")]
    if not there:
        return None
    if all(isinstance(value, str) for value in there):
        return next((kind for kind in TEXT_TYPES if all(fits(kind, value) for value in there)), "string")
    return merged({type_of(value) for value in there})


def look_at(catalog: Catalog, target: str, file: Path, options: Options) -> FileLook:
    """Read the first rows of a file as an import would."""
    try:
        chunks = read_file(file, target_of(target, catalog), options)
        first = next(chunks, None)
        is_all = first is None or next(chunks, None) is None
    except SojournError as error:
        trouble = ImportTrouble(code=error.code, message=error.message, hint=error.hint)
        return FileLook(rows=0, all=False, rejected=0, rejects=[], sample=[], error=trouble)
    return _told(first, is_all)


def _told(chunk: Chunk | None, is_all: bool) -> FileLook:
    if chunk is None:
        return FileLook(rows=0, all=True, rejected=0, rejects=[], sample=[], error=None)
    rejects = [
        RejectedRow(line=one.line, code=one.code, reason=one.reason, item=one.item)
        for one in chunk.rejects[:SHOWN_REJECTS]
    ]
    sample = [{name: plain(value) for name, value in row.items()} for row in chunk.good.head(SHOWN_ROWS).to_dicts()]
    return FileLook(
        rows=chunk.position, all=is_all, rejected=len(chunk.rejects), rejects=rejects, sample=sample, error=None
    )


def plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {str(name): plain(each) for name, each in value.items()}
    return str(value)
