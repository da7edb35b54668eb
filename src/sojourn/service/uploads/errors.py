"""What can be wrong with a file that is sent."""

from __future__ import annotations

from sojourn.service.access.errors import AccessError


class NoUpload(AccessError):
    """There is no such file."""

    code = "UPLOAD-001"
    status = 404

    def __init__(self, id: str) -> None:
        super().__init__(f"no uploaded file `{id:.40}`", hint="send it again: what nobody imports goes after a week")


class TooLarge(AccessError):
    """The file is larger than a file may be."""

    code = "UPLOAD-002"
    status = 413

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"a file may have {limit:,} bytes at most",
            hint="divide it, or put it into the watched folder of the server, or use `sojourn import`",
        )


class NoRoom(AccessError):
    """The disk would be full."""

    code = "UPLOAD-003"
    status = 507

    def __init__(self) -> None:
        super().__init__("the disk of the server has no room for this file", hint="make room, and send it again")


class ImportedBefore(AccessError):
    """The same content was imported with the same mapping."""

    code = "UPLOAD-004"
    status = 409

    def __init__(self, rows: int) -> None:
        super().__init__(
            f"a file with this content was imported before ({rows:,} rows) with this mapping",
            hint="import it once more if that is meant: events would be there twice",
        )


class WrongMoment(AccessError):
    """What was asked for cannot be done with the file now."""

    code = "UPLOAD-005"
    status = 409

    def __init__(self, name: str, state: str) -> None:
        super().__init__(f"`{name}` is {state}", hint="look at the list of files again")


class BrokenUpload(AccessError):
    """The connection ended before the whole file was here."""

    code = "UPLOAD-006"
    status = 400

    def __init__(self) -> None:
        super().__init__("the file did not arrive as a whole", hint="send it again", retryable=True)
