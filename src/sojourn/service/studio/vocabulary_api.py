"""The names that documents of a folder may use, for completion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.document import KINDS, Catalog, Document
from sojourn.model.entity import PROFILE, PROFILE_KEY, Attribute
from sojourn.model.policy import DELIVERIES
from sojourn.service.access.guard import Guard
from sojourn.workspace.drafting import Drafting

Value = str | int | float | bool


class AttributeRow(BaseModel):
    """An attribute of a profile or entity, a property of an event, or a parameter."""

    name: str
    type: str = Field(description="Such as `string` or `[string]`.")
    format: str | None = None
    values: list[Value] | None = None
    title: str | None = None
    description: str | None = None


class Named(BaseModel):
    """A document that others may name."""

    id: str
    title: str | None


class EventRow(Named):
    """An event with its properties."""

    incoming_name: str
    attributes: list[AttributeRow]


class LinkRow(BaseModel):
    """A link to one row of another entity."""

    name: str
    to: str
    on: dict[str, str]


class EntityRow(Named):
    """An entity with its columns."""

    key: str
    attributes: list[AttributeRow]
    links: list[LinkRow]


class AudienceRow(Named):
    """An audience; one that a campaign saves has the form `saved`."""

    form: str


class OfChannel(Named):
    """A template or a group of a channel."""

    channel: str
    locales: list[str] = []


class ChannelDocument(Named):
    """A channel document, or (with `built_in`) a channel type."""

    type: str
    provider: str | None
    default: bool
    built_in: bool


class Callable(Named):
    """A source or an action: what it is given, what it answers."""

    parameters: list[AttributeRow]
    response: list[AttributeRow]


class Delivery(Named):
    """A journey, triggered campaign or campaign, with its nodes or activities."""

    nodes: list[str]
    takes_jumps: bool = Field(description="Whether a `jump` node may enter it.")
    takes_signals: bool = Field(description="Whether a `signal` activity may start it.")


class Vocabulary(BaseModel):
    """All names of the folder's documents that can be read."""

    profile: list[AttributeRow]
    events: list[EventRow]
    entities: list[EntityRow]
    audiences: list[AudienceRow]
    templates: list[OfChannel]
    blocks: list[Named]
    groups: list[OfChannel]
    channels: list[ChannelDocument]
    actions: list[Callable]
    sources: list[Callable]
    geofences: list[Named]
    policies: list[Named]
    journeys: list[Delivery]
    triggered: list[Delivery]
    campaigns: list[Delivery]
    files: list[str]
    labels: list[str]
    timezone: str


def vocabulary_routes(drafting: Drafting, guard: Guard) -> APIRouter:
    """Return the route of the vocabulary."""
    router = APIRouter(prefix="/api/vocabulary", tags=["studio"])

    @router.get("", dependencies=[Depends(guard.needs("read"))])
    def get_vocabulary() -> Vocabulary:
        """Return the names that documents of the folder may use."""
        return vocabulary(drafting.catalog(), drafting.files())

    return router


def vocabulary(catalog: Catalog, files: Sequence[str]) -> Vocabulary:
    """Make the vocabulary of documents."""
    everything = [document for kind in KINDS for document in catalog.all(kind).values()]
    settings: Any = next(iter(catalog.all("workspace").values()), None)
    profile = _entity(catalog.get("entity", PROFILE))
    return Vocabulary(
        profile=profile.attributes,
        events=[_event(event) for event in catalog.all("event").values()],
        entities=[profile, *(_entity(each) for id, each in catalog.all("entity").items() if id != PROFILE)],
        audiences=list(_audiences(catalog)),
        templates=[_of_channel(each, list(each.locales)) for each in catalog.all("template").values()],
        blocks=[_named(each) for each in catalog.all("block").values()],
        groups=[_of_channel(each, []) for each in catalog.all("group").values()],
        channels=list(_channels(catalog)),
        actions=[_callable(each) for each in catalog.all("action").values()],
        sources=[_callable(each) for each in catalog.all("source").values()],
        geofences=[_named(each) for each in catalog.all("geofence").values()],
        policies=[_named(each) for each in catalog.all("policy").values()],
        journeys=[_delivery(each) for each in catalog.all("journey").values()],
        triggered=[_delivery(each) for each in catalog.all("triggered").values()],
        campaigns=[_delivery(each) for each in catalog.all("campaign").values()],
        files=list(files),
        labels=sorted({label for document in everything for label in document.labels}),
        timezone=settings.timezone if settings is not None else "UTC",
    )


def _named(document: Document) -> Named:
    return Named(id=document.id, title=document.title)


def _attributes(declared: Mapping[str, Attribute]) -> list[AttributeRow]:
    return [
        AttributeRow(
            name=name, type=each.type, format=each.format, values=each.values, title=each.title,
            description=each.description,
        )
        for name, each in declared.items()
    ]  # fmt: skip


def _event(event: Any) -> EventRow:
    own = _named(event)
    return EventRow(
        id=own.id, title=own.title, incoming_name=event.incoming_name, attributes=_attributes(event.properties)
    )


def _entity(entity: Any) -> EntityRow:
    own = _named(entity)
    declared = _attributes(entity.attributes)
    if entity.id == PROFILE and PROFILE_KEY not in entity.attributes:
        declared.insert(0, AttributeRow(name=PROFILE_KEY, type="string"))
    links = [LinkRow(name=name, to=link.to, on=link.on) for name, link in entity.links.items()]
    return EntityRow(id=own.id, title=own.title, key=entity.key_column, attributes=declared, links=links)


def _audiences(catalog: Catalog) -> Iterable[AudienceRow]:
    declared = catalog.all("audience")
    for id in catalog.ids("audience"):
        document = declared.get(id)
        form = next(iter(document.forms), "saved") if document is not None else "saved"
        yield AudienceRow(id=id, title=document.title if document is not None else None, form=form)


def _of_channel(document: Any, locales: list[str]) -> OfChannel:
    own = _named(document)
    return OfChannel(id=own.id, title=own.title, channel=document.channel, locales=locales)


def _channels(catalog: Catalog) -> Iterable[ChannelDocument]:
    declared = catalog.all("channel")
    for each in declared.values():
        own = _named(each)
        yield ChannelDocument(
            id=own.id, title=own.title, type=each.type, provider=each.provider, default=each.default, built_in=False
        )
    for kind in CHANNEL_TYPES:
        if kind not in declared:
            yield ChannelDocument(id=kind, title=None, type=kind, provider=None, default=False, built_in=True)


def _callable(document: Any) -> Callable:
    own = _named(document)
    return Callable(
        id=own.id, title=own.title, parameters=_attributes(document.parameters), response=_attributes(document.response)
    )


def _delivery(document: Any) -> Delivery:
    own = _named(document)
    steps = getattr(document, "nodes", getattr(document, "activities", []))
    assert document.kind in DELIVERIES
    return Delivery(
        id=own.id, title=own.title, nodes=[step.id for step in steps],
        takes_jumps=bool(getattr(getattr(document, "entry", None), "takes_jumps", False)),
        takes_signals=getattr(document, "signal", None) is not None,
    )  # fmt: skip
