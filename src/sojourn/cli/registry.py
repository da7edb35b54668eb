"""`sojourn registry`: what arrives and is not declared."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from sojourn.cli.options import HERE, WorkspaceOption
from sojourn.service.remote import connect

app = typer.Typer(help="What arrives and is not declared: list it, adopt it.", no_args_is_help=True)
Subjects = Annotated[list[str], typer.Argument(help="Events by their incoming names, `profile`, or entities.")]
FieldOption = Annotated[str | None, typer.Option("--field", help="One property, attribute or column only.")]


@app.command("list")
def list_undeclared(workspace: WorkspaceOption = HERE) -> None:
    """List events, properties and attributes that arrive undeclared or with another type."""
    with connect(workspace) as backend:
        told = backend.undeclared()
    table = Table("what", "name", "field", "type", "declared", "count", "example")
    for row in told["rows"]:
        table.add_row(
            row["sort"], row["subject"], row["field"], row["found"], row["declared"] or "", f"{row['count']:,}",
            row["example"] or "",
        )  # fmt: skip
    Console().print(table)
    if told["more"]:
        typer.echo(f"and {told['more']:,} more that are not listed one by one")
    if told["seen"] < told["arrived"]:
        typer.echo(f"{told['arrived'] - told['seen']:,} items are still to be looked at")


@app.command()
def adopt(subjects: Subjects, workspace: WorkspaceOption = HERE, field: FieldOption = None) -> None:
    """Declare what arrived in the workspace's documents; publish to let it take effect.

    \b
    Examples:
      sojourn registry adopt "Order Completed" --workspace shop
      sojourn registry adopt profile --field city --workspace shop
    """  # noqa: D301
    with connect(workspace) as backend:
        told = backend.adopt([{"subject": subject, "field": field} for subject in subjects])
    for row in told["documents"]:
        typer.echo(f"{row['file']}: {row['kind']} {row['id']} {'made' if row['created'] else 'changed'}")
    for row in told["skipped"]:
        typer.echo(f"not {row['subject']} {row['field']}: {row['reason']}")


@app.command()
def forget(subjects: Subjects, workspace: WorkspaceOption = HERE, field: FieldOption = None) -> None:
    """Take what arrived off the list; what comes again is listed again."""
    with connect(workspace) as backend:
        count = backend.forget_undeclared([{"subject": subject, "field": field} for subject in subjects])
    typer.echo(f"{count} taken off the list")
