"""`sojourn backtest`: what a draft would have done, beside what the live version did."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from sojourn.cli.options import HERE, WorkspaceOption
from sojourn.cli.tables import console, number, print_json, table
from sojourn.model.errors import DocumentError
from sojourn.model.instants import parse_instant
from sojourn.service.remote import connect

if TYPE_CHECKING:
    from sojourn.engine.backtest.progress import Tell

Row = Mapping[str, Any]
COUNTS = ("draft", "live", "difference")
TABLES = {
    "passages": ("Profiles", ("what",)),
    "messages": ("Messages handed over", ("node", "channel", "variant")),
    "discards": ("Refused and not sent", ("node", "channel", "reason")),
    "conversions": ("Conversions", ("event", "variant")),
    "transitions": ("Rows of transitions", ("from",)),
}


def backtest(
    document: Annotated[
        str, typer.Argument(help="A journey or a campaign, as the folder has it now.", metavar="DOCUMENT")
    ],
    since: Annotated[str, typer.Option("--from", help="The draft goes live then (RFC 3339).", metavar="INSTANT")],
    until: Annotated[str, typer.Option(help="The last instant, inclusive.", metavar="INSTANT")],
    workspace: WorkspaceOption = HERE,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Run a draft over the recorded log in a scratch store, beside what the live version did in that time.

    Nothing that is live changes, and no message leaves.

    \b
    Example:
      sojourn backtest welcome --from 2026-03-02T00:00:00Z --until 2026-04-01T00:00:00Z --workspace shop
    """  # noqa: D301
    begin, end = _instant("--from", since), _instant("--until", until)
    try:
        with connect(workspace) as backend, _progress() as tell:
            found = backend.backtest(document, begin, end, tell)
    except DocumentError as error:
        from sojourn.cli.validate import report as problems_of  # reads documents: slow to import

        typer.echo("\n".join(problems_of(error.errors, workspace)), err=True)
        raise typer.Exit(1) from error
    if as_json:
        print_json(found)
        return
    screen = console()
    screen.print(headline(found), soft_wrap=True)
    for made in tables(found):
        screen.print(made)
    for note in found["notes"]:
        screen.print(f"Note: {note}", soft_wrap=True)


def _instant(option: str, text: str) -> datetime:
    try:
        return parse_instant(text)
    except ValueError as error:
        raise typer.BadParameter(f"{option}: {error}") from error


@contextmanager
def _progress() -> Iterator[Tell]:
    """Show what is being done, on a terminal."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    hidden = not sys.stderr.isatty()
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=hidden) as bar:
        task = bar.add_task("reading the log")
        taken: dict[str, int] = {}

        def tell(doing: str, items: int) -> None:
            taken[doing] = taken.get(doing, 0) + items
            count = f": {taken[doing]:,} items" if taken[doing] else ""
            bar.update(task, description=f"{doing}{count}")

        yield tell


def headline(found: Row) -> str:
    """Say what was run over what."""
    return (
        f"{found['kind']} {found['document']}: the folder's draft from {found['since']} until {found['until']}, "
        f"{found['items']:,} items, {found['seconds']:g} s"
    )


def tables(found: Row) -> list[Table]:
    """Lay out both sides of each table; what is empty is left out."""
    return [
        _compared(title, columns, found[name]) for name, (title, columns) in TABLES.items() if found.get(name)
    ]  # fmt: skip


def _compared(title: str, columns: Sequence[str], rows: Sequence[Row]) -> Table:
    shown = [name for name in columns if any(row[name] is not None for row in rows)]
    made = table(title, shown, COUNTS)
    for row in sorted(rows, key=lambda row: [str(row[name] or "") for name in shown] if len(shown) > 1 else []):
        texts = ["" if row[name] is None else str(row[name]) for name in shown]
        made.add_row(*texts, number(row["draft"]), number(row["live"]), signed(row["difference"]))
    return made


def signed(value: int) -> str:
    """Write a difference; none is left out.

    >>> signed(1200), signed(-3), signed(0)
    ('+1,200', '-3', '')
    """
    return f"{value:+,}" if value else ""
