"""Which workspaces of a server a browser knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sojourn.service.access.browser_sessions import BrowserSessions
from sojourn.service.access.door import Door


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A workspace of a server that has several."""

    door: Door
    title: Callable[[], str]
    sessions: BrowserSessions


@dataclass(frozen=True, slots=True)
class Known:
    """A workspace that a browser knows.

    Attributes
    ----------
    title : str
        How it is called.
    address : str
        Where it is on this server, `/` or `/w/NAME/`.
    is_signed_in : bool
        Its session is not over.
    """

    title: str
    address: str
    is_signed_in: bool


class Neighbours:
    """The workspaces of a server; empty where there is one.

    Nobody is told of a workspace but who brings its cookie: who works for one learns nothing of the others. A cookie
    whose session is over counts, too, so that somebody finds back after a holiday; who makes one up names what is told.
    """

    def __init__(self) -> None:
        self._all: list[Neighbour] = []

    def add(self, neighbour: Neighbour) -> None:
        """Add a workspace."""
        self._all.append(neighbour)

    def known(self, cookies: Mapping[str, str]) -> list[Known]:
        """Return the workspaces whose cookies a browser sent, in the order of the server."""
        return [_known(each, cookies[each.door.cookie]) for each in self._all if each.door.cookie in cookies]


def _known(neighbour: Neighbour, token: str) -> Known:
    is_signed_in = neighbour.sessions.account(token) is not None
    return Known(neighbour.title(), f"{neighbour.door.mount}/", is_signed_in)
