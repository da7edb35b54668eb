"""`sojourn channels`: how channels and their providers do; pausing and resuming."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from sojourn.cli.options import HERE, WorkspaceOption
from sojourn.cli.tables import console, print_json, table
from sojourn.service.management import Switch
from sojourn.service.remote import connect

app = typer.Typer(help="Show, pause and resume channels.", no_args_is_help=True)
Ids = Annotated[
    list[str] | None, typer.Argument(help="Ids of channels, or types that have no document.", metavar="ID...")
]
Every = Annotated[bool, typer.Option("--all", help="All of them.")]


@app.command("list")
def list_channels(
    workspace: WorkspaceOption = HERE,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show every channel: which provider has its messages, what is wrong, and a warm-up plan's day.

    \b
    Example:
      sojourn channels list --workspace shop
    """  # noqa: D301
    with connect(workspace) as backend:
        found = backend.channels()
    if as_json:
        print_json(found)
        return
    made = table("Channels", ("channel", "type", "state", "provider", "today"), last="what is wrong")
    for id, channel in found.items():
        for place, provider in enumerate(channel["providers"] or [None]):
            name = [id, channel["type"], _state(channel)] if place == 0 else ["", "", ""]
            made.add_row(*name, *_provider(provider))
    console().print(made)


@app.command()
def pause(ids: Ids = None, every: Every = False, workspace: WorkspaceOption = HERE) -> None:
    """Keep the messages of channels where they are until `resume`; nothing is lost, also over a restart."""
    _switch(ids, workspace, "pause", every=every)


@app.command()
def resume(ids: Ids = None, every: Every = False, workspace: WorkspaceOption = HERE) -> None:
    """Let channels go on with all that has waited."""
    _switch(ids, workspace, "resume", every=every)


def _switch(ids: list[str] | None, workspace: Path, switch: Switch, *, every: bool) -> None:
    if bool(ids) == every:
        raise typer.BadParameter("name channels, or say --all")
    with connect(workspace) as backend:
        for id in ids or backend.channels():
            row = backend.switch_channel(id, switch)
            typer.echo(f"{row['id']}: {'paused' if row['paused'] else 'goes on'}")


def _state(channel: Mapping[str, Any]) -> str:
    if channel["paused"]:
        return f"paused since {channel['paused_since']}"
    if channel["resting_s"]:
        return f"tried again in {channel['resting_s']:.0f} s"
    working = [provider for provider in channel["providers"] if not provider["trouble"]]
    return "works" if working or not channel["trouble"] else "tried with the next message"


def _provider(provider: Mapping[str, Any] | None) -> tuple[str, str, str]:
    if provider is None:
        return "", "", ""
    volume = provider["volume_today"]
    today = "" if volume is None else f"{provider['taken_today']:,} of {volume:,}"
    return f"{provider['name']}{' (down)' if provider['down'] else ''}", today, provider["trouble"] or ""
