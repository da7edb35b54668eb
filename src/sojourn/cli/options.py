"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

_FOLDER = typer.Option(
    "--workspace", "-w", help="The workspace's folder.", metavar="DIR", show_default="this folder"
)  # fmt: skip
WorkspaceOption = Annotated[Path, _FOLDER]
HERE = Path()

FolderOption = Annotated[Path | None, _FOLDER]
FolderArgument = Annotated[
    Path | None, typer.Argument(help="The same as --workspace DIR.", metavar="[DIR]", show_default=False)
]
"""Of commands that take the folder as their last argument, too."""


def folder(directory: Path | None, workspace: Path | None) -> Path:
    """Return the folder that was named in one of both ways, or this one.

    Raises
    ------
    typer.BadParameter
        Both name one, and not the same.
    """
    if directory is not None and workspace is not None and directory.resolve() != workspace.resolve():
        raise typer.BadParameter(f"{directory} and --workspace {workspace} are two folders: name one")
    return workspace or directory or HERE


def existing_folder(directory: Path | None, workspace: Path | None) -> Path:
    """Return the folder that was named (see `folder`); it must be there.

    Raises
    ------
    typer.BadParameter
        Two are named, or it is no folder.
    """
    found = folder(directory, workspace)
    if not found.is_dir():
        raise typer.BadParameter(f"there is no folder {found}")
    return found
