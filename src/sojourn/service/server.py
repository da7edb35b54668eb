"""The server process: a socket, the runtime, and an orderly end."""

from __future__ import annotations

import json
import os
import resource
import secrets
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import uvicorn

from sojourn.model.errors import SojournError
from sojourn.service.access.oidc.settings import OidcSettings
from sojourn.service.app import App
from sojourn.service.connection import Connection
from sojourn.service.places import Places
from sojourn.service.runtime import ClockSettings, Runtime

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
    directory: Path,
    host: str,
    port: int,
    clock: ClockSettings,
    base_url: str | None,
    oidc: OidcSettings | None,
    ready: Callable[[str, Runtime, str | None], None],
    max_body: int | None = None,
) -> None:
    """Run a workspace until SIGTERM or SIGINT.

    Parameters
    ----------
    ready : callable
        Told the address, the runtime, and where the first account is made (None: there is one), when requests are
        answered.
    max_body : int, optional
        Bytes that a body of ingestion may have, inflated; by default 4 MiB.

    Raises
    ------
    PortTaken, LogBusy, StoreUnusable, NotPublishable
        It cannot start.
    """
    sys.setswitchinterval(SWITCH_S)
    raise_file_limit()
    listening = listen(host, port)
    url = url_of(listening, host)
    runtime = Runtime(directory, clock, base_url or url)
    token = secrets.token_urlsafe(32)
    try:
        runtime.start()
        _announce(runtime.places, url, token)
        app = App(runtime, token, max_body, oidc)
        _run(app, listening, lambda: ready(url, runtime, app.access.setup.address(runtime.base_url)))
    finally:
        runtime.places.server.unlink(missing_ok=True)
        runtime.close()
        listening.close()


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


def _announce(places: Places, url: str, token: str) -> None:
    """Tell the commands of this machine where the server is; only the workspace's owner can read it."""
    text = json.dumps({"url": url, "token": token, "pid": os.getpid()})
    fresh = places.server.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    fresh.replace(places.server)


class _Server(uvicorn.Server):
    """Tells when it is ready; signals end it once, whatever else happens."""

    ready: Callable[[], None] = staticmethod(lambda: None)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.ready()


def _run(app: App, listening: socket.socket, ready: Callable[[], None]) -> None:
    config = uvicorn.Config(
        app, http=Connection.of_a_server(), ws="none", log_level="warning", access_log=False, lifespan="off",
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
