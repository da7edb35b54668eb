"""`sojourn simulate`: what would happen to these items under these documents."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from sojourn.cli.options import FolderArgument, FolderOption, existing_folder
from sojourn.cli.simulation_input import BadInput, Tell, read_items_file, read_responses, read_tables
from sojourn.cli.tables import console, counted, number, table
from sojourn.cli.validate import report as problems_of
from sojourn.engine.responses import Responses
from sojourn.engine.simulator import Simulation, run
from sojourn.model.errors import DocumentError
from sojourn.model.instants import parse_instant
from sojourn.model.items import ItemError
from sojourn.workspace import Workspace, load_workspace

LISTS = tuple(field.name for field in fields(Simulation))


def simulate(
    items: Annotated[Path, typer.Option(help="Items, one JSON object a line.", exists=True, dir_okay=False)],
    start: Annotated[str, typer.Option(help="When the documents go live (RFC 3339).", metavar="INSTANT")],
    until: Annotated[str, typer.Option(help="The last instant, inclusive.", metavar="INSTANT")],
    out: Annotated[Path, typer.Option(help="Folder for the results; made if it is not there.", file_okay=False)],
    directory: FolderArgument = None,
    workspace: FolderOption = None,
    tables: Annotated[
        Path | None,
        typer.Option(
            help="Folder with <entity>.csv, .ndjson or .parquet.", exists=True, file_okay=False, metavar="DIR"
        ),
    ] = None,
    responses: Annotated[
        Path | None, typer.Option(help="What sources and actions answer, as JSON.", exists=True, dir_okay=False)
    ] = None,
) -> None:
    """Run all documents over items on a virtual clock, in memory, and write what came out.

    \b
    Example:
      sojourn simulate shop --items items.ndjson --start 2026-03-02T00:00:00Z --until 2026-04-01T00:00:00Z --out out
    """  # noqa: D301
    begin, end = _instant("--start", start), _instant("--until", until)
    if end < begin:
        raise typer.BadParameter("--until is before --start")
    read = _workspace(existing_folder(directory, workspace))
    rows, answers = read_tables(tables, read), Responses(read, read_responses(responses))
    with _reading(items) as tell:
        frame, lines = read_items_file(items, begin, tell)
    within = frame["at"] <= end
    try:
        result = run(read, frame.filter(within), begin, end, rows, read.files, answers)
    except ItemError as error:
        raise BadInput([f"{items.name}:{lines.filter(within)[error.index]}: {error.reason}"]) from error
    write(result, out)
    summarize(result, frame.height, int(within.sum()), out)


def _instant(option: str, text: str) -> datetime:
    try:
        return parse_instant(text)
    except ValueError as error:
        raise typer.BadParameter(f"{option}: {error}") from error


def _workspace(directory: Path) -> Workspace:
    try:
        workspace = load_workspace(directory)
    except DocumentError as error:
        typer.echo("\n".join(problems_of(error.errors, directory)), err=True)
        raise typer.Exit(1) from error
    return workspace


@contextmanager
def _reading(path: Path) -> Iterator[Tell]:
    """Show a bar while a file is read, on a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    hidden = not sys.stderr.isatty()
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=hidden) as bar:
        task = bar.add_task(path.name, total=path.stat().st_size)
        yield lambda size: bar.advance(task, size)


def write(result: Simulation, out: Path) -> None:
    """Write `messages.ndjson` and so on; a list without rows is an empty file."""
    out.mkdir(parents=True, exist_ok=True)
    for name in LISTS:
        lines = [json.dumps(row, ensure_ascii=False, default=str) for row in getattr(result, name)]
        (out / f"{name}.ndjson").write_text("".join(f"{line}\n" for line in lines), "utf-8")


def summarize(result: Simulation, given: int, taken: int, out: Path) -> None:
    """Print how much of what came out."""
    later = f", {given - taken:,} are later than --until" if given > taken else ""
    lists = ", ".join(f"{len(getattr(result, name)):,} {name}" for name in LISTS)
    screen = console()
    screen.print(f"{taken:,} items taken{later}; {lists} in {out}", soft_wrap=True)
    if result.messages or result.discards or result.passages:
        screen.print(overview(result))


def overview(result: Simulation) -> Table:
    """Lay out passages, messages, discards and conversions of each document."""
    made = table("By document", ("document",), ("entered", "messages", "conversions"), "passages now · discards")
    counts = {
        "entered": Counter(row["journey"] for row in result.passages),
        "messages": Counter(row["from"].split("/")[0] for row in result.messages),
        "conversions": Counter(row["from"].split("/")[0] for row in result.conversions),
    }
    refused = Counter((row["from"].split("/")[0], row["reason"]) for row in result.discards)
    documents = sorted({*(name for counter in counts.values() for name in counter), *(name for name, _ in refused)})
    for document in documents:
        states = counted(Counter(row["state"] for row in result.passages if row["journey"] == document))
        reasons = counted({reason: n for (name, reason), n in refused.items() if name == document})
        said = "\n".join(part for part in (states, reasons) if part)
        made.add_row(document, *(number(counter[document]) for counter in counts.values()), said)
    return made
