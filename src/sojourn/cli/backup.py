"""`sojourn backup` and `sojourn restore`: a copy of a workspace, and a workspace of a copy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from sojourn.cli.options import HERE, WorkspaceOption
from sojourn.service.remote import server_of


def backup(
    target: Annotated[Path, typer.Argument(help="A folder that is not there yet.", metavar="TO", show_default=False)],
    workspace: WorkspaceOption = HERE,
) -> None:
    """Make a backup of a workspace, documents and data, whether its server runs or not.

    \b
    Examples:
      sojourn backup /backups/shop-2026-03-02 --workspace shop
    """  # noqa: D301
    with server_of(workspace) as server:
        made = _at_rest(workspace, target) if server is None else server.backup(target.absolute())
    for path in made["left_out"]:
        typer.echo(f"Left out, as it is no regular file: {path}", err=True)
    items, files, size = made["appended"], made["files"], _size(made["bytes"])
    typer.echo(f"{target}: {items:,} items, {files:,} files, {size}")


def _at_rest(workspace: Path, target: Path) -> dict[str, Any]:
    from sojourn.service.backup.api import told
    from sojourn.service.backup.backup import back_up_at_rest

    return told(back_up_at_rest(workspace, target)).model_dump()


def restore(
    source: Annotated[Path, typer.Argument(help="The backup.", metavar="BACKUP", show_default=False)],
    directory: Annotated[Path, typer.Argument(help="A new folder.", metavar="DIR", show_default=False)],
    pause: Annotated[bool, typer.Option("--pause", help="Pause all channels, so that nothing is sent yet.")] = False,
) -> None:
    """Make a workspace of a backup in a new folder; every file is checked first.

    \b
    Examples:
      sojourn restore /backups/shop-2026-03-02 shop --pause
    """  # noqa: D301
    from sojourn.service.backup.restore import restore as put_back

    manifest = put_back(source, directory, pause=pause)
    typer.echo(f"{directory}: as of {manifest.made_at}, {manifest.appended:,} items, {_size(manifest.bytes)}")
    if pause:
        typer.echo("All channels are paused; `sojourn channels resume ID`, or `--all`, lets them go on.")


def _size(size: float) -> str:
    """Write a number of bytes.

    >>> _size(999), _size(1_500_000)
    ('999 B', '1.5 MB')
    """
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} B" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
