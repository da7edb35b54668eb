"""Which template and which channel a message in the outbox takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sojourn.channels.registry import works_on
from sojourn.engine.postman import Route, Routes
from sojourn.engine.processor import Processor
from sojourn.journeys.sending import Slot
from sojourn.messages.linking import decorated
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.documents import Channel
from sojourn.model.template import Template as TemplateDocument
from sojourn.workspace.workspace import settings_of


def routes_of(processor: Callable[[], Processor]) -> Routes:
    """Return the routes of what runs now (see `Delivery`); each is made once for what runs."""
    made: dict[tuple[int, int, int, int], Route] = {}
    made_for: list[object] = [None, None]

    def route(doc: int, node: int, slot: int, variant: int) -> Route | None:
        now, key = processor(), (doc, node, slot, variant)
        if made_for[0] is not now.program or made_for[1] is not now.audiences.catalog:
            made_for[:] = [now.program, now.audiences.catalog]
            made.clear()
        if key not in made:
            fresh = _route(now, *key)
            if fresh is None:
                return None
            made[key] = fresh
        return made[key]

    return route


def _route(now: Processor, doc: int, node: int, slot: int, variant: int) -> Route | None:
    line = now.program.by_doc.get(doc)
    if line is None:
        return None
    found: Slot = line.operators[node].slots[slot]  # type: ignore[attr-defined]
    kind = CHANNEL_TYPES[CHANNEL_TYPES.index(found.spec.channel)]
    catalog = now.audiences.catalog
    named: Channel | None = catalog.get("channel", found.channel)
    template, of = found.choice(variant).template, line.origin(node)
    document, _, step = of.partition("/")
    about = {"document": document, "node": step, "template": template.id}
    decoration = decorated(kind, about, settings_of(catalog).links, named.links if named else None, template.links)
    written: TemplateDocument | None = catalog.get("template", template.id)
    return Route(
        of, kind,
        None if named is None else named.id, template, found.spec.group,
        found.spec.transactional, [name for name, kind in now.program.attributes.items() if kind == "json"],
        decoration, None if written is None else written.display,
    )  # fmt: skip


def channels_of(processor: Callable[[], Processor]) -> Callable[[str], Channel | None]:
    """Return the channel documents of what runs now, by id."""

    def channel(id: str) -> Channel | None:
        found: Channel | None = processor().audiences.catalog.get("channel", id)
        return found

    return channel


def busy_channels(processor: Callable[[], Processor]) -> Callable[[], list[Channel]]:
    """Return the channel documents of what runs now whose providers have something to do without a message, too."""

    def channels() -> list[Channel]:
        every: Mapping[str, Channel] = processor().audiences.catalog.all("channel")
        return [
            channel for channel in every.values() if any(works_on(channel.type, way.provider) for way in channel.ways)
        ]

    return channels
