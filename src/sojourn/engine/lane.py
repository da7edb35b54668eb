"""One channel document's way out: a bounded queue, workers, a rate, and rest after a failure."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from sojourn.channels.port import Failed, Outgoing, Provider, Receipt, Retry
from sojourn.engine.clock import elapsed_s
from sojourn.engine.postman import Job

BATCH = 5
"""Messages in one call of a provider: what may be sent twice if the process dies in it."""
CAPACITY = 4_000
"""Messages that a lane holds at most; all others stay in the outbox."""
_HANG_S = 900.0
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Rest:
    """How long to wait after the n-th failure in a row: `first_s`, growing by `factor`, at most `most_s`."""

    first_s: float
    most_s: float
    factor: float = 2.0

    def after(self, failures: int) -> float:
        """Return seconds.

        Examples
        --------
        >>> [Rest(1, 60).after(n) for n in (1, 2, 3, 10)]
        [1.0, 2.0, 4.0, 60]
        """
        return min(self.most_s, self.first_s * self.factor ** min(failures - 1, 40))


class Pace:
    """Keeps a rate: so many messages in a second, spread evenly."""

    def __init__(self, rate_per_s: float | None) -> None:
        self.rate_per_s = rate_per_s
        self._free_at = 0.0

    @property
    def batch(self) -> int:
        """Messages to send in one go: a twentieth of a second's worth."""
        return BATCH if self.rate_per_s is None else max(1, min(BATCH, math.floor(self.rate_per_s / 20)))

    async def wait(self, count: int) -> None:
        """Return when `count` more messages may go."""
        if self.rate_per_s is None:
            return
        now = asyncio.get_running_loop().time()
        start = max(now, self._free_at)
        self._free_at = start + count / self.rate_per_s
        if start > now:
            await asyncio.sleep(start - now)


class Rhythm(Protocol):
    """Keeps one rate or several (see `Pace`)."""

    @property
    def batch(self) -> int:
        """Messages to send in one go."""
        ...

    async def wait(self, count: int) -> None:
        """Return when `count` more messages may go."""
        ...


Settle = Callable[[Job, Receipt], None]
Prepare = Callable[[Job], Outgoing | Failed]
Handed = Callable[[Sequence[Receipt], float], None]


