"""What could not be taken in, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class Refused(Exception):
    """One item or row cannot be taken in; the others go on.

    Parameters
    ----------
    code : str
        Stable code, such as ``no_profile``.
    reason : str
        What is wrong and what to do.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Reject:
    """An item or a row of a file that was not taken in.

    Attributes
    ----------
    source : str
        Where it came from: ``http`` or the name of a file.
    line : int
        Its line in the file, or its place in the batch, counted from 1.
    code, reason : str
        What is wrong: a stable code, and a sentence.
    item : str
        The original content, cut after `ITEM_LENGTH` characters.
    """

    source: str
    line: int
    code: str
    reason: str
    item: str


ITEM_LENGTH = 4_000


class RejectSink(Protocol):
    """Takes rejects from ingestion and keeps them for the user."""

    async def put(self, rejects: Sequence[Reject]) -> None:
        """Keep `rejects`; return when they are durable."""
        ...
