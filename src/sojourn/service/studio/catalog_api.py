"""The types of nodes, activities and documents, as the studio draws and edits them: all of it from the registries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from sojourn.campaigns.activities.activity import ACTIVITIES, Activity
from sojourn.channels.registry import providers, tells_delivery
from sojourn.expr.functions import FUNCTIONS
from sojourn.journeys.nodes.node import NODES, Node
from sojourn.model.channels import CHANNELS, ChannelType
from sojourn.model.document import KINDS
from sojourn.model.forms import Model
from sojourn.model.palette import CATEGORIES, Category, title_of
from sojourn.model.policy import DELIVERIES
from sojourn.model.reasons import (
    CONSENT_STATUSES,
    DISCARD_REASONS,
    FEEDBACK_KINDS,
    LIFECYCLES,
    PASSAGE_REASONS,
    PASSAGE_STATES,
)
from sojourn.service.access.guard import Guard

JsonSchema = dict[str, Any]


class Outlet(BaseModel):
    """A way in which edges come out of a node, or rows out of an activity.

    A node's leads where its field says: `field`, or `target` in each item of the list `field`. An activity's is called
    what its field says, or `name` where every activity of the type has it.
    """

    field: str | None = Field(description="Such as `next` or `paths`; null: the way out has a fixed name.")
    each: bool = Field(default=False, description="One for each item of the list `field`.")
    target: str | None = Field(default=None, description="With `each`, the field of an item that is meant.")
    name: str | None = Field(
        default=None,
        description="With `each`, the field of an item that a person calls it by; without `field`, the fixed name "
        "(empty: the activity's rows as a whole).",
    )


class Inlet(BaseModel):
    """A field by which an activity takes rows in."""

    field: str
    many: bool


class StepType(BaseModel):
    """A type of node or activity."""

    type: str
    category: Category
    title: str
    summary: str
    traits: dict[str, bool]
    json_schema: JsonSchema = Field(
        alias="schema", description="JSON Schema of its form; `x-editor` says how a field wants to be edited."
    )
    outlets: list[Outlet]
    inlets: list[Inlet]
    guide: str = Field(description="Its page in the guide.")


class ProviderType(BaseModel):
    """A provider of a channel."""

    name: str
    summary: str
    settings: JsonSchema
    tells_delivery: bool = Field(description="Whether its service says of a message that it was delivered.")


class ChannelRow(BaseModel):
    """A channel type."""

    type: ChannelType
    title: str
    address: str | None = Field(description="The profile's attribute that has the address.")
    needs: list[str] = Field(description="Fields of which a template has at least one.")
    fields: list[str] = Field(description="Fields that a template may have.")
    on_screen: bool = Field(description="Whether pages of profiles show its messages.")
    feedback: list[str] = Field(description="What may come back about a message.")
    providers: list[ProviderType]


class Reasons(BaseModel):
    """The closed lists that answers and documents use."""

    discards: list[str]
    passage_states: list[str]
    passage_ends: list[str]
    feedback: list[str]
    consent: list[str]
    lifecycles: list[str]


class DocumentType(BaseModel):
    """A kind of document."""

    kind: str
    title: str
    summary: str
    publishable: bool = Field(description="Whether it has versions and a lifecycle.")
    json_schema: JsonSchema = Field(alias="schema")


class FunctionRow(BaseModel):
    """A function of expressions."""

    name: str


class Catalog(BaseModel):
    """All that a document may be made of."""

    categories: list[Category]
    nodes: list[StepType]
    activities: list[StepType]
    documents: dict[str, DocumentType]
    channels: list[ChannelRow]
    reasons: Reasons
    functions: list[FunctionRow] = Field(description="Functions that expressions may use.")


def catalog_routes(guard: Guard) -> APIRouter:
    """Return the route of the catalog."""
    router = APIRouter(prefix="/api/catalog", tags=["studio"])

    @router.get("", dependencies=[Depends(guard.needs("read"))])
    def get_catalog() -> Catalog:
        """Return the types of nodes, activities, channels and documents, with their forms."""
        return catalog()

    return router


def catalog() -> Catalog:
    """Make the catalog of what is registered."""
    return Catalog(
        categories=list(CATEGORIES),
        nodes=[_step(name, model, "nodes") for name, model in NODES.items()],
        activities=[_step(name, model, "activities") for name, model in ACTIVITIES.items()],
        documents={kind: _document(kind, model) for kind, model in sorted(KINDS.items())},
        channels=[_channel(kind) for kind in CHANNELS],
        reasons=Reasons(
            discards=list(DISCARD_REASONS), passage_states=list(PASSAGE_STATES), passage_ends=list(PASSAGE_REASONS),
            feedback=list(FEEDBACK_KINDS), consent=list(CONSENT_STATUSES), lifecycles=list(LIFECYCLES),
        ),
        functions=[FunctionRow(name=name) for name in sorted(FUNCTIONS)],
    )  # fmt: skip


@cache
def _schema(model: type[Model]) -> JsonSchema:
    return model.model_json_schema()


def _step(name: str, model: type[Node | Activity], folder: str) -> StepType:
    whole = _schema(model)
    schema = {**whole, "properties": {**whole["properties"], "type": {"const": name, "type": "string"}}}
    page = "message" if model.sends and name in CHANNELS else name
    return StepType(
        type=name, category=model.category, title=title_of(name), summary=_summary(model), traits=_traits(model),
        schema=schema, outlets=list(_outlets(model, schema)), inlets=list(_inlets(schema)),
        guide=f"guide/{folder}/{page}/",
    )  # fmt: skip


def _traits(model: type[Node | Activity]) -> dict[str, bool]:
    """Return the class's yes-or-no traits, whichever it has."""
    named = {name for base in model.__mro__ for name in getattr(base, "__class_vars__", ())}
    return {name: value for name in sorted(named) if isinstance(value := getattr(model, name, None), bool)}


