"""The route that tells which messages use a template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from sojourn.model.policy import DELIVERIES
from sojourn.service.access.guard import Guard
from sojourn.workspace.drafting import Drafting


class VariantRow(BaseModel):
    """One of the contents that are tried against each other."""

    name: str
    share: float | None = Field(description="Percent of the profiles.")
    template: str


class Use(BaseModel):
    """A message that may say what a template says."""

    kind: str
    id: str
    title: str | None
    step: str | None = Field(description="The node or activity; null: the document sends by itself.")
    variants: list[VariantRow] = Field(description="Empty: the template is all that it says.")


def uses_routes(drafting: Drafting, guard: Guard) -> APIRouter:
    """Return the route."""
    router = APIRouter(prefix="/api/templates", tags=["studio"])

    @router.get("/{id}/uses", dependencies=[Depends(guard.needs("read"))])
    def uses(id: str) -> list[Use]:
        """Return the messages of the folder's documents that use a template, with their variants."""
        found = []
        for _, raw in drafting.documents():
            if raw.kind in DELIVERIES:
                title = raw.body.get("title")
                name = title if isinstance(title, str) else None
                found += [
                    Use(kind=raw.kind, id=raw.id, title=name, step=step, variants=rows)
                    for step, rows in uses_of(id, raw.body)
                ]
        return found

    return router


def uses_of(template: str, body: Mapping[str, Any]) -> Iterator[tuple[str | None, list[VariantRow]]]:
    """Yield the messages of a document that use a template: the step, and all variants of the message.

    >>> list(uses_of("hi", {"nodes": [{"id": "hello", "type": "email", "template": "hi"}]}))
    [('hello', [])]
    """
    steps = [step for name in ("nodes", "activities") for step in _maps(body.get(name))]
    for step, sender in [(None, body), *((str(each.get("id", "")), each) for each in steps)]:
        if any(each.get("template") == template for each in (sender, *_maps(sender.get("messages")))):
            yield step, []
        for rows in _compared(sender):
            if any(row.template == template for row in rows):
                yield step, rows


def _compared(sender: Mapping[str, Any]) -> Iterator[list[VariantRow]]:
    """Yield what is tried against each other: for each channel the templates of the variants."""
    variants = _maps(sender.get("variants"))
    if any("template" in variant for variant in variants):
        yield [_row(variant, variant) for variant in variants]
        return
    said = [(variant, message) for variant in variants for message in _maps(variant.get("messages"))]
    for channel in dict.fromkeys(str(message.get("channel")) for _, message in said):
        yield [_row(variant, message) for variant, message in said if str(message.get("channel")) == channel]


def _row(variant: Mapping[str, Any], message: Mapping[str, Any]) -> VariantRow:
    share = variant.get("share")
    return VariantRow(
        name=str(variant.get("name", "")), share=share if isinstance(share, int | float) else None,
        template=str(message.get("template", "")),
    )  # fmt: skip


def _maps(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
