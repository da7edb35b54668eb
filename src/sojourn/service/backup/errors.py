"""Why a backup is not made, or not put back."""

from __future__ import annotations

from pathlib import Path

from sojourn.model.errors import SojournError


class TargetTaken(SojournError):
    """There is something already where a backup, or a workspace, is to be made."""

    code = "BACKUP-001"

    def __init__(self, target: Path) -> None:
        super().__init__(f"{target} is there already", hint="name a folder that is not there; nothing is overwritten")


class TargetInside(SojournError):
    """The backup would be a part of what it is a backup of."""

    code = "BACKUP-002"

    def __init__(self, target: Path, directory: Path) -> None:
        super().__init__(
            f"{target} lies in the workspace {directory}", hint="name a folder elsewhere, best on another disk"
        )


class BackupRunning(SojournError):
    """A backup of the workspace is being made."""

    code = "BACKUP-003"

    def __init__(self) -> None:
        super().__init__("another backup is being made", hint="wait for its end", retryable=True)


class BackupFailed(SojournError):
    """The backup could not be written; what there was of it has been taken away."""

    code = "BACKUP-004"

    def __init__(self, target: Path, reason: str) -> None:
        super().__init__(
            f"the backup {target} could not be written: {reason}",
            hint="check the space on its disk, and who may write there", retryable=True,
        )  # fmt: skip


class BadBackup(SojournError):
    """The folder has no whole backup."""

    code = "BACKUP-005"

    def __init__(self, backup: Path, reason: str) -> None:
        super().__init__(f"{backup} is no whole backup: {reason}", hint="take another one; nothing was put back")
