"""A whole file into a workspace: what its rows are, how it is told from others, and its chunks one after the other."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import polars as pl

from sojourn.engine.importing import EVENTS, PROFILES, Load, Progress, UnknownTarget
from sojourn.ingest.files import Chunk, Events, Options, fingerprint, read_file
from sojourn.ingest.reject_file import RejectFile
from sojourn.model.document import Catalog
from sojourn.model.entity import Entity
from sojourn.model.inbox import ImportRule

Target = Entity | Events
Tell = Callable[[int, int], None]
Take = Callable[[Load], Progress]


def take_file(
    take: Take, target: str, file: Path, found: Target, options: Options, mark: str, before: Progress,
    tell: Tell = lambda rows, rejected: None,
) -> tuple[Progress, RejectFile]:  # fmt: skip
    """Send a file's chunks from where an earlier import stopped.

    Parameters
    ----------
    take : callable
        Takes a chunk, with the progress in the same transaction.
    mark : str
        Tells this import from others (`mark_of`).
    """
    rejects = RejectFile(file, append=before.rows > 0)
    progress = before
    for chunk, last in with_last(read_file(file, found, options, before.rows)):
        load = Load(target, mark, chunk.good, chunk.rejects, progress.rows, chunk.position, last)
        rejects.put(chunk.rejects)  # first: after a crash in between they come again, and are known
        progress = take(load)
        tell(progress.rows - before.rows, progress.rejected)
    if not progress.done:
        progress = take(Load(target, mark, pl.DataFrame(), [], progress.rows, progress.rows, True))
    return progress, rejects


def with_last(chunks: Iterator[Chunk]) -> Iterator[tuple[Chunk, bool]]:
    """Yield each chunk with whether it is the last one."""
    ahead = next(chunks, None)
    while ahead is not None:
        chunk, ahead = ahead, next(chunks, None)
        yield chunk, ahead is None


def target_of(target: str, catalog: Catalog) -> Target:
    """Return what the rows of a file are.

    Raises
    ------
    UnknownTarget
        It is not declared.
    """
    if target == EVENTS:
        return Events({name: kind for event in catalog.all("event").values() for name, kind in event.types.items()})
    entities: Mapping[str, Entity] = catalog.all("entity")
    wanted = "profile" if target == PROFILES else target
    if wanted not in entities or target == "profile":
        raise UnknownTarget(target, [id for id in entities if id != "profile"])
    return entities[wanted]


def attributes_of(target: str, catalog: Catalog) -> dict[str, str]:
    """Return what the columns of a file may fill, with its types."""
    found = target_of(target, catalog)
    if isinstance(found, Events):
        fixed = {"profile_id": "string", "event": "string", "timestamp": "timestamp", "messageId": "string"}
        return {**found.properties, **fixed}
    return dict(found.types)


def options_of(rule: ImportRule) -> Options:
    """Return how a rule reads its files."""
    return Options(dict(rule.columns), rule.timezone, rule.encoding)


def mark_of(target: str, file: Path, options: Options) -> str:
    """Return what tells this import from others: the file's state, and how it is read."""
    how = f"{target} {sorted(options.renamed.items())} {options.timezone} {options.encoding}"
    return hashlib.sha256(f"{fingerprint(file)} {how}".encode()).hexdigest()
