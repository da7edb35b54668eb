"""The kinds of document that are data and settings, and have no steps."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Field, field_validator

from sojourn.model.block import Block
from sojourn.model.brand import Brand
from sojourn.model.channel import Channel
from sojourn.model.channels import ChannelType
from sojourn.model.document import KINDS, Catalog, Document
from sojourn.model.enforcement import Enforcement
from sojourn.model.entity import Attribute, Attributes, Entity, Event, Link
from sojourn.model.errors import Problem
from sojourn.model.expressions import Condition, Place
from sojourn.model.external import Action, Source
from sojourn.model.forms import Model
from sojourn.model.inbox import Inbox
from sojourn.model.instants import Duration, Zone
from sojourn.model.links import Links
from sojourn.model.names import Editor
from sojourn.model.policy import Policy
from sojourn.model.retention import Retention
from sojourn.model.template import Template
from sojourn.model.template_text import Locale

__all__ = [
    "KINDS",
    "Action",
    "Attribute",
    "Attributes",
    "Audience",
    "Block",
    "Catalog",
    "Channel",
    "Document",
    "Entity",
    "Event",
    "Geofence",
    "Group",
    "Link",
    "Policy",
    "Settings",
    "Source",
    "Template",
]


AudienceForm = Literal["where", "sql", "members"]
AUDIENCE_FORMS: tuple[AudienceForm, ...] = get_args(AudienceForm)


PrivateHost = Annotated[
    str, Field(pattern=r"^([0-9A-Fa-f:.]+(/[0-9]{1,3})?|[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?)$", max_length=253)
]
"""A host name, an address or a network such as `10.1.0.0/16`."""


class Settings(Document):
    """The workspace itself."""

    technical: ClassVar[bool] = True

    kind: Literal["workspace"]
    timezone: Zone = "UTC"
    audience_refresh: Duration = timedelta(hours=1)
    allow_private_hosts: list[PrivateHost] = Field(default_factory=list)
    approval: Literal["none", "required"] = "none"
    enforce: Enforcement = Field(
        default="accept", description="What becomes of events, properties and attributes that are not declared."
    )
    inbox: Inbox = Field(default_factory=Inbox, description="A watched folder, and how its files are read.")
    retention: Retention = Field(default_factory=Retention, description="How long records are kept.")
    brand: Brand = Field(default_factory=Brand, description="How pages look to those who get messages.")
    links: Links | None = Field(default=None, description="What is put behind the addresses of links in all messages.")

    @field_validator("audience_refresh")
    @classmethod
    def _is_no_moment(cls, value: timedelta) -> timedelta:
        if value < timedelta(minutes=1):
            raise ValueError("`audience_refresh` is a minute at least")
        return value


class Audience(Document):
    """A set of profiles, by one of a condition, a query or a file."""

    kind: Literal["audience"]
    where: Condition | None = Field(default=None, description="Who is in it, by a condition.")
    sql: Annotated[str, Field(min_length=1), Editor("sql")] | None = Field(
        default=None, description="Who is in it, by a query that gives `profile_id`."
    )
    members: Annotated[str, Field(min_length=1), Editor("file")] | None = Field(
        default=None, description="Who is in it, by a CSV file with a column `profile_id`."
    )

    @property
    def forms(self) -> list[AudienceForm]:
        """Return which of the three forms are there."""
        return [name for name in AUDIENCE_FORMS if getattr(self, name) is not None]

    def places(self, catalog: Catalog) -> Iterable[Place]:
        """Return the condition."""
        if self.where is not None:
            yield Place("where", self.where)

    def check(self, catalog: Catalog) -> Iterable[Problem]:
        """Check that there is exactly one form."""
        if not self.forms:
            yield Problem("DOC-040", f"the audience `{self.id}` needs one of `where`, `sql` and `members`")
        for extra in self.forms[1:]:
            both = " and ".join(f"`{form}`" for form in self.forms)
            yield Problem("DOC-040", f"an audience has one of `where`, `sql` and `members`; this one has {both}", extra)


class GroupTexts(Model):
    """How a subscription group is called in one language."""

    title: str | None = Field(default=None, description="What readers call it.")
    description: str | None = Field(default=None, description="What they get.")


class Group(Document):
    """A subscription group of a channel."""

    kind: Literal["group"]
    channel: ChannelType = Field(description="The channel whose messages it is about.")
    default: Literal["subscribed", "unsubscribed"] = Field(
        default="subscribed", description="What holds for those who said nothing."
    )
    double_opt_in: bool = Field(
        default=False, description="Whether a subscription waits until a link in a message was followed."
    )
    hidden: bool = Field(default=False, description="Whether the preference centre leaves it out.")
    locales: dict[Locale, GroupTexts] = Field(
        default_factory=dict, description="Title and description by language, for the preference centre."
    )

    def texts(self, language: str) -> GroupTexts:
        """Return title and description in a language, else as they are by default."""
        own = self.locales.get(language) or GroupTexts()
        return GroupTexts(title=own.title or self.title or self.id, description=own.description or self.description)

    def check(self, catalog: Catalog) -> Iterable[Problem]:
        """Check that with double opt-in nobody is subscribed without asking."""
        if self.double_opt_in and self.default == "subscribed":
            message = f"the group `{self.id}` has double opt-in, and yet everybody is subscribed who said nothing"
            yield Problem("DOC-049", message, "default", hint="set `default: unsubscribed`")


class Geofence(Document):
    """A circle on the earth; `radius` in metres."""

    kind: Literal["geofence"]
    lat: Annotated[float, Field(ge=-90, le=90)] = Field(description="Latitude of the centre, in degrees.")
    lon: Annotated[float, Field(ge=-180, le=180)] = Field(description="Longitude of the centre, in degrees.")
    radius: Annotated[float, Field(gt=0, le=20_037_508)] = Field(description="In metres.")
