"""The document of a triggered campaign."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from sojourn.journeys.document import Reentry
from sojourn.journeys.nodes.race import merge_types
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.delivery import (
    Addressing,
    Share,
    channel_type,
    check_addressing,
    check_channel,
    check_exists,
    check_group,
    check_shares,
)
from sojourn.model.document import Catalog, Document
from sojourn.model.entity import PROFILE, event_types, unknown_column
from sojourn.model.errors import Problem, did_you_mean
from sojourn.model.expressions import Condition, Expression, Names, Place, Reference
from sojourn.model.forms import ByForm, Model
from sojourn.model.instants import ClockTime, Duration, Instant, LocalTime, Weekday, ZoneOrProfile
from sojourn.model.names import AttributeName, AudienceId, EventId, GeofenceId, Id, LineId, TemplateId, TopicId
from sojourn.model.policy import DELIVERIES
from sojourn.model.reasons import ConsentStatus, FeedbackKind
from sojourn.sources.answer import as_type


class Happening(Model):
    """What all trigger forms have.

    Attributes
    ----------
    as_exception : bool
        Whether it may stand in `unless`.
    """

    as_exception: ClassVar[bool] = True

    def check(self, owner: str, path: str, catalog: Catalog) -> Iterable[Problem]:
        """Return what is wrong with it, in the campaign `owner`."""
        return ()


class EventTrigger(Happening):
    """An event of the profile."""

    event: EventId
    where: Condition | None = None

    def check(self, owner: str, path: str, catalog: Catalog) -> Iterable[Problem]:
        """Check that the event exists."""
        return check_exists("event", self.event, f"{path}.event", catalog)


class SessionTrigger(Happening):
    """A session starts."""

    session: Literal["start"]


ATOMS: Final = frozenset({"string", "integer", "number", "boolean", "date", "timestamp"})
"""Types of attributes that have one value, which a trigger may name."""


class AttributeTrigger(Happening):
    """An attribute changes, to any value or to one."""

    attribute: AttributeName
    to: str | int | float | bool | None = None

    def check(self, owner: str, path: str, catalog: Catalog) -> Iterable[Problem]:
        """Check that the attribute exists, and may have the value."""
        profile = catalog.get("entity", PROFILE)
        if profile is None:
            return
        if self.attribute not in profile.types:
            yield unknown_column(self.attribute, profile, f"{path}.attribute")
        elif self.to is not None and self.wanted(catalog) is None:
            message = f"`{self.attribute}` is of type {profile.types[self.attribute]} and is never `{self.to!s:.80}`"
            yield Problem("DOC-033", message, f"{path}.to")

    def wanted(self, catalog: Catalog) -> object:
        """Return the value that it must change to as the attribute has it; None where there is none, or any will do."""
        profile = catalog.get("entity", PROFILE)
        kind = profile.types.get(self.attribute, "string") if profile is not None else "string"
        return as_type(self.to, kind) if kind in ATOMS else None


class SubscriptionTrigger(Happening):
    """Consent to a channel or group changes."""

    subscription: TopicId
    to: ConsentStatus

    def check(self, owner: str, path: str, catalog: Catalog) -> Iterable[Problem]:
        """Check that the channel type or group exists."""
        known = [*CHANNEL_TYPES, *catalog.ids("group")]
        if self.subscription not in known:
            near = did_you_mean(self.subscription, known)
            yield Problem("DOC-020", f"no channel or group `{self.subscription}`{near}", f"{path}.subscription")


class FeedbackTrigger(Happening):
    """Feedback on another document's message."""

    feedback: Literal[FeedbackKind, "control_enrolled", "converted"]
    of: str
    link: str | None = None

    def check(self, owner: str, path: str, catalog: Catalog) -> Iterable[Problem]:
        """Check that the document and its node exist and are another's."""
        document, _, part = self.of.partition("/")
        if document == owner:
            yield Problem("DOC-061", f"`{owner}` cannot be triggered by feedback on its own messages", f"{path}.of")
            return
        yield from check_origin(document, part, f"{path}.of", catalog)


