"""`sojourn person`: what is held about somebody, and forgetting somebody."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sojourn.cli.options import HERE, WorkspaceOption
from sojourn.service.remote import connect

app = typer.Typer(help="Export and erase what is held about people.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(help="Any id of the profile.", metavar="ID")]


@app.command()
def export(
    id: Id,
    out: Annotated[Path, typer.Option("--out", help="The zip file to write.", dir_okay=False)],
    workspace: WorkspaceOption = HERE,
) -> None:
    """Write all that is held about a person to a zip file (GDPR, articles 15 and 20).

    \b
    Examples:
      sojourn person export ann --out ann.zip --workspace shop
    """  # noqa: D301
    with connect(workspace) as backend:
        backend.rights.export(id, out)
    typer.echo(f"{out}: {out.stat().st_size:,} bytes")


@app.command()
def erase(
    ids: Annotated[list[str], typer.Argument(help="Any id of each profile.", metavar="ID...")],
    workspace: WorkspaceOption = HERE,
    suppress: Annotated[
        bool, typer.Option("--suppress", help="Keep a hash of their addresses: nothing goes there again.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase people everywhere: store, log and disk (GDPR, article 17). This cannot be undone.

    \b
    Examples:
      sojourn person erase ann --workspace shop
    """  # noqa: D301
    if not yes:
        typer.confirm(f"Erase {', '.join(ids[:5])}{' …' if len(ids) > 5 else ''} for ever?", abort=True)
    with connect(workspace) as backend:
        told = backend.rights.erase(ids, suppress=suppress)
    rest = "" if told["scrubbed"] else "; free blocks of the store's file are overwritten in the night"
    typer.echo(f"{told['erased']} erased{rest}")


@app.command()
def link(id: Id, workspace: WorkspaceOption = HERE) -> None:
    """Print a signed link to a person's preference centre."""
    with connect(workspace) as backend:
        typer.echo(backend.rights.preferences_url(id))
