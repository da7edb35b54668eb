"""A workspace that has been read, checked and compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from sojourn.campaigns.document import Campaign
from sojourn.expr import Condition, Expression, WorkspaceNames
from sojourn.journeys.document import Journey
from sojourn.journeys.triggered_document import Triggered
from sojourn.model.channels import CHANNEL_TYPES, ChannelType
from sojourn.model.document import Catalog
from sojourn.model.documents import (
    Action,
    Audience,
    Channel,
    Document,
    Entity,
    Event,
    Geofence,
    Group,
    Policy,
    Settings,
    Source,
    Template,
)
from sojourn.model.entity import PROFILE
from sojourn.model.errors import Problem
from sojourn.model.reader import RawDocument
from sojourn.workspace.lint import Lint

Compiled = Expression | Condition
Key = tuple[str, str]


@dataclass(frozen=True)
class Workspace:
    """All documents of a workspace, without errors.

    Attributes
    ----------
    catalog : Catalog
        The documents by kind and id.
    directory : WorkspaceNames
        What conditions look up.
    compiled : mapping of (kind, id) to mapping of path to Expression or Condition
        Every expression of every document, by its path such as ``nodes[3].paths[0].when``.
    raw : mapping of (kind, id) to RawDocument
        The documents as they were written.
    files : mapping of name to text
        Files that documents name, such as members of audiences.
    noticed : list of Problem
        What was seen to be odd while the documents were read.
    """

    catalog: Catalog
    directory: WorkspaceNames
    compiled: Mapping[Key, Mapping[str, Compiled]] = field(default_factory=dict)
    raw: Mapping[Key, RawDocument] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    noticed: list[Problem] = field(default_factory=list)

    @cached_property
    def warnings(self) -> list[Problem]:
        """Return what does not block publication, with its place: what was noticed, and what is surely wrong.

        Found when it is asked for, not when the documents are read.
        """
        found = [self._placed(document, problem) for document, problem in Lint(self.catalog, self.directory).problems()]
        return sorted([*self.noticed, *found], key=order)

    def _placed(self, document: Document, problem: Problem) -> Problem:
        about = (document.kind, document.id)
        if about not in self.raw:
            return replace(problem, document=about)
        return place(problem, self.raw[about])

    def _all(self, kind: str) -> Mapping[str, Any]:
        return self.catalog.all(kind)

    @property
    def settings(self) -> Settings:
        """Return the workspace's own document."""
        return settings_of(self.catalog)

    @property
    def timezone(self) -> str:
        """Return the workspace's time zone."""
        return self.settings.timezone

    @property
    def entities(self) -> Mapping[str, Entity]:
        """Return the entities, `profile` included."""
        return self._all("entity")

    @property
    def profile(self) -> Entity:
        """Return the entity `profile`."""
        return self.entities[PROFILE]

    @property
    def events(self) -> Mapping[str, Event]:
        """Return the events."""
        return self._all("event")

    @property
    def audiences(self) -> Mapping[str, Audience]:
        """Return the declared audiences, without those that campaigns save."""
        return self._all("audience")

    @property
    def sources(self) -> Mapping[str, Source]:
        """Return the sources."""
        return self._all("source")

    @property
    def actions(self) -> Mapping[str, Action]:
        """Return the actions."""
        return self._all("action")

    @property
    def templates(self) -> Mapping[str, Template]:
        """Return the templates."""
        return self._all("template")

    @property
    def channels(self) -> Mapping[str, Channel]:
        """Return the channel documents."""
        return self._all("channel")

    @property
    def groups(self) -> Mapping[str, Group]:
        """Return the subscription groups."""
        return self._all("group")

    @property
    def policies(self) -> Mapping[str, Policy]:
        """Return the policies."""
        return self._all("policy")

    @property
    def geofences(self) -> Mapping[str, Geofence]:
        """Return the geofences."""
        return self._all("geofence")

    @property
    def journeys(self) -> Mapping[str, Journey]:
        """Return the journeys."""
        return self._all("journey")

    @property
    def triggered(self) -> Mapping[str, Triggered]:
        """Return the triggered campaigns."""
        return self._all("triggered")

    @property
    def campaigns(self) -> Mapping[str, Campaign]:
        """Return the orchestrated campaigns."""
        return self._all("campaign")

    @property
    def deliveries(self) -> list[Document]:
        """Return all documents that send: journeys, triggered campaigns, campaigns."""
        return [*self.journeys.values(), *self.triggered.values(), *self.campaigns.values()]

    @property
    def saved_audiences(self) -> list[str]:
        """Return the ids of audiences that campaigns save."""
        return [id for id in self.catalog.ids("audience") if id not in self.audiences]

    def compiled_at(self, document: Document, path: str) -> Compiled:
        """Return the compiled expression or condition at a path; a KeyError if there is none."""
        return self.compiled[document.kind, document.id][path]

    def resolve_channel(self, name: str) -> Channel:
        """Return a channel by its id or its type.

        Of a type: its default document, else the only or first one; with none, the built-in one that only logs.

        Raises
        ------
        KeyError
            If the name is neither.
        """
        if name in self.channels:
            return self.channels[name]
        kind = next((kind for kind in CHANNEL_TYPES if kind == name), None)
        if kind is None:
            raise KeyError(name)
        return self._default_channel(kind)

    def _default_channel(self, kind: ChannelType) -> Channel:
        having = [channel for channel in self.channels.values() if channel.type == kind]
        built_in = Channel(kind="channel", id=kind, type=kind, provider="log", default=True)
        return next((channel for channel in having if channel.default), having[0] if having else built_in)


def place(problem: Problem, raw: RawDocument) -> Problem:
    """Return a problem with the file, the line and the column of its path."""
    line, column = raw.position(problem.path, key=problem.code == "DOC-001")
    return replace(problem, file=raw.file, line=line, column=column, document=(raw.kind, raw.id))


def order(problem: Problem) -> tuple[str, int, int]:
    """Return what problems are sorted by: their place."""
    return problem.file or "", problem.line or 0, problem.column or 0


def settings_of(catalog: Catalog) -> Settings:
    """Return the workspace's own document, or what holds without one."""
    found: Mapping[str, Any] = catalog.all("workspace")
    return next(iter(found.values()), Settings(kind="workspace", id="workspace"))
