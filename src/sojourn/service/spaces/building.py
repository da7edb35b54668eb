"""The workspaces of one process: all of them run, or none."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from structlog.contextvars import bound_contextvars

from sojourn.model.errors import SojournError
from sojourn.service.access.neighbours import Neighbours
from sojourn.service.access.oidc.settings import read_settings
from sojourn.service.announcement import announced
from sojourn.service.app import App
from sojourn.service.runtime import ClockSettings, Runtime
from sojourn.service.spaces.space import Space
from sojourn.service.uploads.limit import SIZE_LIMIT

MEMORY_PERCENT = 80
"""Of the machine's memory, for the stores of all workspaces together: what DuckDB takes for one."""


class SpacesUnusable(SojournError):
    """Not all workspaces can be served, so none is."""

    code = "RUN-013"

    def __init__(self, failed: Sequence[tuple[Space, SojournError]], of: int) -> None:
        told = "\n".join(f"  {space.name} ({space.directory}): {error}" for space, error in failed)
        super().__init__(
            f"{len(failed)} of {of} workspaces cannot be served, so none is:\n{told}",
            hint="mend what is wrong with them, or leave them out",
        )


@dataclass(frozen=True, slots=True)
class Opened:
    """A workspace that runs."""

    space: Space
    runtime: Runtime
    app: App

    @property
    def setup(self) -> str | None:
        """Where its first account is made; None: there is one."""
        return self.app.access.setup.address(self.runtime.base_url)


@dataclass(frozen=True, slots=True)
class Wish:
    """What holds for all workspaces of a process.

    Attributes
    ----------
    url : str
        Where this machine reaches the server.
    base_url : str
        Where others do; links in messages begin with it.
    clock : ClockSettings
        Which clock they run on.
    max_body : int, optional
        Bytes that a body of ingestion may have.
    max_upload : int
        Bytes that a file may have which is sent to be imported.
    """

    url: str
    base_url: str
    clock: ClockSettings
    max_body: int | None = None
    max_upload: int = SIZE_LIMIT


def open_spaces(spaces: Sequence[Space], wish: Wish, closing: ExitStack) -> list[Opened]:
    """Start workspaces, in their order.

    Parameters
    ----------
    closing : ExitStack
        Closes what was opened, whether the others could be or not.

    Raises
    ------
    SpacesUnusable
        Some of several cannot be opened; it tells why of each.
    SojournError
        The only one cannot.
    """
    if len(spaces) == 1:
        return [_open(spaces[0], wish, closing, None, None)]
    neighbours, opened = Neighbours(), []
    failed: list[tuple[Space, SojournError]] = []
    memory = f"{MEMORY_PERCENT // len(spaces)}%"
    for space in spaces:
        with bound_contextvars(workspace=space.name):  # the threads that begin here tell it in the log
            try:
                opened.append(_open(space, wish, closing, neighbours, memory))
            except SojournError as error:
                failed.append((space, error))
    if failed:
        raise SpacesUnusable(failed, len(spaces))
    return opened


def _open(
    space: Space, wish: Wish, closing: ExitStack, neighbours: Neighbours | None, memory: str | None
) -> Opened:  # fmt: skip
    mount, oidc = space.door.mount, read_settings(space.environment)
    base_url = wish.base_url.rstrip("/") + mount
    runtime = Runtime(space.directory, wish.clock, base_url, space.environment, memory, wish.max_upload)
    closing.callback(runtime.close)
    runtime.start()
    token = closing.enter_context(announced(runtime.places, wish.url + mount))
    return Opened(space, runtime, App(runtime, token, wish.max_body, oidc, space.door, neighbours))