def _outlets(model: type[Node | Activity], schema: JsonSchema) -> Iterator[Outlet]:
    if issubclass(model, Activity):
        yield from (Outlet(field=None, name=name) for name in model.fixed_outlets)
    for path in (*fields_edited_as(schema, "outlet"), *fields_edited_as(schema, "outlet_name")):
        field, each, target = path.partition("[].")
        has_name = each and f"{field}[].name" in fields_of(schema)
        yield Outlet(field=field, each=bool(each), target=target or None, name="name" if has_name else None)


def _inlets(schema: JsonSchema) -> Iterator[Inlet]:
    for path in fields_edited_as(schema, "transition"):
        yield Inlet(field=path.removesuffix("[]"), many=path.endswith("[]"))


def fields_edited_as(schema: JsonSchema, editor: str) -> list[str]:
    """Return the fields of a schema with this `x-editor`, such as ``next`` or ``paths[].next``, each once, in order."""
    return list(dict.fromkeys(path for path, part in _walk(schema) if part.get("x-editor") == editor))


def fields_of(schema: JsonSchema) -> set[str]:
    """Return all fields of a schema."""
    return {path for path, _ in _walk(schema)}


def _walk(schema: JsonSchema) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each part of a schema with its path; what is inside itself is followed once."""
    known = schema.get("$defs", {})
    waiting: list[tuple[str, Any, tuple[str, ...]]] = [("", schema, ())]
    while waiting:
        path, part, inside = waiting.pop(0)
        if not isinstance(part, Mapping):
            continue
        yield path, part
        name = str(part.get("$ref", "")).removeprefix("#/$defs/")
        found = [(path, known.get(name), (*inside, name))] if name and name not in inside else []
        branches = (*part.get("anyOf", ()), *part.get("oneOf", ()), *part.get("allOf", ()))
        fields = part.get("properties", {}).items()
        waiting[:0] = [
            *found, *((path, branch, inside) for branch in branches),
            *((f"{path}.{field}" if path else field, inner, inside) for field, inner in fields),
            (f"{path}[]", part.get("items"), inside),
        ]  # fmt: skip


def _document(kind: str, model: type[Model]) -> DocumentType:
    return DocumentType(
        kind=kind, title=title_of(kind), summary=_summary(model), publishable=kind in DELIVERIES, schema=_schema(model)
    )  # fmt: skip


def _channel(kind: ChannelType) -> ChannelRow:
    facts = CHANNELS[kind]
    return ChannelRow(
        type=kind, title=facts.title, address=facts.address, needs=list(facts.needs), fields=list(facts.fields),
        on_screen=facts.on_screen,
        feedback=[name for name in FEEDBACK_KINDS if name not in facts.never],
        providers=[
            ProviderType(
                name=name, summary=_summary(provider), settings=provider.settings_model.model_json_schema(),
                tells_delivery=tells_delivery(provider),
            )
            for name, provider in providers(kind).items()
        ],
    )  # fmt: skip


def _summary(model: type[Any]) -> str:
    return (model.__doc__ or "").strip().partition("\n")[0]
