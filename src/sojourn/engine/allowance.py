"""What a provider that warms up may still take today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sojourn.engine.lane import CAPACITY
from sojourn.model.channel import WarmUp
from sojourn.store.delivery_book import DeliveryBook

Today = Callable[[], date]


class Allowance:
    """The volume of a provider's day: a message has its place from the queue on, and is counted as it leaves.

    So a process that dies costs the day no more than what was just being handed over.

    Parameters
    ----------
    channel, provider : str
        Whose volume it is.
    plan : WarmUp or None
        Without one there is no limit.
    book : DeliveryBook
        Keeps what is counted.
    today : callable
        Returns the day (UTC).
    """

    def __init__(self, channel: str, provider: str, plan: WarmUp | None, book: DeliveryBook, today: Today) -> None:
        self.plan = plan
        self._of = (channel, provider)
        self._book = book
        self._today = today
        self._queued: set[int] = set()
        self._begun: dict[int, date] = {}

    @property
    def volume(self) -> int | None:
        """Messages that today takes; None where there is no limit."""
        return None if self.plan is None else self.plan.volume(self._today())

    @property
    def spent(self) -> int:
        """Messages that it took today."""
        return self._book.spent(*self._of, self._today())

    def left(self) -> int:
        """Return how many more messages it takes today."""
        volume = self.volume
        return CAPACITY if volume is None else max(0, volume - self.spent - len(self._queued))

    def reserve(self, message: int) -> None:
        """Keep a place for a message that is queued, where a plan is going on."""
        if self.volume is not None:
            self._queued.add(message)

    def begin(self, message: int) -> None:
        """Count a message that has a place: it is about to be handed over."""
        if message in self._queued:
            self._queued.discard(message)
            self._begun[message] = self._today()
            self._book.spend(*self._of, self._begun[message], 1)

    def end(self, message: int, *, left: bool) -> None:
        """Forget a message; one that surely did not leave gives its place back to its own day."""
        self._queued.discard(message)
        day = self._begun.pop(message, None)
        if day is not None and not left:
            self._book.spend(*self._of, day, -1)
