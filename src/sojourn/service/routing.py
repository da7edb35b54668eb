"""Which template and which channel a message in the outbox takes."""

from __future__ import annotations

from collections.abc import Callable

from sojourn.engine.postman import Route, Routes
from sojourn.engine.processor import Processor
from sojourn.journeys.sending import Slot
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.documents import Channel


def routes_of(processor: Callable[[], Processor]) -> Routes:
    """Return the routes of what runs now (see `Delivery`)."""

    def route(doc: int, node: int, slot: int, variant: int) -> Route | None:
        now = processor()
        line = now.program.by_doc.get(doc)
        if line is None:
            return None
        found: Slot = line.operators[node].slots[slot]  # type: ignore[attr-defined]
        kind = CHANNEL_TYPES[CHANNEL_TYPES.index(found.spec.channel)]
        named = now.audiences.catalog.get("channel", found.channel)
        return Route(
            line.origin(node), kind,
            None if named is None else named.id, found.choice(variant).template, found.spec.group,
            found.spec.transactional, [name for name, kind in now.program.attributes.items() if kind == "json"],
        )  # fmt: skip

    return route


def channels_of(processor: Callable[[], Processor]) -> Callable[[str], Channel | None]:
    """Return the channel documents of what runs now, by id."""

    def channel(id: str) -> Channel | None:
        found: Channel | None = processor().audiences.catalog.get("channel", id)
        return found

    return channel
