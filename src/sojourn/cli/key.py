"""`sojourn key`: who may send and who may manage."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from sojourn.cli.options import FolderArgument, FolderOption, folder
from sojourn.engine.clock import SystemClock
from sojourn.model.instants import format_instant, parse_duration, parse_rate
from sojourn.service.access.audit import Audit
from sojourn.service.access.caller import MACHINE
from sojourn.service.access.database import Database
from sojourn.service.access.keyring import Keyring
from sojourn.service.keys import KeyFile, KeyRole
from sojourn.service.workspace_folder import require_workspace

app = typer.Typer(help="Make, list and revoke keys.", no_args_is_help=True)


@app.command()
def create(
    directory: FolderArgument = None,
    workspace: FolderOption = None,
    role: Annotated[
        KeyRole,
        typer.Option(
            help="ingest: a browser's key, tracks and identifies. server: all calls, and reads. admin: all. "
            "metrics: reads metrics only."
        ),
    ] = "ingest",
    label: Annotated[str, typer.Option(help="What you call it.")] = "",
    rate: Annotated[str, typer.Option(help="How many requests it may make, such as 100/s.")] = "",
) -> None:
    """Make a key and print it; it cannot be shown again.

    \b
    Examples:
      sojourn key create --role server shop
    """  # noqa: D301
    with opened(folder(directory, workspace)) as keyring:
        typer.echo(keyring.create(MACHINE, role, SystemClock().now(), label, _rate(rate))[0])


@app.command("list")
def list_keys(directory: FolderArgument = None, workspace: FolderOption = None) -> None:
    """List the keys, without the keys themselves."""
    table = Table("id", "role", "made", "last used", "requests", "rate", "label")
    with opened(folder(directory, workspace)) as keyring:
        for used in keyring.listed():
            key = used.key
            table.add_row(
                key.id, key.role, format_instant(key.created_at), used.used_at or "", f"{used.calls:,}", key.rate,
                key.label,
            )  # fmt: skip
    Console().print(table)


@app.command()
def rotate(
    id: Annotated[str, typer.Argument(help="As `list` shows it.")],
    directory: FolderArgument = None,
    workspace: FolderOption = None,
    grace: Annotated[str, typer.Option(help="How long the secret before is good, too.")] = "1d",
) -> None:
    """Give a key another secret and print it; the one before goes on to be good for a while.

    \b
    Examples:
      sojourn key rotate ab12cd34 --grace 7d shop
    """  # noqa: D301
    try:
        until = SystemClock().now() + parse_duration(grace)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    with opened(folder(directory, workspace)) as keyring:
        typer.echo(keyring.rotate(MACHINE, id, until)[0])


@app.command()
def limit(
    id: Annotated[str, typer.Argument(help="As `list` shows it.")],
    rate: Annotated[str, typer.Argument(help="How many requests it may make, such as 100/s; `none`: no limit.")],
    directory: FolderArgument = None,
    workspace: FolderOption = None,
) -> None:
    """Let a key make so many requests; more are answered 429 with Retry-After."""
    with opened(folder(directory, workspace)) as keyring:
        keyring.limit(MACHINE, id, "" if rate == "none" else _rate(rate))
    typer.echo(f"{id}: {rate}")


def _rate(text: str) -> str:
    try:
        return str(parse_rate(text)) if text else ""
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


@app.command()
def revoke(
    id: Annotated[str, typer.Argument(help="As `list` shows it.")],
    directory: FolderArgument = None,
    workspace: FolderOption = None,
) -> None:
    """Make a key useless from now on."""
    with opened(folder(directory, workspace)) as keyring:
        keyring.revoke(MACHINE, id)
    typer.echo(f"{id}: revoked")


@contextmanager
def opened(directory: Path) -> Iterator[Keyring]:
    """Give the keys of a workspace; a server that runs sees what is changed at once."""
    places = require_workspace(directory)
    places.prepare()
    database = Database(places.access)
    try:
        yield Keyring(KeyFile(places.keys), database, Audit(database))
    finally:
        database.close()
