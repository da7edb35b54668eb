"""Entities and events: the declared shape of data."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from sojourn.model.document import Catalog, Document
from sojourn.model.enforcement import Enforcement
from sojourn.model.errors import Problem, did_you_mean
from sojourn.model.expressions import Expression, Names, Place, Reference
from sojourn.model.forms import Model
from sojourn.model.names import AttributeName, Editor, EntityId

PROFILE = "profile"
PROFILE_KEY = "profile_id"
SCALAR_TYPES = ("string", "integer", "number", "boolean", "date", "timestamp", "json")
_TYPE = re.compile(r"\[?(\w+)\]?")


def _read_type(value: object) -> str:
    if isinstance(value, list) and len(value) == 1:
        value = f"[{value[0]}]"
    if isinstance(value, str) and value in (*SCALAR_TYPES, *(f"[{name}]" for name in SCALAR_TYPES)):
        return value
    match = _TYPE.fullmatch(value) if isinstance(value, str) else None
    near = did_you_mean(match[1], SCALAR_TYPES) if match else ""
    known = near or f"; it is one of {', '.join(SCALAR_TYPES)} or a list of one, such as [string]"
    raise ValueError(f"unknown type `{value!s:.60}`{known}")


def _read_attribute(value: object) -> object:
    return {"type": value} if isinstance(value, str | list) else value


DataType = Annotated[
    str,
    BeforeValidator(_read_type),
    WithJsonSchema(
        {
            "oneOf": [
                {"enum": list(SCALAR_TYPES)},
                {"type": "array", "items": {"enum": list(SCALAR_TYPES)}, "minItems": 1, "maxItems": 1},
            ]
        }
    ),
    PlainSerializer(lambda value: [value[1:-1]] if value.startswith("[") else value),
    Editor("data_type"),
]


class Attribute(Model):
    """The type of an attribute, property or parameter; `type` is such as ``string`` or ``[string]``."""

    type: DataType
    format: Literal["email", "phone", "timezone", "url", "locale"] | None = None
    values: list[str | int | float | bool] | None = None
    title: str | None = None
    description: str | None = None


Attributes = dict[
    AttributeName,
    Annotated[Attribute, BeforeValidator(_read_attribute, json_schema_input_type=DataType | Attribute)],
]


def types(attributes: Attributes) -> dict[str, str]:
    """Return the types by name."""
    return {name: attribute.type for name, attribute in attributes.items()}


class Link(Model):
    """A many-to-one link: the columns here and there that are equal."""

    to: EntityId
    on: dict[AttributeName, AttributeName] = Field(min_length=1)


class Entity(Document):
    """A table of data: its key, its columns and its links to other entities."""

    technical: ClassVar[bool] = True

    kind: Literal["entity"]
    key: AttributeName | None = Field(default=None, description="The attribute that is unique.")
    attributes: Attributes = Field(default_factory=dict, description="The columns and their types.")
    links: dict[AttributeName, Link] = Field(default_factory=dict, description="To one row of another entity each.")
    enforce: Enforcement | None = Field(
        default=None, description="What becomes of data that is not declared; none: as the workspace says."
    )

    @property
    def types(self) -> dict[str, str]:
        """Return the types of the columns."""
        own = types(self.attributes)
        return {PROFILE_KEY: "string", **own} if self.id == PROFILE else own

    @property
    def key_column(self) -> str:
        """Return the column that is unique."""
        return PROFILE_KEY if self.id == PROFILE else str(self.key)

    def references(self) -> Iterable[Reference]:
        """Return the linked entities."""
        return (Reference(f"links.{name}.to", ("entity",), link.to) for name, link in self.links.items())

    def check(self, catalog: Catalog) -> Iterable[Problem]:
        """Check the key and the columns of the links."""
        yield from self._check_key()
        for name, link in self.links.items():
            target = catalog.get("entity", link.to)
            if name in self.types:
                yield Problem("DOC-031", f"the link `{name}` has the name of an attribute", f"links.{name}")
            for mine, theirs in link.on.items():
                path = f"links.{name}.on.{mine}"
                if mine not in self.types:
                    yield unknown_column(mine, self, path)
                if target is not None and theirs not in target.types:
                    yield unknown_column(theirs, target, path)

    def _check_key(self) -> Iterable[Problem]:
        if self.id == PROFILE:
            if self.key not in (None, PROFILE_KEY):
                yield Problem("DOC-032", f"the key of `profile` is `{PROFILE_KEY}`, not `{self.key}`", "key")
            if self.types[PROFILE_KEY] != "string":
                yield Problem("DOC-032", f"`{PROFILE_KEY}` is a string", f"attributes.{PROFILE_KEY}")
        elif self.key is None:
            yield Problem("DOC-002", f"the entity `{self.id}` has no `key`: name the attribute that is unique")
        elif self.key not in self.types:
            yield unknown_column(self.key, self, "key")


def unknown_column(name: str, entity: Entity, path: str) -> Problem:
    """Return the problem of a column that an entity does not have."""
    return Problem("DOC-030", f"no attribute `{name}` on `{entity.id}`{did_you_mean(name, entity.types)}", path)


class Event(Document):
    """An event that profiles (or the business) have: its name in calls, a rule, its properties."""

    technical: ClassVar[bool] = True

    kind: Literal["event"]
    match: Annotated[str, Field(min_length=1, max_length=500)] | None = Field(
        default=None, description="Its name in incoming calls; none: the id."
    )
    where: Expression | None = Field(default=None, description="Which of these calls it is; `event.x` reads the call.")
    properties: Attributes = Field(default_factory=dict, description="What it brings along, with its types.")
    enforce: Enforcement | None = Field(
        default=None, description="What becomes of data that is not declared; none: as the workspace says."
    )

    @property
    def types(self) -> dict[str, str]:
        """Return the types of the properties."""
        return types(self.properties)

    @property
    def incoming_name(self) -> str:
        """Return the name in the incoming call."""
        return self.match or self.id

    def places(self, catalog: Catalog) -> Iterable[Place]:
        """Return the rule."""
        if self.where is not None:
            yield Place("where", self.where, Names(event=self.types))


def event_types(catalog: Catalog, id: str) -> dict[str, str]:
    """Return the types of an event's properties; none for an event that could not be read."""
    event: Any = catalog.get("event", id)
    return event.types if event is not None else {}
