"""The server process: a socket, the workspaces, and an orderly end."""

from __future__ import annotations

import resource
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Final

import uvicorn

from sojourn.model.errors import SojournError
from sojourn.service.app import App
from sojourn.service.connection import Connection
from sojourn.service.runtime import ClockSettings
from sojourn.service.spaces.building import Opened, Wish, open_spaces
from sojourn.service.spaces.entrance import Entrance
from sojourn.service.spaces.space import Space
from sojourn.service.uploads.limit import SIZE_LIMIT

SWITCH_S = 0.0005
"""How long the engine's thread keeps the interpreter while a request waits for it."""


FILES: Final = 65_536
"""Files and connections that the server may have open, where the machine lets it."""


class PortTaken(SojournError):
    """The address cannot be listened on."""

    code = "RUN-008"

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            f"cannot listen on {host}:{port}: {reason}", hint="stop what listens there, or choose another --port"
        )


def serve(
    spaces: Sequence[Space], host: str, port: int, clock: ClockSettings, base_url: str | None,
    ready: Callable[[str, Sequence[Opened]], None], max_body: int | None = None,
    max_upload: int = SIZE_LIMIT,
) -> None:  # fmt: skip
    """Run workspaces until SIGTERM or SIGINT.

    Parameters
    ----------
    spaces : sequence of Space
        One or more.
    ready : callable
        Told the address and what runs, when requests are answered.
    max_body : int, optional
        Bytes that a body of ingestion may have, inflated; by default 4 MiB.
    max_upload : int
        Bytes that a file may have which is sent to be imported.

    Raises
    ------
    PortTaken, LogBusy, StoreUnusable, NotPublishable, SpacesUnusable
        It cannot start.
    """
    sys.setswitchinterval(SWITCH_S)
    raise_file_limit()
    with ExitStack() as closing:
        listening = listen(host, port)
        closing.callback(listening.close)
        url = url_of(listening, host)
        opened = open_spaces(spaces, Wish(url, base_url or url, clock, max_body, max_upload), closing)
        _run(opened[0].app if len(opened) == 1 else Entrance(opened), listening, lambda: ready(url, opened))


def raise_file_limit() -> None:
    """Let the process open as many files as its owner may: each connection is one, and the usual 1,024 are few."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(hard, FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 takes a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's delay off only where the protocol is named; with it an answer waits 40 ms for an ACK.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(2048)
    except OSError as error:
        listening.close()
        raise PortTaken(host, port, error.strerror or str(error)) from error
    return listening


def url_of(listening: socket.socket, host: str) -> str:
    """Return where this machine reaches the socket."""
    port = listening.getsockname()[1]
    local = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{local}:{port}"


class _Server(uvicorn.Server):
    """Tells when it is ready; signals end it once, whatever else happens."""

    ready: Callable[[], None] = staticmethod(lambda: None)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.ready()


def _run(app: App | Entrance, listening: socket.socket, ready: Callable[[], None]) -> None:
    config = uvicorn.Config(
        app, http=Connection.of_a_server(), ws="none", log_level="warning", log_config=None, access_log=False,
        lifespan="off",
        server_header=False, date_header=False, timeout_graceful_shutdown=5, timeout_keep_alive=75, backlog=2048,
    )  # fmt: skip
    server = _Server(config)
    server.ready = ready
    for number in (signal.SIGINT, signal.SIGTERM):
        # Uvicorn takes these signals while it runs and raises them again at its end, where they must end nothing.
        signal.signal(number, lambda *_: None)
    server.run(sockets=[listening])
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
