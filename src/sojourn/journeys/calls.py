"""What is decided about calls of systems outside: an answer that is known already, a limit, a turn in the queue.

The same for a server and for the simulator; only who answers differs. The book has what all profiles share: the windows
of the limits, and how many wait. A fold works on a fork of it, which takes the book's place when the fold is committed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple, Protocol

from sojourn.journeys.windows import START, Window, next_opening
from sojourn.model.statuses import is_success

LONGEST_WAIT: Final = timedelta(hours=6)
"""A call that a limit has held so long is capped."""


@dataclass(frozen=True)
class CallRule:
    """What is decided by of a source or action; `target` is ``source/id`` or ``action/id``.

    Attributes
    ----------
    calls, per
        At most so many calls in a window of this length; None: no limit.
    fails : bool
        Over the limit a call is capped at once and does not wait.
    cache : timedelta or None
        How long a good answer is used again for the same parameters.
    """

    target: str
    calls: int | None = None
    per: timedelta = timedelta()
    fails: bool = False
    cache: timedelta | None = None

    @property
    def is_shared(self) -> bool:
        """Whether what becomes of one call depends on others."""
        return self.calls is not None or self.cache is not None


class Answer(NamedTuple):
    """What a system outside answered, and until when it may be used again (`fields`: a JSON object)."""

    status: str
    fields: str
    at: datetime
    until: datetime


class Ask(NamedTuple):
    """One wish to call: its number, its instant, the place of what set it off among what comes at that instant."""

    no: int
    at: datetime
    place: int
    params: str


class Verdict(NamedTuple):
    """What becomes of a wish: `answered` now, `call` now, `wait` for the limit, `follow` another call, `capped`."""

    kind: Literal["answered", "call", "wait", "follow", "capped"]
    status: str | None = None
    fields: str | None = None
    called: bool = False
    leader: int | None = None


class Answerer(Protocol):
    """Answers calls on the spot (the simulator's responses)."""

    def answer(self, target: str, params: str, at: datetime) -> tuple[str, str]:
        """Return the status, and the declared fields as a JSON object."""
        ...


class Memory(Protocol):
    """What was kept of earlier calls."""

    def answers(self, target: str, params: Sequence[str]) -> Mapping[str, Answer]:
        """Return the answers kept for these parameters."""
        ...

    def leaders(self, target: str, params: Sequence[str]) -> Mapping[str, int]:
        """Return the numbers of the calls that are asked for with these parameters and not answered."""
        ...


class Nothing:
    """The memory of an engine that has not called yet."""

    def answers(self, target: str, params: Sequence[str]) -> Mapping[str, Answer]:
        """Return nothing."""
        return {}

    def leaders(self, target: str, params: Sequence[str]) -> Mapping[str, int]:
        """Return nothing."""
        return {}


Order = tuple[datetime, int]
FIRST: Final[Order] = (START, -1)


@dataclass
class CallBook:
    """The calls of all profiles.

    Attributes
    ----------
    windows : dict of target to Window
        Of the targets that have a limit.
    queued : dict of target to int
        How many wait for the limit.
    followers : dict of number to int
        How many wait for the answer to a call.
    ready : dict of number to instant
        Calls that were answered, or given up, and have followers.
    places : dict of profile number to int
        The order of profiles within an instant.
    is_disordered : bool
        Whether something was decided in another order than one item or timer after the other would have given.
    missed : datetime or None
        A turn of somebody who has given up waiting only after it.
    """

    rules: Mapping[str, CallRule] = field(default_factory=dict)
    memory: Memory = field(default_factory=Nothing)
    answerer: Answerer | None = None
    windows: dict[str, Window] = field(default_factory=dict)
    queued: dict[str, int] = field(default_factory=dict)
    followers: dict[int, int] = field(default_factory=dict)
    ready: dict[int, datetime] = field(default_factory=dict)
    clock: datetime = START
    places: Mapping[int, int] = field(default_factory=dict)
    is_disordered: bool = False
    missed: datetime | None = None
    _fresh: dict[tuple[str, str], Answer] = field(default_factory=dict)
    _leading: dict[tuple[str, str], int] = field(default_factory=dict)
    _made: dict[tuple[str, str], Order] = field(default_factory=dict)
    _settled: dict[int, datetime] = field(default_factory=dict)
    _latest: dict[str, Order] = field(default_factory=dict)
    _late: set[str] = field(default_factory=set)
    _refused: set[str] = field(default_factory=set)

    def fork(self) -> CallBook:
        """Return a book for one fold: what it writes does not reach this one."""
        return CallBook(
            self.rules, self.memory, self.answerer, {name: window.copy() for name, window in self.windows.items()},
            dict(self.queued), dict(self.followers), dict(self.ready), self.clock,
        )  # fmt: skip

    # ---- deciding ------------------------------------------------------------------------------------------------

    def decide(self, rule: CallRule, asks: Sequence[Ask], *, is_turn: bool = False) -> list[Verdict]:
        """Decide wishes in their order; at their turn, those that waited do not queue again behind others."""
        if not rule.is_shared and self.answerer is None:
            return [Verdict("call")] * len(asks)
        known: Mapping[str, Answer] = {}
        leaders: Mapping[str, int] = {}
        if rule.cache is not None:
            params = list({ask.params for ask in asks})
            known, leaders = self.memory.answers(rule.target, params), self.memory.leaders(rule.target, params)
        return [self._decide(rule, ask, known, leaders, is_turn) for ask in asks]

    def _decide(
        self, rule: CallRule, ask: Ask, known: Mapping[str, Answer], leaders: Mapping[str, int], is_turn: bool
    ) -> Verdict:
        self.clock = max(self.clock, ask.at)
        self._note_order(rule, ask, is_turn)
        key = (rule.target, ask.params)
        if rule.cache is not None:
            kept = self._fresh.get(key) or known.get(ask.params)
            if kept is not None and kept.at <= ask.at < kept.until:
                return Verdict("answered", kept.status, kept.fields)
            leader = self._leader(key, ask, leaders)
            if leader is not None:
                self.followers[leader] = self.followers.get(leader, 0) + 1
                return Verdict("follow", leader=leader)
        if not self._may_call(rule, ask, is_turn):
            return self._over(rule, ask)
        return self._call(rule, ask)

    def _leader(self, key: tuple[str, str], ask: Ask, leaders: Mapping[str, int]) -> int | None:
        leader = self._leading.get(key) or leaders.get(ask.params)
        if leader in self._settled:
            self.is_disordered |= self._settled[leader] > ask.at
            return None
        return None if leader == ask.no else leader

    def _may_call(self, rule: CallRule, ask: Ask, is_turn: bool) -> bool:
        if rule.calls is None:
            return True
        if not is_turn and not rule.fails and self.queued.get(rule.target):
            return False
        return self.windows[rule.target].free_at() <= ask.at

    def _over(self, rule: CallRule, ask: Ask) -> Verdict:
        self._refused.add(rule.target)
        self.is_disordered |= rule.target in self._late
        if rule.fails:
            return Verdict("capped", "capped", "{}")
        self.queued[rule.target] = self.queued.get(rule.target, 0) + 1
        self._lead(rule, ask)
        return Verdict("wait")

    def _call(self, rule: CallRule, ask: Ask) -> Verdict:
        if rule.calls is not None:
            self.windows[rule.target].take(ask.at)
        if self.answerer is None:
            self._lead(rule, ask)
            return Verdict("call")
        status, fields = self.answerer.answer(rule.target, ask.params, ask.at)
        if rule.cache is not None and is_success(status):
            self.keep(rule, ask.params, Answer(status, fields, ask.at, ask.at + rule.cache), (ask.at, ask.place))
        return Verdict("answered", status, fields, called=True)

    def _lead(self, rule: CallRule, ask: Ask) -> None:
        if rule.cache is not None:
            key = (rule.target, ask.params)
            self._leading[key] = ask.no
            self._made[key] = (ask.at, ask.place)

    # ---- order ---------------------------------------------------------------------------------------------------

    def _note_order(self, rule: CallRule, ask: Ask, is_turn: bool) -> None:
        """Notice a wish that comes after a later one, and a queue that should have moved before this wish."""
        if not rule.is_shared or is_turn:
            return
        here, target = (ask.at, ask.place), rule.target
        if here < self._latest.get(target, FIRST):
            self._late.add(target)
            self.is_disordered |= target in self._refused
        self._latest[target] = max(here, self._latest.get(target, FIRST))
        if here < self._made.get((target, ask.params), FIRST):
            self.is_disordered = True
        if self.queued.get(target) and target in self.windows:
            self.is_disordered |= next_opening(self.windows[target].free_at()) < ask.at

    # ---- what changes --------------------------------------------------------------------------------------------

    def keep(self, rule: CallRule, params: str, answer: Answer, order: Order = FIRST) -> None:
        """Keep a good answer for others who ask the same."""
        self._fresh[rule.target, params] = answer
        self._made[rule.target, params] = order

    def settle(self, no: int, at: datetime) -> None:
        """Note that a call is over, however it went: those who follow it have their turn."""
        self.clock = max(self.clock, at)
        self._settled[no] = at
        for key in [key for key, leader in self._leading.items() if leader == no]:
            del self._leading[key]
        if no in self.followers:
            self.ready[no] = at

    def give_up(self, target: str, count: int, at: datetime) -> None:
        """Note that so many have waited too long for the limit."""
        opening = self.opening_of(target)
        if count and opening is not None and opening <= at:
            self.missed = min(opening, self.missed or opening)
        self.leave_queue(target, count)

    def leave_queue(self, target: str, count: int) -> None:
        """Note that so many do not wait for the limit any more."""
        left = self.queued.pop(target, 0) - count
        if left > 0:
            self.queued[target] = left

    def unfollow(self, leader: int, count: int) -> None:
        """Note that so many followers of a call have had their turn, or are gone."""
        left = self.followers.pop(leader, 0) - count
        if left > 0:
            self.followers[leader] = left
        else:
            self.ready.pop(leader, None)

    # ---- turns ---------------------------------------------------------------------------------------------------

    def opening_of(self, target: str) -> datetime | None:
        """Return when the first of a queue may call; None without a queue."""
        if not self.queued.get(target):
            return None
        free_at = self.windows[target].free_at() if target in self.windows else START
        return next_opening(free_at) if free_at > self.clock else self.clock

    def next_turn(self) -> datetime | None:
        """Return the next instant at which somebody who waits has a turn."""
        openings = [at for target in self.queued if (at := self.opening_of(target)) is not None]
        missed = [self.missed] if self.missed is not None else []
        return min([*openings, *self.ready.values(), *missed], default=None)

    def room(self, target: str, at: datetime) -> int:
        """Return how many of a queue have their turn at an instant."""
        waiting = self.queued.get(target, 0)
        return waiting if target not in self.windows else min(waiting, self.windows[target].room(at))


def windows_of(rules: Mapping[str, CallRule]) -> dict[str, Window]:
    """Return the empty windows of all limits."""
    return {name: Window(rule.calls, rule.per) for name, rule in rules.items() if rule.calls is not None}


__all__ = ["Answer", "Answerer", "Ask", "CallBook", "CallRule", "Memory", "Verdict", "windows_of"]
