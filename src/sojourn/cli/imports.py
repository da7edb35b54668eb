"""`sojourn import`: rows of files into a workspace."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from sojourn.cli.options import HERE, WorkspaceOption
from sojourn.engine.importing import EVENTS, PROFILES, Load, Progress, UnknownTarget
from sojourn.ingest.files import Chunk, Events, Options, fingerprint, read_file
from sojourn.ingest.reject_file import RejectFile
from sojourn.model.entity import Entity
from sojourn.service.management import Backend
from sojourn.service.remote import connect
from sojourn.workspace import Workspace, load_workspace

NOTHING_TAKEN = 2
"""Exit code when every row was rejected."""
Target = Entity | Events
Tell = Callable[[int, int], None]


def import_file(
    target: Annotated[str, typer.Argument(help="profiles, events, or the id of an entity.")],
    file: Annotated[Path, typer.Argument(help="CSV, NDJSON or Parquet.", exists=True, dir_okay=False)],
    workspace: WorkspaceOption = HERE,
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", help="COLUMN=ATTRIBUTE; an empty attribute leaves it out.", metavar="A=B"),
    ] = None,
    timezone: Annotated[str | None, typer.Option(help="Zone of instants that name none.", metavar="ZONE")] = None,
    encoding: Annotated[str, typer.Option(help="Encoding of a CSV file.")] = "utf-8",
    again: Annotated[bool, typer.Option("--again", help="Import a file that was imported before once more.")] = False,
) -> None:
    """Read profiles, events of the past, or rows of an entity; bad rows go to FILE.rejects.csv.

    What is imported starts nothing: no journey, no campaign. An import that was interrupted goes on where it was.

    \b
    Examples:
      sojourn import profiles people.csv --map mail=email --workspace shop
      sojourn import events orders.ndjson --workspace shop
      sojourn import product catalog.parquet --timezone Europe/Berlin
    """  # noqa: D301
    found = target_of(target, load_workspace(workspace))
    options = Options(read_mapping(mapping or []), timezone, encoding)
    started_s = time.monotonic()
    with connect(workspace) as backend:
        mark = mark_of(target, file, options)
        before = backend.import_progress(mark, again=again)
        if before.done:
            typer.echo(f"{file} was imported before ({before.rows:,} rows); --again imports it once more")
            return
        if before.rows:
            typer.echo(f"{file}: going on behind row {before.rows:,}")
        after, rejects = run(backend, target, file, found, options, mark, before)
    summarize(file, before, after, rejects, time.monotonic() - started_s)


def run(
    backend: Backend, target: str, file: Path, found: Target, options: Options, mark: str, before: Progress
) -> tuple[Progress, RejectFile]:
    """Send a file's chunks from where an earlier import stopped."""
    rejects = RejectFile(file, append=before.rows > 0)
    progress = before
    with telling(file) as tell:
        for chunk, last in with_last(read_file(file, found, options, before.rows)):
            load = Load(target, mark, chunk.good, chunk.rejects, progress.rows, chunk.position, last)
            progress = backend.import_chunk(load)
            rejects.put(chunk.rejects)
            tell(progress.rows - before.rows, progress.rejected)
    if not progress.done:
        empty = Load(target, mark, pl.DataFrame(), [], progress.rows, progress.rows, True)
        progress = backend.import_chunk(empty)
    return progress, rejects


def with_last(chunks: Iterator[Chunk]) -> Iterator[tuple[Chunk, bool]]:
    """Yield each chunk with whether it is the last one."""
    ahead = next(chunks, None)
    while ahead is not None:
        chunk, ahead = ahead, next(chunks, None)
        yield chunk, ahead is None


def target_of(target: str, workspace: Workspace) -> Target:
    """Return what the rows of a file are."""
    if target == EVENTS:
        return Events({name: kind for event in workspace.events.values() for name, kind in event.types.items()})
    entities: Mapping[str, Entity] = workspace.entities
    wanted = "profile" if target == PROFILES else target
    if wanted not in entities or target == "profile":
        raise UnknownTarget(target, [id for id in entities if id != "profile"])
    return entities[wanted]


def read_mapping(pairs: list[str]) -> dict[str, str]:
    """Read `--map` options."""
    for pair in pairs:
        if "=" not in pair:
            raise typer.BadParameter(f"--map {pair}: write COLUMN=ATTRIBUTE")
    return dict(pair.split("=", 1) for pair in pairs)


def mark_of(target: str, file: Path, options: Options) -> str:
    """Return what tells this import from others: the file's state, and how it is read."""
    how = f"{target} {sorted(options.renamed.items())} {options.timezone} {options.encoding}"
    return hashlib.sha256(f"{fingerprint(file)} {how}".encode()).hexdigest()


@contextmanager
def telling(file: Path) -> Iterator[Tell]:
    """Show how far it is: a bar in a terminal, a line now and then elsewhere."""
    if not sys.stdout.isatty():
        yield _lines(file)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"))
    with Bar(*columns, TimeElapsedColumn()) as bar:
        task = bar.add_task(file.name, total=None, rate="")
        started_s = time.monotonic()

        def tell(rows: int, rejected: int) -> None:
            rate = rows / max(time.monotonic() - started_s, 0.001)
            bar.update(task, completed=rows, rate=f"{rate:,.0f} rows/s, {rejected:,} rejected")

        yield tell


def _lines(file: Path) -> Tell:
    told_s = started_s = time.monotonic()

    def tell(rows: int, rejected: int) -> None:
        nonlocal told_s
        now_s = time.monotonic()
        if now_s - told_s >= 2:
            told_s = now_s
            typer.echo(f"{file.name}: {rows:,} rows, {rows / (now_s - started_s):,.0f} rows/s, {rejected:,} rejected")

    return tell


def summarize(file: Path, before: Progress, after: Progress, rejects: RejectFile, seconds: float) -> None:
    """Print what was taken and what was not; exit with 2 if nothing could be taken."""
    rows, bad = after.rows - before.rows, after.rejected - before.rejected
    typer.echo(
        f"{file.name}: {rows - bad:,} of {rows:,} rows imported in {seconds:.1f} s ({rows / seconds:,.0f} rows/s)"
    )
    if bad:
        typer.echo(f"{bad:,} rejected; line and reason of each are in {rejects.path}")
    if rows and bad == rows:
        raise typer.Exit(NOTHING_TAKEN)