class ExceptedTrigger(Happening):
    """Another campaign's exception happened."""

    excepted: LineId

    def check(self, owner: str, path: str, catalog: Catalog) -> Iterable[Problem]:
        """Check that the other campaign exists."""
        if self.excepted == owner:
            yield Problem("DOC-061", f"`{owner}` cannot be triggered by its own exception", f"{path}.excepted")
        yield from check_exists("triggered", self.excepted, f"{path}.excepted", catalog)


class GeofenceTrigger(Happening):
    """The profile enters or leaves a circle."""

    geofence: GeofenceId
    on: Literal["enter", "exit"]

    def check(self, owner: str, path: str, catalog: Catalog) -> Iterable[Problem]:
        """Check that the geofence exists."""
        return check_exists("geofence", self.geofence, f"{path}.geofence", catalog)


class InboundTrigger(Happening):
    """The profile writes a word."""

    inbound: Literal["sms", "whatsapp"]
    keyword: Annotated[str, Field(min_length=1)]


class AudienceTrigger(Happening):
    """The profile enters an audience."""

    audience: AudienceId = Field(alias="in")

    def check(self, owner: str, path: str, catalog: Catalog) -> Iterable[Problem]:
        """Check that the audience exists."""
        return check_exists("audience", self.audience, f"{path}.in", catalog)


class ApiTrigger(Happening):
    """A trigger call."""

    as_exception: ClassVar[bool] = False

    api: Literal[True]


Trigger = Annotated[
    EventTrigger
    | SessionTrigger
    | AttributeTrigger
    | SubscriptionTrigger
    | FeedbackTrigger
    | ExceptedTrigger
    | GeofenceTrigger
    | InboundTrigger
    | AudienceTrigger
    | ApiTrigger,
    ByForm("trigger"),
]


def check_origin(document: str, part: str, path: str, catalog: Catalog) -> Iterable[Problem]:
    """Check that a document that sends exists, and its node or activity when one is named."""
    known = [id for kind in DELIVERIES for id in catalog.ids(kind)]
    if document not in known:
        yield Problem("DOC-020", f"no document `{document}`{did_you_mean(document, known)}", path)
    for kind in DELIVERIES if part else ():
        found = catalog.get(kind, document)
        if found is not None:
            parts = [step.id for step in getattr(found, "nodes", getattr(found, "activities", []))]
            if part not in parts:
                near = did_you_mean(part, parts)
                yield Problem("DOC-020", f"`{document}` has no node `{part}`{near}", path)


class ForDelay(Model):
    """A duration."""

    duration: Duration = Field(alias="for")


class DaysDelay(Model):
    """Calendar days, at a time of day."""

    days: Annotated[int, Field(ge=0, le=36_500)]
    at: ClockTime


class WeekdayDelay(Model):
    """The next such weekday, at a time of day."""

    weekday: Weekday
    at: ClockTime


class BestTimeDelay(Model):
    """The hour at which the profile reacts most."""

    best_time: Literal[True]
    fallback: ClockTime


Delay = Annotated[ForDelay | DaysDelay | WeekdayDelay | BestTimeDelay, ByForm("delay")]


class LocalPeriod(Model):
    """A period by wall clock."""

    start: LocalTime = Field(alias="from")
    until: LocalTime
    timezone: ZoneOrProfile | None = None


class InstantPeriod(Model):
    """A period between instants, `until` exclusive."""

    start: Instant = Field(alias="from")
    until: Instant


class LocalDuring(Model):
    """A period by wall clock, in its own field."""

    local: LocalPeriod


During = Annotated[InstantPeriod | LocalDuring, ByForm("duration")]


