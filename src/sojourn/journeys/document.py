"""The journey document."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, TypeVar

from pydantic import Field

import sojourn.journeys.nodes  # noqa: F401  (fills the registry)
from sojourn.expr import ANYTHING, Facts, all_of
from sojourn.journeys.graph import Graph
from sojourn.journeys.nodes.node import NODES, Node
from sojourn.journeys.own_event import warn_of_own_event
from sojourn.model.delivery import check_exists
from sojourn.model.document import Catalog, Document
from sojourn.model.entity import Attributes, event_types, types
from sojourn.model.errors import Problem
from sojourn.model.expressions import Condition, Expression, Names, Place, Reference, Types
from sojourn.model.forms import ByForm, ByType, Model
from sojourn.model.instants import Duration, Instant, Rate, ZoneOrProfile, format_duration
from sojourn.model.names import AudienceId, EventId
from sojourn.model.schedule import Schedule, check_schedule, run_times

if TYPE_CHECKING:
    from sojourn.journeys.lookout import Lookout

RESERVED = ("profile", "event", "entry", "vars")

_ID = re.compile(r"(?!(?:true|false)$)[a-z][a-z0-9_-]*")

T = TypeVar("T", Place, Reference, Problem)


class After(Model):
    """Again after so long."""

    after: Duration


class EventExit(Model):
    """Leave at an event."""

    event: EventId
    where: Condition | None = None


class EnteredExit(Model):
    """Leave on entering an audience."""

    entered: AudienceId


class LeftExit(Model):
    """Leave on leaving an audience."""

    left: AudienceId


Reentry = Annotated[Literal["never", "always"] | After, ByForm("re-entry")]
Exit = Annotated[EventExit | EnteredExit | LeftExit, ByForm("exit")]


class Entry(Model):
    """What all entries have.

    Attributes
    ----------
    takes_jumps : bool
        Whether a `jump` node may enter.
    """

    takes_jumps: ClassVar[bool] = False

    type: str
    key: Expression | None = Field(
        default=None,
        description="What tells several passages of one profile apart, as an expression; none: one at a time.",
    )

    def payload(self, catalog: Catalog) -> Types | None:
        """Return the types of `entry`; None: there is no `entry`."""
        return None

    def references(self) -> Iterable[Reference]:
        """Return the documents that it names, with paths inside the entry."""
        return ()

    def places(self, names: Names, catalog: Catalog) -> Iterable[Place]:
        """Return the expressions, with paths inside the entry."""
        if self.key is not None:
            yield Place(
                "key", self.key, Names(entry=self.payload(catalog), zone=names.zone), condition=False, gives="text"
            )

    def check(self, catalog: Catalog) -> Iterable[Problem]:
        """Return what else is wrong, with paths inside the entry."""
        return ()

    def certainties(self, look: Lookout) -> Facts:
        """Return what is certain of everybody who enters, at that instant."""
        return ANYTHING

    def warn(self, look: Lookout) -> Iterable[Problem]:
        """Return what is allowed, but surely wrong, with paths inside the entry."""
        return ()


class EventEntry(Entry):
    """An event of a profile, who may have to be in an audience (an id, or a condition)."""

    takes_jumps: ClassVar[bool] = True

    type: Literal["event"]
    event: EventId = Field(description="The event that lets a profile in.")
    where: Condition | None = Field(
        default=None, description="Which of these events count; `event.x` reads the one under test."
    )
    audience: Condition | None = Field(default=None, description="Who may enter: an audience, or a condition.")

    def payload(self, catalog: Catalog) -> Types:
        """Return the types of the event."""
        return event_types(catalog, self.event)

    def references(self) -> Iterable[Reference]:
        """Return the event."""
        yield Reference("event", ("event",), self.event)

    def audience_condition(self, catalog: Catalog) -> Condition | None:
        """Return the audience as a condition; an id of an audience is membership in it."""
        text = self.audience
        if isinstance(text, str) and (text in catalog.ids("audience") or _looks_like_an_id(text)):
            return {"in": text}
        return text

    def places(self, names: Names, catalog: Catalog) -> Iterable[Place]:
        """Return `where`, `audience` and `key`."""
        yield from super().places(names, catalog)
        own = Names(event=self.payload(catalog), zone=names.zone)
        if self.where is not None:
            yield Place("where", self.where, own)
        audience = self.audience_condition(catalog)
        if audience is not None:
            yield Place("audience", audience, own)

    def certainties(self, look: Lookout) -> Facts:
        """Return that the audience is met, and `where`, past which jumps go."""
        reasoner = look.reasoner(Names(event=self.payload(look.catalog), zone=look.journey.timezone), "f.entry")
        audience = self.audience_condition(look.catalog)
        tests = [audience, None if look.takes_jumps else self.where]
        return all_of(reasoner.met(test) for test in tests if test is not None)

    def warn(self, look: Lookout) -> Iterable[Problem]:
        """Warn of an audience that counts the very event."""
        audience = self.audience_condition(look.catalog)
        if audience is not None:
            yield from warn_of_own_event(audience, {self.event}, "audience", look.catalog)


class AudienceEntry(Entry):
    """All members of an audience, at times."""

    type: Literal["audience"]
    audience: AudienceId = Field(description="Whose members enter.")
    schedule: Schedule = Field(default="asap", description="When the audience is read.")
    rate: Rate | None = Field(default=None, description="How many enter in a time; the others wait.")
    incremental: bool = Field(default=False, description="Only those who were no members at the last reading.")

    def references(self) -> Iterable[Reference]:
        """Return the audience."""
        yield Reference("audience", ("audience",), self.audience)

    def check(self, catalog: Catalog) -> Iterable[Problem]:
        """Check the schedule."""
        return check_schedule(self.schedule, "schedule")

    def certainties(self, look: Lookout) -> Facts:
        """Return that members enter, unless a rate makes them wait."""
        return look.members(self.audience) if self.rate is None else ANYTHING

    def warn(self, look: Lookout) -> Iterable[Problem]:
        """Warn of runs that are all outside the journey's time."""
        first, last = run_times(self.schedule)
        starts, ends = look.journey.starts_at, look.journey.ends_at
        if starts is not None and last is not None and last < starts:
            yield _nobody_enters("before `starts_at`")
        elif ends is not None and first is not None and first >= ends:
            yield _nobody_enters("at or after `ends_at`")


