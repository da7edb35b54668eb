"""`sojourn vapid`: the key that browsers subscribe with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sojourn.channels.push.keys import public_text, workspace_key
from sojourn.service.places import Places
from sojourn.service.remote import NoWorkspace


def vapid(
    directory: Annotated[Path, typer.Argument(help="The workspace's folder.", metavar="[DIR]")] = Path(),
) -> None:
    """Print the public key for web push, which is made if there is none; a page subscribes browsers with it.

    The private key is in `data/vapid.pem`. Keep it: with another one all subscriptions are worthless.

    \b
    Example:
      sojourn vapid shop
    """  # noqa: D301
    if not directory.is_dir():
        raise NoWorkspace(directory)
    places = Places(directory)
    places.prepare()
    typer.echo(public_text(workspace_key(places.data)))