class Window(Model):
    """The hours of the day in which messages may leave; it may cross midnight, `until` is exclusive."""

    start: ClockTime = Field(alias="from")
    until: ClockTime
    timezone: ZoneOrProfile | None = None
    if_missed: Literal["skip", "next"] = "skip"


class Conversion(Model):
    """An event that counts as success within a time of the receipt."""

    event: EventId = Field(description="The event that counts as success.")
    where: Condition | None = Field(default=None, description="Which of these events count.")
    within: Duration = Field(default=timedelta(days=3), description="For how long after the receipt.")


class TriggeredMessage(Addressing):
    """One message; `channel` is a type or a channel document."""

    channel: Id
    template: TemplateId
    to: Expression | None = None


class TriggeredVariant(Model):
    """Messages for a share of the profiles."""

    name: str | None = None
    share: Share
    messages: list[TriggeredMessage] = Field(min_length=1)


class Triggered(Document):
    """A message that something sets off."""

    kind: Literal["triggered"]
    trigger: list[Trigger] = Field(min_length=1, description="What sets it off; any of these.")
    audience: Condition | None = Field(default=None, description="Who may get it, at the trigger.")
    delay: Delay | None = Field(default=None, description="When it leaves after the trigger; none: at once.")
    unless: list[Trigger] = Field(default_factory=list, description="What in the meantime keeps it from leaving.")
    timezone: ZoneOrProfile = Field(
        default="profile", description="The clock of its days and times: a zone, or `profile` for each one's own."
    )
    priority: Annotated[int, Field(ge=0, le=100)] = Field(
        default=50, description="Of two messages that compete the one of the higher priority counts first."
    )
    during: During | None = Field(default=None, description="The period in which triggers count.")
    window: Window | None = Field(default=None, description="The hours in which it may leave.")
    reeligible: Reentry = Field(default="never", description="Whether a profile may get it again.")
    recheck_audience: bool = Field(default=False, description="Test the audience again as it leaves.")
    control: Share = Field(default=0, description="Percent of the profiles that get nothing, to compare with.")
    conversions: list[Conversion] = Field(
        default_factory=list, description="What counts as success; the report compares variants by it."
    )
    messages: list[TriggeredMessage] = Field(
        default_factory=list, description="What is sent, one message for each channel."
    )
    variants: list[TriggeredVariant] = Field(
        default_factory=list, description="Messages that are tried against each other, in place of `messages`."
    )

    def references(self) -> Iterable[Reference]:
        """Return the events of the conversions."""
        return (Reference(f"conversions[{i}].event", ("event",), goal.event) for i, goal in enumerate(self.conversions))

    def entry_types(self, catalog: Catalog) -> dict[str, str]:
        """Return the types of `entry`: the properties of all events that may trigger."""
        events = [trigger.event for trigger in self.trigger if isinstance(trigger, EventTrigger)]
        return merge_types(event_types(catalog, event) for event in events)

    def every_message(self) -> Iterator[tuple[str, TriggeredMessage]]:
        """Yield the messages with their paths, those of the variants included."""
        for i, message in enumerate(self.messages):
            yield f"messages[{i}]", message
        for j, variant in enumerate(self.variants):
            for i, message in enumerate(variant.messages):
                yield f"variants[{j}].messages[{i}]", message

    def places(self, catalog: Catalog) -> Iterable[Place]:
        """Return the expressions of the triggers, exceptions, conversions, the audience and the messages."""
        entry = self.entry_types(catalog)
        yield from self._wheres("trigger", self.trigger, None, catalog)
        yield from self._wheres("unless", self.unless, entry, catalog)
        yield from self._wheres("conversions", self.conversions, None, catalog)
        if self.audience is not None:
            yield Place("audience", self.audience, Names(event=entry, entry=entry, zone=self.timezone))
        for path, message in self.every_message():
            if message.to is not None:
                names = Names(event=entry, entry=entry, zone=self.timezone)
                yield Place(f"{path}.to", message.to, names, condition=False, gives="text")

    def _wheres(
        self, field: str, items: Iterable[Model], entry: dict[str, str] | None, catalog: Catalog
    ) -> Iterable[Place]:
        for i, item in enumerate(items):
            if isinstance(item, EventTrigger | Conversion) and item.where is not None:
                names = Names(event=event_types(catalog, item.event), entry=entry, zone=self.timezone)
                yield Place(f"{field}[{i}].where", item.where, names)

    def check(self, catalog: Catalog) -> Iterable[Problem]:
        """Check the triggers, the exceptions, the times and the messages."""
        for i, trigger in enumerate(self.trigger):
            yield from trigger.check(self.id, f"trigger[{i}]", catalog)
        yield from self._check_exceptions(catalog)
        yield from self._check_times()
        yield from self._check_messages(catalog)

    def _check_exceptions(self, catalog: Catalog) -> Iterable[Problem]:
        sessions = any(isinstance(trigger, SessionTrigger) for trigger in self.trigger)
        if self.unless and self.delay is None:
            yield Problem("DOC-062", "exceptions need a `delay`: without one the message leaves at once", "unless")
        for i, exception in enumerate(self.unless):
            yield from exception.check(self.id, f"unless[{i}]", catalog)
            if not exception.as_exception:
                yield Problem("DOC-063", "a trigger call cannot be an exception", f"unless[{i}]")
            if sessions and isinstance(exception, SessionTrigger):
                message = "the start of a session cannot be both trigger and exception (`session: start`)"
                yield Problem("DOC-064", message, f"unless[{i}].session")

    def _check_times(self) -> Iterable[Problem]:
        if self.recheck_audience and self.delay is None:
            message = "`recheck_audience` needs a `delay`: without one the audience is tested once, at the trigger"
            yield Problem("DOC-062", message, "recheck_audience")
        during = self.during.local if isinstance(self.during, LocalDuring) else self.during
        if during is not None and during.until <= during.start:
            path = "during.local.until" if isinstance(self.during, LocalDuring) else "during.until"
            yield Problem("DOC-046", "`until` is not after `from`", path)
        if self.window is not None and self.window.start == self.window.until:
            yield Problem("DOC-044", "a window that closes when it opens is never open", "window.until")

    def _check_messages(self, catalog: Catalog) -> Iterable[Problem]:
        if not self.messages and not self.variants:
            yield Problem("DOC-002", f"the triggered campaign `{self.id}` has no `messages` (and no `variants`)")
        if self.messages and self.variants:
            yield Problem("DOC-054", "a campaign has `messages` or `variants`, not both", "variants")
        if self.variants:
            yield from check_shares([variant.share for variant in self.variants], "variants")
        for path, message in self.every_message():
            yield from self._check_message(path, message, catalog)
        yield from _check_channels_once("messages", self.messages, catalog)
        for j, variant in enumerate(self.variants):
            yield from _check_channels_once(f"variants[{j}].messages", variant.messages, catalog)

    def _check_message(self, path: str, message: TriggeredMessage, catalog: Catalog) -> Iterable[Problem]:
        kind = channel_type(message.channel, catalog)
        yield from check_channel(message.channel, None, f"{path}.channel", catalog)
        rest = Addressing(template=message.template)
        yield from check_addressing(rest, kind, f"{path}.", catalog)
        if message.group is not None:
            yield from check_group(message.group, kind, f"{path}.group", catalog)


def _check_channels_once(path: str, messages: list[TriggeredMessage], catalog: Catalog) -> Iterable[Problem]:
    seen: dict[str, int] = {}
    for i, message in enumerate(messages):
        kind = channel_type(message.channel, catalog) or message.channel
        if kind in seen:
            text = f"the channel `{kind}` is in `{path}[{seen[kind]}]` already; a campaign has each channel once"
            yield Problem("DOC-065", text, f"{path}[{i}].channel")
        seen.setdefault(kind, i)
