"""`sojourn import`: rows of files into a workspace."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from sojourn.cli.options import HERE, WorkspaceOption
from sojourn.engine.importing import Progress
from sojourn.ingest.files import Options
from sojourn.ingest.reject_file import RejectFile
from sojourn.model.inbox import ImportRule
from sojourn.service.file_import import Tell, mark_of, options_of, take_file, target_of
from sojourn.service.remote import connect
from sojourn.workspace import Workspace, load_workspace

NOTHING_TAKEN = 2
"""Exit code when every row was rejected."""


def import_file(
    target: Annotated[str, typer.Argument(help="profiles, events, or the id of an entity.")],
    file: Annotated[Path, typer.Argument(help="CSV, NDJSON or Parquet.", exists=True, dir_okay=False)],
    workspace: WorkspaceOption = HERE,
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", help="COLUMN=ATTRIBUTE; an empty attribute leaves it out.", metavar="A=B"),
    ] = None,
    rule: Annotated[
        str | None, typer.Option("--as", help="Read it by this rule of the workspace document.", metavar="RULE")
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
    loaded = load_workspace(workspace)
    found = target_of(target, loaded.catalog)
    options = Options(read_mapping(mapping or []), timezone, encoding)
    if rule is not None:
        options = options_of(_rule(loaded, rule, target))
    started_s = time.monotonic()
    with connect(workspace) as backend:
        mark = mark_of(target, file, options)
        before = backend.import_progress(mark, again=again)
        if before.done:
            typer.echo(f"{file} was imported before ({before.rows:,} rows); --again imports it once more")
            return
        if before.rows:
            typer.echo(f"{file}: going on behind row {before.rows:,}")
        with telling(file) as tell:
            after, rejects = take_file(backend.import_chunk, target, file, found, options, mark, before, tell)
    summarize(file, before, after, rejects, time.monotonic() - started_s)


def _rule(workspace: Workspace, id: str, target: str) -> ImportRule:
    """Return a rule that is kept in the workspace document."""
    settings = next(iter(workspace.catalog.all("workspace").values()), None)
    rules: list[ImportRule] = [] if settings is None else settings.inbox.rules
    found = next((rule for rule in rules if rule.id == id), None)
    if found is None or found.target != target:
        known = ", ".join(f"{rule.id} ({rule.target})" for rule in rules) or "none"
        raise typer.BadParameter(f"--as {id}: the workspace document has no such rule for {target}; it has {known}")
    return found


def read_mapping(pairs: list[str]) -> dict[str, str]:
    """Read `--map` options."""
    for pair in pairs:
        if "=" not in pair:
            raise typer.BadParameter(f"--map {pair}: write COLUMN=ATTRIBUTE")
    return dict(pair.split("=", 1) for pair in pairs)


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