class Lane:
    """Sends the messages of one channel document.

    Parameters
    ----------
    name : str
        Id of the channel document, for logs and status.
    provider : Provider
        Takes the messages.
    pace : Rhythm
        The document's rate.
    rest : Rest
        After a provider could not be reached.
    prepare : callable
        Renders a message just before it is sent.
    settle : callable
        Takes each message with its receipt, once.
    changed : callable
        Called when the lane can take more, or begins to rest.
    breaks_after : int, optional
        Failures in a row after which the lane is down: others take its messages, and it gets one now and then to try.
    handed : callable, optional
        Told the receipts of one call of the provider, and how many seconds it took.
    """

    def __init__(
        self,
        name: str,
        provider: Provider,
        pace: Rhythm,
        rest: Rest,
        prepare: Prepare,
        settle: Settle,
        changed: Callable[[], None],
        breaks_after: int | None = None,
        handed: Handed = lambda receipts, seconds: None,
    ) -> None:
        self.name = name
        self.provider = provider
        self.trouble: str | None = None
        self._pace = pace
        self._rest = rest
        self._prepare = prepare
        self._settle = settle
        self._changed = changed
        self._handed = handed
        self._queue: deque[Job] = deque()
        self._busy = 0
        self._failures = 0
        self._unanswered = 0
        self._breaks_after = breaks_after
        self._resting_until = 0.0
        self._retired = False
        self._loop = asyncio.get_running_loop()
        self._ready = asyncio.Event()
        self._workers = [asyncio.create_task(self._work()) for _ in range(provider.parallel)]

    def room(self) -> int:
        """Return how many messages the lane takes now: none while it rests, one to try after that."""
        held = len(self._queue) + self._busy
        if self._failures:
            return 0 if self._loop.time() < self._resting_until else max(0, 1 - held)
        return CAPACITY - held

    @property
    def wants_more(self) -> bool:
        """Whether it is worth looking for messages: it takes some, and has not enough to go on with."""
        return self.room() > 0 and len(self._queue) + self._busy <= CAPACITY // 2

    @property
    def resting_s(self) -> float:
        """Seconds until the lane tries again; 0 if it is not resting."""
        return max(0.0, self._resting_until - self._loop.time()) if self._failures else 0.0

    @property
    def is_down(self) -> bool:
        """Whether it has failed so often in a row that others take its messages."""
        return self._breaks_after is not None and max(self._failures, self._unanswered) >= self._breaks_after

    def put(self, job: Job) -> None:
        """Queue a message; the caller has asked for `room`."""
        self._queue.append(job)
        self._ready.set()

    async def retire(self) -> None:
        """Put back what was not begun, let what is under way end, and close."""
        self._retired = True
        self.put_back("the channel document has changed")
        self._ready.set()
        await asyncio.gather(*self._workers, return_exceptions=True)
        await self.provider.close()

    async def close(self) -> None:
        """Stop at once; what was not sent yet stays in the outbox."""
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        await self.provider.close()

    async def _work(self) -> None:
        while not self._retired:
            batch = self._take()
            if not batch:
                self._ready.clear()
                await self._ready.wait()
                continue
            self._busy += len(batch)
            await self._pace.wait(len(batch))
            receipts = await self._send(batch)
            self._busy -= len(batch)
            self._read(batch, receipts)

    def _take(self) -> list[Job]:
        share = math.ceil(len(self._queue) / len(self._workers))
        return [self._queue.popleft() for _ in range(min(share, self._pace.batch))]

    async def _send(self, batch: Sequence[Job]) -> list[Receipt]:
        """Render and send; a message that cannot be rendered costs the others nothing."""
        prepared = [self._rendered(job) for job in batch]
        ready = [message for message in prepared if isinstance(message, Outgoing)]
        sent = iter(await self._timed(ready) if ready else [])
        return [next(sent) if isinstance(message, Outgoing) else message for message in prepared]

    def _rendered(self, job: Job) -> Outgoing | Failed:
        try:
            return self._prepare(job)
        except Exception as error:  # data that nobody foresaw spoils its own message only
            _log.exception("message cannot be made", channel=self.name, message=job.message.no)
            return Failed(f"{type(error).__name__}: {error}"[:300])

    async def _timed(self, batch: Sequence[Outgoing]) -> list[Receipt]:
        began = elapsed_s()
        receipts = await self._hand_over(batch)
        self._handed(receipts, elapsed_s() - began)
        return receipts

    async def _hand_over(self, batch: Sequence[Outgoing]) -> list[Receipt]:
        try:
            async with asyncio.timeout(_HANG_S):
                receipts = await self.provider.send(batch)
            if len(receipts) == len(batch):
                return receipts
            reason = f"the provider gave {len(receipts)} receipts for {len(batch)} messages"
        except TimeoutError:
            reason = f"the provider did not answer for {_HANG_S:.0f} s"
        except Exception as error:  # a provider's fault is no reason to stop the others
            _log.exception("provider failed", channel=self.name)
            reason = f"{type(error).__name__}: {error}"[:300]
        return [Retry(reason, attempted=True)] * len(batch)

    def _read(self, batch: Sequence[Job], receipts: Sequence[Receipt]) -> None:
        for receipt in receipts:
            if isinstance(receipt, Retry) and not receipt.attempted and receipt.after_s != 0:
                self._start_rest(receipt)
                break
            if not isinstance(receipt, Retry):
                self._end_rest()
        self._count_unanswered(receipts)
        for job, receipt in zip(batch, receipts, strict=True):
            self._settle(job, receipt)
        if self.room() >= CAPACITY // 2:
            self._changed()

    def _count_unanswered(self, receipts: Sequence[Receipt]) -> None:
        """Let a lane that others can stand in for rest when nothing comes back, though it can be reached."""
        lost = [receipt for receipt in receipts if isinstance(receipt, Retry) and receipt.attempted]
        failed = bool(lost) and all(isinstance(receipt, Retry) for receipt in receipts)
        self._unanswered = self._unanswered + 1 if failed else 0
        if lost and self.is_down:
            self._start_rest(lost[-1])

    def _start_rest(self, receipt: Retry) -> None:
        now = self._loop.time()
        if self._failures and now < self._resting_until:
            return
        self._failures += 1
        wait_s = receipt.after_s or self._rest.after(self._failures)
        self._resting_until = now + wait_s
        self.trouble = receipt.reason
        _log.warning("channel rests", channel=self.name, reason=receipt.reason, wait_s=wait_s)
        self.put_back(receipt.reason)
        self._changed()

    def put_back(self, reason: str) -> None:
        """Give back what was not begun."""
        while self._queue:
            self._settle(self._queue.popleft(), Retry(reason, 0.0))

    def _end_rest(self) -> None:
        if self._failures:
            _log.info("channel works again", channel=self.name)
        self._failures = 0
        self.trouble = None