class QualificationEntry(Entry):
    """Who enters or leaves an audience."""

    type: Literal["qualification"]
    audience: AudienceId = Field(description="The audience whose members change.")
    on: Literal["entered", "left"] = Field(default="entered", description="Whether entering or leaving it counts.")

    def references(self) -> Iterable[Reference]:
        """Return the audience."""
        yield Reference("audience", ("audience",), self.audience)

    def certainties(self, look: Lookout) -> Facts:
        """Return that it is a member who enters, or none any more."""
        member: Condition = {"in": self.audience}
        return look.met(member) if self.on == "entered" else look.unmet(member)


class BusinessEventEntry(Entry):
    """All members of an audience, at an event without a profile."""

    type: Literal["business_event"]
    event: EventId = Field(description="The event, which has no profile.")
    audience: AudienceId = Field(description="Whose members enter then.")

    def payload(self, catalog: Catalog) -> Types:
        """Return the types of the event."""
        return event_types(catalog, self.event)

    def references(self) -> Iterable[Reference]:
        """Return the event and the audience."""
        yield Reference("event", ("event",), self.event)
        yield Reference("audience", ("audience",), self.audience)

    def certainties(self, look: Lookout) -> Facts:
        """Return that members enter."""
        return look.members(self.audience)


class ApiEntry(Entry):
    """A trigger call."""

    takes_jumps: ClassVar[bool] = True

    type: Literal["api"]
    properties: Attributes = Field(default_factory=dict, description="The payload of the call and its types.")

    def payload(self, catalog: Catalog) -> Types:
        """Return the declared types of the payload."""
        return types(self.properties)


AnyEntry = Annotated[EventEntry | AudienceEntry | QualificationEntry | BusinessEventEntry | ApiEntry, ByType("entry")]


