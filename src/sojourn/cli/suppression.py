"""`sojourn suppression`: addresses that nothing is sent to."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from sojourn.cli.options import HERE, WorkspaceOption
from sojourn.service.remote import connect

SHOWN = 20
app = typer.Typer(help="Addresses that nothing is sent to.", no_args_is_help=True)
ChannelOption = Annotated[str, typer.Option("--channel", help="Channel type.")]
Address = Annotated[str, typer.Argument(help="An e-mail address, a phone number, …")]


@app.command("list")
def list_addresses(
    search: Annotated[str, typer.Argument(help="The beginning of an address.")] = "",
    workspace: WorkspaceOption = HERE,
    limit: Annotated[int, typer.Option(min=1, max=1_000)] = 50,
) -> None:
    """List addresses, the oldest first."""
    with connect(workspace) as backend:
        page = backend.rights.suppressed(search, None, 0, limit)
    table = Table("channel", "address", "reason", "since")
    for row in page["rows"]:
        table.add_row(row["channel"], row["address"], row["reason"] or "", row["at"])
    Console().print(table)
    typer.echo(f"{len(page['rows']):,} of {page['of']:,}")


@app.command()
def add(address: Address, workspace: WorkspaceOption = HERE, channel: ChannelOption = "email") -> None:
    """Put an address on the list."""
    with connect(workspace) as backend:
        fresh = backend.rights.suppress(channel, address)["changed"]
    typer.echo("added" if fresh else "it was on the list already")


@app.command()
def remove(address: Address, workspace: WorkspaceOption = HERE, channel: ChannelOption = "email") -> None:
    """Take an address off the list."""
    with connect(workspace) as backend:
        gone = backend.rights.unsuppress(channel, address)["changed"]
    typer.echo("removed" if gone else "it is not on the list")


@app.command("import")
def import_list(
    file: Annotated[Path, typer.Argument(help="CSV with a column `address`.", exists=True, dir_okay=False)],
    workspace: WorkspaceOption = HERE,
    channel: ChannelOption = "email",
) -> None:
    """Take a list in; bad rows are told, the others taken.

    \b
    Examples:
      sojourn suppression import unsubscribed.csv --workspace shop
    """  # noqa: D301
    with connect(workspace) as backend, file.open(encoding="utf-8-sig", newline="") as lines:
        told = backend.rights.take_suppressions(lines, channel)
    typer.echo(f"{told['taken']:,} added, {told['known']:,} known before, {len(told['rejected']):,} rejected")
    for row in told["rejected"][:SHOWN]:
        typer.echo(f"  line {row['line']}: {row['reason']}")
    if len(told["rejected"]) > SHOWN:
        typer.echo(f"  … and {len(told['rejected']) - SHOWN:,} more")


@app.command("export")
def export_list(
    workspace: WorkspaceOption = HERE,
    out: Annotated[Path | None, typer.Option("--out", help="The CSV file to write; else to the screen.")] = None,
    raw: Annotated[
        bool, typer.Option("--raw", help="For a program: no apostrophe before what a spreadsheet would run.")
    ] = False,
) -> None:
    """Write the list as CSV."""
    with connect(workspace) as backend:
        parts = backend.rights.suppression_list(raw=raw)
        if out is None:
            sys.stdout.writelines(parts)
            return
        with out.open("w", encoding="utf-8", newline="") as file:
            file.writelines(parts)
    typer.echo(f"{out} written")
