"""A file that cannot be imported at all."""

from __future__ import annotations

from sojourn.model.errors import SojournError


class FileError(SojournError):
    """The file as a whole cannot be imported; nothing of it was taken.

    Parameters
    ----------
    file : str
        Its name.
    reason : str
        What is wrong.
    hint : str
        What to do.
    """

    code = "FILE-001"

    def __init__(self, file: str, reason: str, hint: str) -> None:
        super().__init__(f"{file}: {reason}", hint=hint)
