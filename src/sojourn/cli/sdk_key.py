"""`sojourn sdk-key`: what a site's server signs the ids of its users with."""

from __future__ import annotations

import typer

from sojourn.cli.options import FolderArgument, FolderOption, folder
from sojourn.messages.tokens import read_secret
from sojourn.service.sdk.visitors import signing_key
from sojourn.service.workspace_folder import require_workspace


def sdk_key(
    directory: FolderArgument = None,
    workspace: FolderOption = None,
) -> None:
    """Print the key with which your server proves to Sojourn who is signed in: HMAC-SHA256 of the user's id, in hex.

    Keep it on your server: whoever has it can read the in-app messages and cards of everybody.

    \b
    Example:
      sojourn sdk-key shop
    """  # noqa: D301
    places = require_workspace(folder(directory, workspace))
    places.prepare()
    typer.echo(signing_key(read_secret(places.secret)))
