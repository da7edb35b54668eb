"""`sojourn sdk-key`: what a site's server signs the ids of its users with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sojourn.messages.tokens import read_secret
from sojourn.service.places import Places
from sojourn.service.remote import NoWorkspace
from sojourn.service.sdk.visitors import signing_key


def sdk_key(
    directory: Annotated[Path, typer.Argument(help="The workspace's folder.", metavar="[DIR]")] = Path(),
) -> None:
    """Print the key with which your server proves to Sojourn who is signed in: HMAC-SHA256 of the user's id, in hex.

    Keep it on your server: whoever has it can read the in-app messages and cards of everybody.

    \b
    Example:
      sojourn sdk-key shop
    """  # noqa: D301
    if not directory.is_dir():
        raise NoWorkspace(directory)
    places = Places(directory)
    places.prepare()
    typer.echo(signing_key(read_secret(places.secret)))
