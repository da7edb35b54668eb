"""`sojourn init`: a small workspace to start from."""

from __future__ import annotations

import shutil
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

import typer

from sojourn.cli.key import opened
from sojourn.engine.clock import SystemClock
from sojourn.model.errors import SojournError
from sojourn.service.access.caller import MACHINE
from sojourn.service.keys import KeyRole
from sojourn.workspace import load_workspace

NEEDED: tuple[KeyRole, ...] = ("server", "ingest")
NEXT = """\
{directory}: a workspace with the journey `welcome` and the triggered campaign `thanks`.

Keys, shown this once:
  server  {server}
  ingest  {ingest}

Next:
  sojourn validate {directory}
  sojourn serve {directory}                 # HTTP on 127.0.0.1:8080, mail to the SMTP server at 127.0.0.1:1025

In the studio, whose address it prints: make the first account, and follow the five steps there.
Or from another terminal:
  sojourn publish --all --workspace {directory}
  curl -u {server}: http://127.0.0.1:8080/v1/identify \\
    -d '{{"userId": "ann", "traits": {{"email": "ann@example.com", "first_name": "Ann"}}}}'
  curl -u {server}: http://127.0.0.1:8080/v1/track \\
    -d '{{"userId": "ann", "event": "Signed Up"}}'
  sojourn status --workspace {directory}
"""


class NotEmpty(SojournError):
    """The folder has something in it."""

    code = "RUN-011"

    def __init__(self, directory: Path) -> None:
        super().__init__(f"{directory} is not empty", hint="name another folder, or add to this one with --force")


def init(
    directory: Annotated[Path, typer.Argument(help="The folder; made when it is not there.", file_okay=False)],
    force: Annotated[bool, typer.Option("--force", help="Write into a folder that is not empty.")] = False,
) -> None:
    """Make a small workspace to start from, with its keys.

    \b
    Examples:
      sojourn init shop
    """  # noqa: D301
    if directory.exists() and any(directory.iterdir()) and not force:
        raise NotEmpty(directory)
    directory.mkdir(parents=True, exist_ok=True)
    write(resources.files("sojourn.cli").joinpath("template"), directory)
    load_workspace(directory)
    now = SystemClock().now()
    with opened(directory) as keyring:
        made = {role: keyring.create(MACHINE, role, now, "made by init")[0] for role in NEEDED}
    typer.echo(NEXT.format(directory=directory, **made), nl=False)


def write(template: Traversable, directory: Path) -> None:
    """Copy the files of a template that are not there yet."""
    for source in template.iterdir():
        target = directory / source.name
        if not target.exists():
            with source.open("rb") as file, target.open("wb") as out:
                shutil.copyfileobj(file, out)
