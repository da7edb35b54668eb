"""A triggered campaign as a line: wait for the send instant, then decide its messages."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from sojourn.expr import Condition, Expression, unquoted
from sojourn.journeys.compiler import Compiler, shares_to_bounds
from sojourn.journeys.entry import received_too_lately
from sojourn.journeys.flow import Flow
from sojourn.journeys.fold import as_json
from sojourn.journeys.matching import facet
from sojourn.journeys.program import Entry, Goal, Line, Matcher, Reentry
from sojourn.journeys.sending import Slot, send
from sojourn.journeys.timing import Timing, timing_of
from sojourn.journeys.triggered_document import (
    ApiTrigger,
    AttributeTrigger,
    AudienceTrigger,
    EventTrigger,
    ExceptedTrigger,
    FeedbackTrigger,
    GeofenceTrigger,
    Happening,
    InboundTrigger,
    SessionTrigger,
    SubscriptionTrigger,
    Triggered,
)
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.entity import event_types
from sojourn.model.expressions import Names


@dataclass
class DelayOperator:
    """Hold a send until its instant."""

    timing: Timing
    index: int = 0
    id: str = "delay"

    def arrive(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Go on at once where the send instant is now, else wait for it."""
        due = self.timing.due(flow.fold, rows)
        later = due > rows["at"]
        flow.park(self, rows.filter(later), due.filter(later))
        flow.go(self, rows.filter(~later), "next", 1)

    def wake(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Go on to the messages."""
        flow.go(self, rows, "next", 1)


@dataclass
class SendOperator:
    """Decide the messages of a send: recheck, control, variant, and each message by itself."""

    slots: tuple[Slot, ...]
    ranges: tuple[tuple[int, int], ...]
    timing: Timing
    control_below: int = 0
    bucket: Expression | None = None
    recheck: Condition | None = None
    index: int = 1
    id: str = "send"

    def arrive(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Decide; while the campaign is paused the sends are held."""
        if flow.hold(self, rows):
            return
        rows = self._still_wanted(flow, rows)
        rows = self._without_control(flow, rows)
        buckets = flow.fold.values(rows, {"bucket": self.bucket})["bucket"] if self.bucket and rows.height else None
        for slot, (low, high) in zip(self.slots, self.ranges, strict=True):
            chosen = rows if buckets is None else rows.filter((buckets >= low) & (buckets < high))
            send(flow, self.index, slot, chosen)
        flow.go(self, rows, "next", None)

    def resume(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Go on after a pause, with duration and window tested again: perhaps at the window's next opening."""
        for reason, failing in self.timing.tests_at_send(flow.fold):
            bad = failing(rows)
            self._refuse(flow, rows.filter(bad), reason)
            rows = rows.filter(~bad)
        due = self.timing.moved(flow.fold, rows, rows["at"])
        later = due > rows["at"]
        flow.park(self, rows.filter(later), due.filter(later))
        flow.put(self.index, rows.filter(~later))

    def wake(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Decide at the window's opening."""
        flow.put(self.index, rows)

    def _refuse(self, flow: Flow, rows: pl.DataFrame, reason: str) -> None:
        flow.fold.discard(flow.line, self.index, rows, reason)
        flow.go(self, rows, "otherwise", None)

    def _still_wanted(self, flow: Flow, rows: pl.DataFrame) -> pl.DataFrame:
        if flow.line.reentry.mode == "after":
            lately = received_too_lately(flow.fold, flow.line, rows)
            self._refuse(flow, rows.filter(lately), "not_eligible_again")
            rows = rows.filter(~lately)
        if self.recheck is None or not rows.height:
            return rows
        member = flow.fold.met(rows.with_columns(pl.col("entry").alias("event")), self.recheck, apart=True)
        self._refuse(flow, rows.filter(~member), "left_audience")
        return rows.filter(member)

    def _without_control(self, flow: Flow, rows: pl.DataFrame) -> pl.DataFrame:
        if not self.control_below or not rows.height or self.bucket is None:
            return rows
        control = flow.fold.values(rows, {"bucket": self.bucket})["bucket"] < self.control_below
        if ("feedback", "control_enrolled") in flow.fold.program.listens:
            told = pl.lit(as_json({"of": flow.line.id}))
            flow.fold.follow(flow.line, rows.filter(control), "feedback", "control_enrolled", told)
        self._refuse(flow, rows.filter(control), "control_group")
        return rows.filter(~control)


def compile_triggered(document: Triggered, compiler: Compiler, doc: int) -> Line:
    """Compile a triggered campaign into a line."""
    entry_types = document.entry_types(compiler.catalog)
    names = Names(event=entry_types, entry=entry_types, zone=document.timezone)
    timing = timing_of(document, compiler.directory.zone)
    matchers = tuple(matcher_of(trigger, compiler, None, document) for trigger in document.trigger)
    exceptions = tuple(matcher_of(trigger, compiler, entry_types, document) for trigger in document.unless)
    audience = compiler.condition(document.audience, names) if document.audience is not None else None
    operator = _sender(document, compiler, names, timing, audience)
    goals = tuple(_goal(document, number, compiler) for number in range(len(document.conversions)))
    reentry = document.reeligible
    line = Line(
        doc=doc, id=document.id, kind="triggered", entry=Entry(matchers, audience),
        operators=[DelayOperator(timing), operator], order=(0, 1), zone=document.timezone,
        fallback_zone=compiler.directory.zone,
        reentry=Reentry(reentry) if isinstance(reentry, str) else Reentry("after", reentry.after),
        max_duration=None, priority=document.priority, exits=exceptions, goals=goals,
        promotional=not any(message.transactional for _, message in document.every_message()),
        receipts=True, steps=False, timing=timing,
        listens=frozenset(facet(matcher) for matcher in (*matchers, *exceptions, *(goal.matcher for goal in goals))),
        delivered={(1, slot.number): slot.spec.channel for slot in operator.slots},
    )  # fmt: skip
    line.node_ids = ("", "")
    return line


def _sender(
    document: Triggered, compiler: Compiler, names: Names, timing: Timing, audience: Condition | None
) -> SendOperator:
    control = round(document.control * 100)
    slots: list[Slot] = []
    ranges: list[tuple[int, int]] = []
    groups = [(variant.share, variant.messages, variant.name) for variant in document.variants] or [
        (100.0, document.messages, None)
    ]
    bounds = shares_to_bounds([share for share, _, _ in groups], control)
    low = control
    for index, ((_, messages, name), high) in enumerate(zip(groups, bounds, strict=True)):
        for message in messages:
            to = unquoted(compiler.expression(message.to, names)) if message.to is not None else None
            variant = index if document.variants else -1
            slots.append(compiler.slot(len(slots), message, to=to, variant=variant, name=name))
            ranges.append((low, high))
        low = high
    return SendOperator(
        tuple(slots), tuple(ranges), timing, control,
        compiler.bucket(document.id) if control or document.variants else None,
        audience if document.recheck_audience else None,
    )  # fmt: skip


def _goal(document: Triggered, number: int, compiler: Compiler) -> Goal:
    goal = document.conversions[number]
    names = Names(event=event_types(compiler.catalog, goal.event), zone=document.timezone)
    where = compiler.condition(goal.where, names) if goal.where is not None else None
    return Goal(Matcher("event", goal.event, where), goal.within)


def matcher_of(trigger: Happening, compiler: Compiler, entry: dict[str, str] | None, document: Triggered) -> Matcher:
    """Compile a trigger or an exception."""
    match trigger:
        case EventTrigger():
            names = Names(event=event_types(compiler.catalog, trigger.event), entry=entry, zone=document.timezone)
            where = compiler.condition(trigger.where, names) if trigger.where is not None else None
            return Matcher("event", trigger.event, where)
        case SessionTrigger():
            return Matcher("session")
        case AttributeTrigger():
            return Matcher("attribute", trigger.attribute, to=trigger.wanted(compiler.catalog))
        case SubscriptionTrigger():
            kind = "channel" if trigger.subscription in CHANNEL_TYPES else "group"
            return Matcher("subscription", f"{kind}:{trigger.subscription}", to=trigger.to)
        case FeedbackTrigger():
            origin, _, node = trigger.of.partition("/")
            return Matcher("feedback", trigger.feedback, origin=(origin, node or None), link=trigger.link)
        case ExceptedTrigger():
            return Matcher("excepted", trigger.excepted)
        case GeofenceTrigger():
            return Matcher("geofence", trigger.geofence, to=trigger.on)
        case InboundTrigger():
            return Matcher("inbound", trigger.inbound, to=trigger.keyword)
        case AudienceTrigger():
            return Matcher("member", trigger.audience)
        case ApiTrigger():
            return Matcher("api", document.id)
        case _:
            raise TypeError(f"{type(trigger).__name__} has no test")
