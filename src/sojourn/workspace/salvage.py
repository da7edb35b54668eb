"""What can be known of a document that has errors, so that these do not show up again in other documents."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter, ValidationError

from sojourn.model.document import Document
from sojourn.model.documents import Entity, Event
from sojourn.model.entity import PROFILE, Attributes
from sojourn.model.reader import RawDocument

_ATTRIBUTES: TypeAdapter[Any] = TypeAdapter(Attributes)


def salvage(raw: RawDocument, document: Document | None) -> Document | None:
    """Return an entity or event with the attributes that can be read and the others as JSON.

    Parameters
    ----------
    raw : RawDocument
        As it was written.
    document : Document or None
        What is left without the fields that are wrong; other kinds stay as they are there.
    """
    if isinstance(document, Entity):
        return document.model_copy(update={"attributes": _attributes(raw.body.get("attributes"))})
    if isinstance(document, Event):
        return document.model_copy(update={"properties": _attributes(raw.body.get("properties"))})
    if document is not None:
        return document
    try:
        if raw.kind == "entity":
            key = None if raw.id == PROFILE else raw.body.get("key")
            return Entity(kind="entity", id=raw.id, key=key, attributes=_attributes(raw.body.get("attributes")))
        if raw.kind == "event":
            return Event(kind="event", id=raw.id, properties=_attributes(raw.body.get("properties")))
    except ValidationError:
        return None
    return None


def _attributes(written: object) -> Any:
    found: dict[str, Any] = {}
    for name, value in written.items() if isinstance(written, dict) else ():
        for attempt in (value, "json"):
            try:
                found |= _ATTRIBUTES.validate_python({name: attempt})
                break
            except ValidationError:
                continue
    return found
