"""Errors of the log."""

from __future__ import annotations

from sojourn.model.errors import SojournError


class LogFull(SojournError):
    """The disk of the log is full; nothing was kept of what was to be appended."""

    code = "LOG-001"

    def __init__(self, place: str) -> None:
        super().__init__(
            f"the disk of {place} is full", hint="free some space, then send the items again", retryable=True
        )


class LogUnavailable(SojournError):
    """The storage of the log refused to read or write."""

    code = "LOG-002"

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place} cannot be used: {reason}", hint="check the file and its disk", retryable=True)


class LogOrder(SojournError):
    """An item was given an instant before that of an item in front of it."""

    code = "LOG-003"

    def __init__(self, message: str) -> None:
        super().__init__(message, hint="append items in order of their instants")


class LogClosed(SojournError):
    """The log was closed."""

    code = "LOG-004"

    def __init__(self) -> None:
        super().__init__("the log is closed", hint="open it again to append")


WHO_HAS_IT = "if that is a server that is still starting, wait until it says that it is listening; else stop it first"


class LogBusy(SojournError):
    """Another process has the log open."""

    code = "LOG-005"

    def __init__(self, place: str) -> None:
        super().__init__(f"{place} is open in another process", hint=WHO_HAS_IT, retryable=True)
