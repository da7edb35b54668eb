"""`sojourn seal`: a secret as a text that may stand in a document."""

from __future__ import annotations

import sys

import typer

from sojourn.cli.options import FolderArgument, FolderOption, folder
from sojourn.messages.tokens import read_secret
from sojourn.model.sealing import Sealer
from sojourn.service.workspace_folder import require_workspace


def seal(
    directory: FolderArgument = None,
    workspace: FolderOption = None,
) -> None:
    """Seal a secret: only this workspace's server can read it, so that it may stand in a document, and in git.

    The secret is asked for, or read from standard input. Keep `data/secret`, and keep it apart from what it seals:
    without it nothing that was sealed can be read again.

    \b
    Example:
      sojourn seal shop < token.txt
    """  # noqa: D301
    places = require_workspace(folder(directory, workspace))
    text = typer.prompt("Secret", hide_input=True) if sys.stdin.isatty() else sys.stdin.read().removesuffix("\n")
    if not text:
        raise typer.BadParameter("there is nothing to seal on standard input")
    places.prepare()
    typer.echo(f"{{sealed: {Sealer(read_secret(places.secret)).seal(text)}}}")
