"""What conditions look up: events, audiences, entities, groups and documents of a workspace."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, Protocol

from sojourn.expr.scope import Types


@dataclass(frozen=True)
class EventSpec:
    """A declared event: its incoming name, its rule, and its properties."""

    match: str
    where: str | None = None
    properties: Types = field(default_factory=dict)


@dataclass(frozen=True)
class AudienceSpec:
    """A declared audience; `where` is the condition of one of kind `where`."""

    kind: Literal["where", "sql", "members", "saved"]
    where: str | Mapping[str, Any] | None = None


@dataclass(frozen=True)
class LinkSpec:
    """A many-to-one link: the entity it leads to, and target columns by local column."""

    to: str
    on: Mapping[str, str]


@dataclass(frozen=True)
class EntitySpec:
    """A declared entity."""

    attributes: Types
    key: str
    links: Mapping[str, LinkSpec] = field(default_factory=dict)

    @property
    def profile_columns(self) -> tuple[str, ...]:
        """The columns that have the id of the profile that a row is linked to."""
        links = [link.on for link in self.links.values() if link.to == "profile"]
        return tuple(dict.fromkeys(here for on in links for here, there in on.items() if there == "profile_id"))


@dataclass(frozen=True)
class GroupSpec:
    """A subscription group."""

    channel: str
    default: Literal["subscribed", "unsubscribed"] = "subscribed"
    double_opt_in: bool = False


class Directory(Protocol):
    """The declared names of a workspace, by id; `documents` has the node ids of journeys and campaigns."""

    @property
    def events(self) -> Mapping[str, EventSpec]:
        """Events by id."""

    @property
    def audiences(self) -> Mapping[str, AudienceSpec]:
        """Audiences by id."""

    @property
    def entities(self) -> Mapping[str, EntitySpec]:
        """Entities by id; `profile` with its attributes."""

    @property
    def groups(self) -> Mapping[str, GroupSpec]:
        """Subscription groups by id."""

    @property
    def documents(self) -> Mapping[str, Collection[str]]:
        """Ids of nodes (activities) by id of journey or campaign; none for a triggered campaign."""

    @property
    def zone(self) -> str:
        """The workspace's time zone."""


@dataclass(frozen=True)
class WorkspaceNames:
    """A directory of given mappings."""

    events: Mapping[str, EventSpec] = field(default_factory=dict)
    audiences: Mapping[str, AudienceSpec] = field(default_factory=dict)
    entities: Mapping[str, EntitySpec] = field(default_factory=dict)
    groups: Mapping[str, GroupSpec] = field(default_factory=dict)
    documents: Mapping[str, Collection[str]] = field(default_factory=dict)
    zone: str = "UTC"

    def fingerprint(self, value: str) -> object:
        """Return what tells this directory from another one, in which a value may mean something else.

        Parameters
        ----------
        value : str
            A condition, as Python writes it; the parts of documents matter to `engaged` only.
        """
        engages = "engaged" in value or ("'in'" in value and self._audiences_engage)
        return (self._names, self._parts) if engages else self._names

    @cached_property
    def _names(self) -> int:
        return hash(repr((self.events, self.audiences, self.entities, self.groups, self.zone)))

    @cached_property
    def _parts(self) -> int:
        return hash(repr(self.documents))

    @cached_property
    def _audiences_engage(self) -> bool:
        return "engaged" in repr(self.audiences)
