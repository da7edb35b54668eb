"""Servers that can be killed: each process imports its modules while the one before it still runs."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

PROGRAM = "import sys; from sojourn.cli.main import main; sys.stdin.readline(); main()"


class NotUp(AssertionError):
    """The server did not answer in time."""


@dataclass
class Servers:
    """The server of one folder, started again and again on one port.

    Parameters
    ----------
    folder : Path
        The workspace.
    log : Path
        Gets what the servers write.
    """

    folder: Path
    log: Path
    port: int = field(default_factory=lambda: free_port())
    starts_s: list[float] = field(default_factory=list)
    _standby: subprocess.Popen[str] | None = None
    _running: subprocess.Popen[str] | None = None
    _out: IO[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def prepare(self) -> None:
        """Have a process ready that has imported everything."""
        self._out = self._out or self.log.open("a")
        args = ["serve", str(self.folder), "--port", str(self.port)]
        self._standby = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *args],
            stdin=subprocess.PIPE, stdout=self._out, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def start(self) -> None:
        """Let the prepared process serve, and prepare the next."""
        if self._standby is None:
            self.prepare()
        assert self._standby is not None
        assert self._standby.stdin is not None
        self._running, self._standby = self._standby, None
        assert self._running.stdin is not None
        self._running.stdin.write("\n")
        self._running.stdin.close()
        self.prepare()

    def wait(self, timeout_s: float = 60) -> None:
        """Return when the server answers."""
        began = time.monotonic()
        while not self.answers():
            assert self._running is not None
            if self._running.poll() is not None or time.monotonic() - began > timeout_s:
                raise NotUp(self.log.read_text()[-4_000:])
            time.sleep(0.01)
        self.starts_s.append(time.monotonic() - began)

    def answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                connection.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
                return b"200" in connection.recv(100)
        except OSError:
            return False

    def kill(self) -> float:
        """End the server as a power cut would; return the instant."""
        assert self._running is not None
        self._running.send_signal(signal.SIGKILL)
        self._running.wait()
        return time.monotonic()

    def stop(self) -> int:
        """End the server in order; return its exit code."""
        assert self._running is not None
        self._running.terminate()
        return self._running.wait(30)

    def close(self) -> None:
        for process in (self._standby, self._running):
            if process is not None and process.poll() is None:
                process.kill()
            if process is not None:
                process.wait()
                if process.stdin is not None and not process.stdin.closed:
                    process.stdin.close()
        if self._out is not None:
            self._out.close()

    def token(self) -> tuple[str, str]:
        """Return the credentials of this machine's commands."""
        return "local", json.loads((self.folder / "data" / "server.json").read_text())["token"]


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