class Journey(Document):
    """Steps that each profile takes at its own pace."""

    kind: Literal["journey"]
    timezone: ZoneOrProfile | None = Field(
        default=None, description="The clock of its days and times: a zone, or `profile` for each one's own."
    )
    starts_at: Instant | None = Field(default=None, description="Nobody enters before.")
    ends_at: Instant | None = Field(default=None, description="Nobody enters from then on.")
    entry: AnyEntry = Field(description="Who enters, and when.")
    reentry: Reentry = Field(default="never", description="Whether a profile may enter again once it has left.")
    max_duration: Duration = Field(default=timedelta(days=91), description="The longest that anybody stays.")
    exit_when: list[Exit] = Field(default_factory=list, description="What makes a profile leave before its time.")
    at_end: Literal["exit", "finish"] = Field(default="exit", description="What becomes of those inside at `ends_at`.")
    priority: Annotated[int, Field(ge=0, le=100)] = Field(
        default=50, description="Of two messages that compete the one of the higher priority counts first."
    )
    nodes: list[Annotated[Node, ByType("node", NODES)]] = Field(
        min_length=1, description="The steps; the first one is where passages begin."
    )

    @cached_property
    def graph(self) -> Graph:
        """Return the nodes with what leads where."""
        return Graph(self.nodes, self.max_duration)

    def references(self) -> Iterable[Reference]:
        """Return what the entry, the exits and the nodes name."""
        yield from _at("entry", self.entry.references())
        for i, leave in enumerate(self.exit_when):
            if isinstance(leave, EventExit):
                yield Reference(f"exit_when[{i}].event", ("event",), leave.event)
        for i, node in enumerate(self.nodes):
            yield from _at(f"nodes[{i}]", node.references())

    def names(self, catalog: Catalog) -> Names:
        """Return the names that the expressions of this journey's nodes may use."""
        kept = {node.id: answer for node in self.nodes if (answer := node.answer(catalog)) is not None}
        return Names(entry=self.entry.payload(catalog), nodes=kept, zone=self.timezone)

    def places(self, catalog: Catalog) -> Iterable[Place]:
        """Return the expressions of the entry, the exits and the nodes."""
        names = self.names(catalog)
        yield from _at("entry", self.entry.places(names, catalog))
        for i, leave in enumerate(self.exit_when):
            if isinstance(leave, EventExit) and leave.where is not None:
                own = dataclasses.replace(names, event=event_types(catalog, leave.event))
                yield Place(f"exit_when[{i}].where", leave.where, own)
        for i, node in enumerate(self.nodes):
            yield from _at(f"nodes[{i}]", node.places(names, catalog))

    def check(self, catalog: Catalog) -> Iterable[Problem]:
        """Check the times, the exits, the graph and each node."""
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            yield Problem("DOC-046", "`ends_at` is not after `starts_at`", "ends_at")
        yield from _at("entry", self.entry.check(catalog))
        yield from self._check_shadowing(catalog)
        yield from self._check_exits(catalog)
        yield from self.graph.check()
        for i, node in enumerate(self.nodes):
            yield from _at(f"nodes[{i}]", self._check_durations(node))
            yield from _at(f"nodes[{i}]", node.check(self.graph, catalog))

    def _check_shadowing(self, catalog: Catalog) -> Iterable[Problem]:
        for i, node in enumerate(self.nodes):
            if node.id in RESERVED and node.answer(catalog) is not None:
                message = f"what the node `{node.id}` keeps cannot be read: in expressions `{node.id}` is another thing"
                yield Problem("DOC-081", message, f"nodes[{i}].id", severity="warning", hint="give it another id")

    def _check_exits(self, catalog: Catalog) -> Iterable[Problem]:
        for i, leave in enumerate(self.exit_when):
            if isinstance(leave, EnteredExit):
                yield from check_exists("audience", leave.entered, f"exit_when[{i}].entered", catalog)
            elif isinstance(leave, LeftExit):
                yield from check_exists("audience", leave.left, f"exit_when[{i}].left", catalog)

    def _check_durations(self, node: Node) -> Iterable[Problem]:
        limit = format_duration(self.max_duration)
        for field, duration in node.durations():
            if duration > self.max_duration:
                message = f"`{field}` is {format_duration(duration)}, but nobody stays longer than {limit}"
                yield Problem("DOC-060", message, field, hint="raise `max_duration` of the journey")


def _nobody_enters(when: str) -> Problem:
    message = f"nobody enters: every run is {when} of the journey (`outside_duration`)"
    return Problem("WARN-011", message, "schedule", severity="warning", hint="move the schedule or the journey's times")


def _looks_like_an_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


def _at(prefix: str, found: Iterable[T]) -> Iterable[T]:
    for item in found:
        yield dataclasses.replace(item, path=f"{prefix}.{item.path}" if item.path else prefix)
