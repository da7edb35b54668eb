"""Where the demo keeps what it makes, and the workspace with this run's ports written into it."""

import shutil
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
WRITTEN_PORT: Final = "port: 2525"


@dataclass(frozen=True)
class Layout:
    """The folder of one run; it is git-ignored and made anew each time."""

    folder: Path

    @property
    def workspace(self) -> Path:
        """The workspace that the server serves."""
        return self.folder / "workspace"

    @property
    def log(self) -> Path:
        """The server's output."""
        return self.folder / "server.log"


def lay_out(folder: Path, smtp_port: int) -> Layout:
    """Empty the run's folder and copy the workspace into it.

    Parameters
    ----------
    folder
        Is removed first, with the data of the run before.
    smtp_port
        The port of the mail server, written into the copy.

    Raises
    ------
    ValueError
        The workspace does not name the port exactly once.
    """
    shutil.rmtree(folder, ignore_errors=True)
    layout = Layout(folder)
    shutil.copytree(HERE / "workspace", layout.workspace)
    channels = layout.workspace / "channels.yaml"
    text = channels.read_text(encoding="utf-8")
    if text.count(WRITTEN_PORT) != 1:
        raise ValueError(
            f"{channels} must have `{WRITTEN_PORT}` exactly once, for the demo to write its own port there"
        )
    channels.write_text(text.replace(WRITTEN_PORT, f"port: {smtp_port}"), encoding="utf-8")
    return layout


def free_port(wanted: int) -> int:
    """Give the wanted port of 127.0.0.1 if it is free, else another one."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("127.0.0.1 has no free port")
