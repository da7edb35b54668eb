"""What the engine tells of its work while it goes on, for whoever measures it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, Protocol

from sojourn.channels.port import Receipt
from sojourn.model.reasons import FeedbackKind


class Measures(Protocol):
    """Takes what was done, from any thread; called once a batch, never once an item."""

    def turned(self, seconds: float) -> None:
        """Take that the engine took what was there: a batch, timers, a command."""
        ...

    def stumbled(self) -> None:
        """Take that the engine could not go on, and will try again."""
        ...

    def handed_over(self, channel: str, provider: str, receipts: Sequence[Receipt], seconds: float) -> None:
        """Take that a provider of a channel was given messages, and what it said of each."""
        ...

    def ended(self, outcomes: Counter[tuple[str, FeedbackKind]]) -> None:
        """Take how many messages of which channel ended how."""
        ...

    def called(self, target: str, status: str, seconds: float) -> None:
        """Take that a source or action (`source/id`) was called, and how it ended (see `sources.outside.Outcome`)."""
        ...


class Unmeasured:
    """Measures nothing."""

    def turned(self, seconds: float) -> None:
        """Do nothing."""

    def stumbled(self) -> None:
        """Do nothing."""

    def handed_over(self, channel: str, provider: str, receipts: Sequence[Receipt], seconds: float) -> None:
        """Do nothing."""

    def ended(self, outcomes: Counter[tuple[str, FeedbackKind]]) -> None:
        """Do nothing."""

    def called(self, target: str, status: str, seconds: float) -> None:
        """Do nothing."""


UNMEASURED: Final = Unmeasured()
