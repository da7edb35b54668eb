"""`sojourn publish`, `pause`, `resume`, `close`, `stop`: the lifecycle of documents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from sojourn.cli.options import HERE, WorkspaceOption
from sojourn.cli.rehearsed import rehearsed
from sojourn.model.reasons import Inside
from sojourn.service.remote import connect

if TYPE_CHECKING:  # a running server does the work; without one it is imported then
    from sojourn.service.management import Command

Ids = Annotated[list[str], typer.Argument(help="Ids of journeys and campaigns.", metavar="ID...")]

DONE: Final = {"moved": "moved into it", "stayed": "finish on their version", "left": "left older versions"}

Older = Annotated[bool, typer.Option("--older", help="Only versions before the newest one: those who finish there.")]


def publish(
    ids: Annotated[list[str] | None, typer.Argument(help="Ids of documents.", metavar="[ID]...")] = None,
    every: Annotated[bool, typer.Option("--all", help="Publish all that the folder has.")] = False,
    inside: Annotated[Inside, typer.Option(help="What those inside older versions do.")] = "finish",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    workspace: WorkspaceOption = HERE,
) -> None:
    """Check the folder and make documents live; who is inside an older version finishes on that.

    With --inside move who waits there for a time or an event goes on in the new version, if nothing is in the way; with
    --inside leave all leave at once.

    \b
    Examples:
      sojourn publish welcome --workspace shop
      sojourn publish welcome --inside move --dry-run
      sojourn publish --all
    """  # noqa: D301
    if bool(ids) == every:
        raise typer.BadParameter("name the documents, or say --all")
    with connect(workspace) as backend:
        if dry_run:
            for line in rehearsed(backend.rehearse(ids or []), inside):
                typer.echo(line)
            return
        rows = backend.publish(ids or [], inside)
    for row in rows:
        typer.echo(f"{row['id']}: {said(row)}")
    if not rows:
        typer.echo("what has no versions takes effect")


def said(row: dict[str, object]) -> str:
    """Return what became of one document, in words."""
    live = "is already live" if row["verdict"] == "already live" else "is live"
    counts = [(row[name], words) for name, words in DONE.items() if row.get(name)]
    return ", ".join([f"version {row['version']} {live}", *(f"{count} {words}" for count, words in counts)])


def pause(ids: Ids, workspace: WorkspaceOption = HERE) -> None:
    """Hold entries, messages and actions until `resume`; time goes on for who waits."""
    _each(ids, workspace, "pause")


def resume(ids: Ids, workspace: WorkspaceOption = HERE) -> None:
    """Let a paused document go on; what was held is done now, in the order it came."""
    _each(ids, workspace, "resume")


def close(ids: Ids, workspace: WorkspaceOption = HERE) -> None:
    """Let nobody in any more; who is inside goes on to the end."""
    _each(ids, workspace, "close")


def stop(ids: Ids, workspace: WorkspaceOption = HERE, older: Older = False) -> None:
    """End a document at once: who is inside leaves, what waits to be sent is dropped."""
    _each(ids, workspace, "stop", older=older)


def _each(ids: list[str], workspace: Path, command: Command, *, older: bool = False) -> None:
    with connect(workspace) as backend:
        for id in ids:
            row = backend.command(id, command, older=older)
            typer.echo(f"{row['id']}: {row['state']}")
