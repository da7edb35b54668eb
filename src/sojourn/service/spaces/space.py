"""Which workspaces a process is to serve, and where."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sojourn.model.errors import SojournError
from sojourn.service.access.door import Door

NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST: Final = 40


class BadSpaces(SojournError):
    """The workspaces cannot be served together."""

    code = "RUN-012"


@dataclass(frozen=True, slots=True)
class Space:
    """A workspace that a process is to serve.

    Attributes
    ----------
    name : str
        How messages call it; part of its address, unless it is the first.
    directory : Path
        Its folder.
    door : Door
        Where browsers find it.
    environment : mapping of str to str
        The variables that its documents and its sign-in may read.
    """

    name: str
    directory: Path
    door: Door
    environment: Mapping[str, str]


def read_spaces(wanted: Sequence[str], environment: Mapping[str, str]) -> list[Space]:
    """Return the workspaces of a command line.

    Parameters
    ----------
    wanted : sequence of str
        `DIR` or `NAME=DIR`; the first is at the root of the server, the others at `/w/NAME`. Without a name it is the
        folder's.
    environment : mapping of str to str
        Variables of the process. Of several workspaces each reads variables of its own (see `prefix_of`).

    Raises
    ------
    BadSpaces
        A name is no part of an address, or two names or folders are the same.
    """
    named = [_split(each) for each in wanted]
    if len(named) == 1:
        return [Space(named[0][0], named[0][1], Door(), environment)]
    for name, directory in named[1:]:
        if not NAME.fullmatch(name) or len(name) > LONGEST:
            raise BadSpaces(
                f"`{name}` cannot be part of an address: small letters, digits and single hyphens, {LONGEST} at most",
                hint=f"give it a name: `sojourn serve … eu-shop={directory}`",
            )
    if (twice := _repeated([name for name, _ in named])) is not None:
        raise BadSpaces(
            f"two workspaces are called `{twice}`", hint="give one another name: `sojourn serve … NAME=DIR`"
        )
    if (twice := _repeated([str(directory.resolve()) for _, directory in named])) is not None:
        raise BadSpaces(f"the folder {twice} is named twice", hint="name each folder once")
    names = [name for name, _ in named]
    return [
        Space(name, directory, Door(name if i else None), own_variables(name if i else None, names[1:], environment))
        for i, (name, directory) in enumerate(named)
    ]


def prefix_of(name: str) -> str:
    """Return what stands before a workspace's variables in the environment of a process that serves several.

    Examples
    --------
    >>> prefix_of("eu-shop")
    'EU_SHOP__'
    """
    return name.replace("-", "_").upper() + "__"


def own_variables(name: str | None, others: Sequence[str], environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of one workspace of several.

    Parameters
    ----------
    name : str, optional
        Its variables are those with its prefix, named without it; None, for the first: those without a prefix.
    others : sequence of str
        All names that have a prefix.

    Examples
    --------
    >>> environment = {"SMTP": "a", "EU__SMTP": "b", "US__SMTP": "c"}
    >>> own_variables("eu", ["eu", "us"], environment), own_variables(None, ["eu", "us"], environment)
    ({'SMTP': 'b'}, {'SMTP': 'a'})
    """
    if name is not None:
        prefix = prefix_of(name)
        return {key.removeprefix(prefix): value for key, value in environment.items() if key.startswith(prefix)}
    prefixes = tuple(prefix_of(other) for other in others)
    return {key: value for key, value in environment.items() if not key.startswith(prefixes)}


def _split(wanted: str) -> tuple[str, Path]:
    """Return name and folder; a folder whose name has `=` needs no name before it."""
    name, equals, rest = wanted.partition("=")
    directory = Path(wanted)
    if equals and "/" not in name and not directory.is_dir():
        return name, Path(rest)
    return directory.resolve().name, directory


def _repeated(values: Sequence[str]) -> str | None:
    return next((value for value in values if values.count(value) > 1), None)
