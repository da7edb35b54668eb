"""All ways out of one channel: the lanes of its providers, of which the first that works takes a message."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from sojourn.channels.port import Failed, Outgoing, Receipt, Retry, Sent
from sojourn.engine.allowance import Allowance
from sojourn.engine.lane import Lane, Pace, Prepare
from sojourn.engine.postman import Job

Settle = Callable[[Job, Receipt], None]


class Paces:
    """Several rates at once: a provider's own and its channel's."""

    def __init__(self, *paces: Pace) -> None:
        self._paces = paces

    @property
    def batch(self) -> int:
        """Messages to send in one go."""
        return min(pace.batch for pace in self._paces)

    async def wait(self, count: int) -> None:
        """Return when `count` more messages may go."""
        for pace in self._paces:
            await pace.wait(count)


@dataclass(frozen=True)
class Way:
    """A provider's lane, and what it may still take."""

    label: str
    lane: Lane
    allowance: Allowance

    @property
    def room(self) -> int:
        """How many messages it takes now."""
        held = self.lane.room()
        return held if held <= 0 else min(held, self.allowance.left())

    @property
    def passes_on(self) -> bool:
        """Whether the next provider may have what this one does not take."""
        plan = self.allowance.plan
        spills = plan is not None and plan.over == "next" and self.allowance.left() == 0
        return self.lane.is_down or spills

    def status(self) -> dict[str, Any]:
        """Return how it does."""
        lane, allowance = self.lane, self.allowance
        return {
            "name": self.label, "resting_s": lane.resting_s, "trouble": lane.trouble, "down": lane.is_down,
            "volume_today": allowance.volume, "taken_today": None if allowance.volume is None else allowance.spent,
        }  # fmt: skip


class Road:
    """The ways out of a channel, in the order in which they are asked.

    Parameters
    ----------
    ways : sequence of Way
        At least one.
    paused : bool
        Whether it takes anything.
    """

    def __init__(self, ways: Sequence[Way], *, paused: bool = False) -> None:
        self._ways = ways
        self.paused = paused

    def room(self) -> int:
        """Return how many messages the channel takes now."""
        return 0 if self.paused else sum(way.room for way in self._open())

    @property
    def wants_more(self) -> bool:
        """Whether it is worth looking for messages (see `Lane.wants_more`)."""
        return not self.paused and any(way.room > 0 and way.lane.wants_more for way in self._open())

    @property
    def resting_s(self) -> float:
        """Seconds until one of the providers is tried again; 0 while one takes messages."""
        rests = [way.lane.resting_s for way in self._open()]
        return 0.0 if 0.0 in rests else min(rests)

    @property
    def probe_s(self) -> float:
        """Seconds until any provider that rests is tried again; 0 if none rests."""
        return min((way.lane.resting_s for way in self._ways if way.lane.resting_s > 0), default=0.0)

    def put(self, job: Job) -> None:
        """Give a message to the first provider that takes it; the caller has asked for `room`.

        One that is down is tried with a message that has not failed yet, or a message might try it for ever.
        """
        way = self._ways[0]
        if len(self._ways) > 1:
            ways = [way for way in self._open() if way.room > 0]
            way = next((way for way in ways if not (job.again and way.lane.is_down)), ways[0])
        way.allowance.reserve(job.message.no)
        way.lane.put(job)

    def pause(self, *, paused: bool) -> None:
        """Take nothing more, or again; what was not begun goes back to the outbox."""
        if paused and not self.paused:
            for way in self._ways:
                way.lane.put_back("the channel is paused")
        self.paused = paused

    def status(self) -> dict[str, Any]:
        """Return how the channel and its providers do."""
        trouble = next((way.lane.trouble for way in self._ways if way.lane.trouble), None)
        providers = [way.status() for way in self._ways]
        return {"resting_s": self.resting_s, "trouble": trouble, "paused": self.paused, "providers": providers}

    async def retire(self) -> None:
        """Put back what was not begun, let what is under way end, and close."""
        await asyncio.gather(*(way.lane.retire() for way in self._ways), return_exceptions=True)

    async def close(self) -> None:
        """Stop at once; what was not sent yet stays in the outbox."""
        await asyncio.gather(*(way.lane.close() for way in self._ways), return_exceptions=True)

    def _open(self) -> list[Way]:
        """Return the providers that may be asked: up to the first that keeps what it does not take now."""
        found = []
        for way in self._ways:
            found.append(way)
            if not way.passes_on:
                break
        return found


def settling(settle: Settle, label: str | None, allowance: Allowance) -> Settle:
    """Return what takes a lane's receipts: gives back what did not leave, and notes which provider took a message."""

    def take(job: Job, receipt: Receipt) -> None:
        allowance.end(job.message.no, left=not isinstance(receipt, Retry) or receipt.attempted)
        if isinstance(receipt, Sent) and label is not None:
            receipt = replace(receipt, detail={"link": label, **receipt.detail})
        settle(job, receipt)

    return take


def beginning(prepare: Prepare, allowance: Allowance) -> Prepare:
    """Return what makes a lane's messages, and counts each as it is about to leave."""

    def make(job: Job) -> Outgoing | Failed:
        allowance.begin(job.message.no)
        return prepare(job)

    return make
