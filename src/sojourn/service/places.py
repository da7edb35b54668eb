"""Where a workspace keeps what is not its documents."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

LOCAL = "local"
"""User name of the commands of this machine; the password is the token of `server.json`."""


@dataclass(frozen=True, slots=True)
class Places:
    """Files under ``DIR/data`` of a workspace.

    Parameters
    ----------
    directory : Path
        The workspace's folder.
    """

    directory: Path

    @property
    def data(self) -> Path:
        """The folder of all that the engine writes."""
        return self.directory / "data"

    @property
    def store(self) -> Path:
        """The database."""
        return self.data / "sojourn.duckdb"

    @property
    def log(self) -> Path:
        """The log; the lock beside it is held by whoever has the workspace open."""
        return self.data / "log.sqlite"

    @property
    def seen(self) -> Path:
        """Ids of the calls of the last seven days; made from the log where they are missing."""
        return self.data / "seen"

    @property
    def keys(self) -> Path:
        """The hashes of the keys."""
        return self.data / "keys"

    @property
    def access(self) -> Path:
        """Accounts, sessions, approvals and the record of changes."""
        return self.data / "access.sqlite"

    @property
    def delivery(self) -> Path:
        """What delivery must still know after a crash."""
        return self.data / "delivery.sqlite"

    @property
    def rejects(self) -> Path:
        """Rejects of ingestion that the store has not taken over yet."""
        return self.data / "rejects.sqlite"

    @property
    def secret(self) -> Path:
        """What signs links in mails."""
        return self.data / "secret"

    @property
    def clock(self) -> Path:
        """Where a virtual clock stood, while the workspace runs on one."""
        return self.data / "clock"

    @property
    def trash(self) -> Path:
        """Where deleted documents are kept."""
        return self.data / "trash"

    @property
    def uploads(self) -> Path:
        """Files that were sent to be imported, and what became of them."""
        return self.data / "uploads"

    @property
    def server(self) -> Path:
        """Where the running server listens, and the token of this machine's commands."""
        return self.data / "server.json"

    def prepare(self) -> None:
        """Make the folder, for its owner only, and keep it out of git."""
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        ignore = self.data / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
