"""`sojourn vapid`: the key that browsers subscribe with."""

from __future__ import annotations

import typer

from sojourn.channels.push.keys import public_text, workspace_key
from sojourn.cli.options import FolderArgument, FolderOption, folder
from sojourn.service.workspace_folder import require_workspace


def vapid(
    directory: FolderArgument = None,
    workspace: FolderOption = None,
) -> None:
    """Print the public key for web push, which is made if there is none; a page subscribes browsers with it.

    The private key is in `data/vapid.pem`. Keep it: with another one all subscriptions are worthless.

    \b
    Example:
      sojourn vapid shop
    """  # noqa: D301
    places = require_workspace(folder(directory, workspace))
    places.prepare()
    typer.echo(public_text(workspace_key(places.data)))
