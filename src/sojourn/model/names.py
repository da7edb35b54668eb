"""The names that users give: ids of documents and nodes, attributes and properties."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, GetJsonSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema

_ID = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_ATTRIBUTE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")


def check_id(text: object) -> str:
    """Check the id of a document, node or activity; a ValueError names the text."""
    if isinstance(text, str) and _ID.fullmatch(text):
        return text
    raise ValueError(
        f"`{text!s:.80}` is not an id: lower-case letters, digits, `_` and `-`, a letter first, 63 characters at most"
    )


def check_attribute(text: object) -> str:
    """Check the name of an attribute, property or parameter; a ValueError names the text."""
    if isinstance(text, str) and _ATTRIBUTE.fullmatch(text):
        return text
    raise ValueError(f"`{text!s:.80}` is not a name: letters, digits and `_`, a letter first, 63 characters at most")


Id = Annotated[str, BeforeValidator(check_id), WithJsonSchema({"type": "string", "pattern": "^[a-z][a-z0-9_-]{0,62}$"})]
AttributeName = Annotated[
    str,
    BeforeValidator(check_attribute),
    WithJsonSchema({"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_]{0,62}$"}),
]


@dataclass(frozen=True)
class Editor:
    """Say in the JSON Schema how the studio edits a field.

    Parameters
    ----------
    name : str
        `x-editor`: `document` (names a document), `node` (a node of the same document), `outlet` (the next node)…
    kinds : str
        `x-kinds`: the kinds of document that the field may name.
    """

    name: str
    kinds: tuple[str, ...] = ()

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Return the field's schema with these marks."""
        marks = {"x-editor": self.name} | ({"x-kinds": list(self.kinds)} if self.kinds else {})
        return {**handler(schema), **marks}


NodeId = Annotated[Id, Editor("node")]
Outlet = Annotated[Id, Editor("outlet")]
OutletName = Annotated[Id, Editor("outlet_name")]
"""Gives a way out of an activity its name."""
ActionId = Annotated[Id, Editor("document", ("action",))]
AudienceId = Annotated[Id, Editor("document", ("audience",))]
CampaignId = Annotated[Id, Editor("document", ("campaign",))]
ChannelId = Annotated[Id, Editor("document", ("channel",))]
EntityId = Annotated[Id, Editor("document", ("entity",))]
EventId = Annotated[Id, Editor("document", ("event",))]
GeofenceId = Annotated[Id, Editor("document", ("geofence",))]
GroupId = Annotated[Id, Editor("document", ("group",))]
JourneyId = Annotated[Id, Editor("document", ("journey",))]
SourceId = Annotated[Id, Editor("document", ("source",))]
TemplateId = Annotated[Id, Editor("document", ("template",))]
TopicId = Annotated[Id, Editor("document", ("channel", "group"))]
LineId = Annotated[Id, Editor("document", ("journey", "triggered", "campaign"))]
