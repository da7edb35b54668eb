"""`sojourn housekeeping`: what is deleted once a day."""

from __future__ import annotations

from typing import Annotated

import typer

from sojourn.cli.options import HERE, WorkspaceOption
from sojourn.service.remote import connect


def housekeeping(
    workspace: WorkspaceOption = HERE,
    now: Annotated[bool, typer.Option("--now", help="Do it at once.")] = False,
) -> None:
    """Tell what the daily run deleted last, by the workspace's `retention`; with --now let it run at once.

    \b
    Examples:
      sojourn housekeeping --now --workspace shop
    """  # noqa: D301
    with connect(workspace) as backend:
        told = backend.housekeeping(now=now)
    typer.echo(f"last run: {told['at'] or 'never'}")
    for sort, count in told["deleted"].items():
        typer.echo(f"  {sort}: {count:,}")
