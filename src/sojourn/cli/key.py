"""`sojourn key`: who may send and who may manage."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from sojourn.engine.clock import SystemClock
from sojourn.model.errors import SojournError
from sojourn.model.instants import format_instant
from sojourn.service.keys import KeyFile, KeyRole
from sojourn.service.places import Places
from sojourn.service.remote import NoWorkspace

app = typer.Typer(help="Make, list and revoke keys.", no_args_is_help=True)
Directory = Annotated[Path, typer.Argument(help="The workspace's folder.", metavar="[DIR]")]


@app.command()
def create(
    directory: Directory = Path(),
    role: Annotated[
        KeyRole,
        typer.Option(help="ingest: a browser's key, tracks and identifies. server: all calls, and reads. admin: all."),
    ] = "ingest",
    label: Annotated[str, typer.Option(help="What you call it.")] = "",
) -> None:
    """Make a key and print it; it cannot be shown again.

    \b
    Examples:
      sojourn key create --role server shop
    """  # noqa: D301
    typer.echo(keys_of(directory).create(role, SystemClock().now(), label))


@app.command("list")
def list_keys(directory: Directory = Path()) -> None:
    """List the keys, without the keys themselves."""
    table = Table("id", "role", "made", "label")
    for key in keys_of(directory).list_keys():
        table.add_row(key.id, key.role, format_instant(key.created_at), key.label)
    Console().print(table)


@app.command()
def revoke(id: Annotated[str, typer.Argument(help="As `list` shows it.")], directory: Directory = Path()) -> None:
    """Make a key useless from now on."""
    if not keys_of(directory).revoke(id):
        raise SojournError(f"no key `{id}`", code="KEY-001", hint="`sojourn key list` shows them")
    typer.echo(f"{id}: revoked")


def keys_of(directory: Path) -> KeyFile:
    """Return the keys of a workspace."""
    if not directory.is_dir():
        raise NoWorkspace(directory)
    places = Places(directory)
    places.prepare()
    return KeyFile(places.keys)
