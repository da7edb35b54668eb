"""What templates read, and what the documents that use them carry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sojourn.campaigns.document import Campaign
from sojourn.journeys.document import Journey
from sojourn.journeys.triggered_document import EventTrigger, Triggered
from sojourn.messages.analysis import WHOLE
from sojourn.messages.checking import texts_with_blocks, variables_of
from sojourn.model.block import Block
from sojourn.model.delivery import Addressing
from sojourn.model.document import Catalog, Document
from sojourn.model.entity import PROFILE
from sojourn.model.errors import Problem, did_you_mean
from sojourn.model.expressions import Types
from sojourn.model.template import Template

OPEN: Types | None = None
"""Stands for an object (None) of which nothing is declared: it may have any name."""


@dataclass(frozen=True)
class Use:
    """One message of a document: its template, and the objects that the template sees there, with their names."""

    document: Document
    path: str
    template: str
    objects: Mapping[str, Types | None]
    transactional: bool = False

    def carries(self, root: str, name: str) -> bool:
        """Tell whether a name may be there."""
        if root not in self.objects:
            return False
        types = self.objects[root]
        return types is None or name == WHOLE or any(known.split(".")[0] == name for known in types)


@dataclass(frozen=True)
class Uses:
    """All templates of a workspace, and where they are used."""

    catalog: Catalog

    def warn(self, document: Document) -> Iterable[Problem]:
        """Warn of what a template reads and no profile has, and of what a document's messages lack."""
        if isinstance(document, Template | Block):
            yield from self._unknown_attributes(document)
        for use in self._by_document.get((document.kind, document.id), ()):
            for root, name in self._reads.get(use.template, ()):
                if not any(other.carries(root, name) for other in self._by_template[use.template]):
                    yield _missing(use, root, name)

    def is_marketing(self, template: str) -> bool:
        """Tell whether a message that people may unsubscribe from has this template."""
        return any(not use.transactional for use in self._by_template.get(template, ()))

    @cached_property
    def _reads(self) -> Mapping[str, list[tuple[str, str]]]:
        """Return what each template reads, but for the profile and the message."""
        found: dict[str, list[tuple[str, str]]] = {}
        for id, template in self.catalog.all("template").items():
            texts = texts_with_blocks(template, self.catalog.all("block"))
            names = ((root, name) for _, root, name, _ in variables_of(texts))
            found[id] = list(dict.fromkeys(pair for pair in names if pair[0] not in (PROFILE, "message")))
        return found

    @cached_property
    def _all(self) -> list[Use]:
        documents = [d for kind in ("journey", "triggered", "campaign") for d in self.catalog.all(kind).values()]
        return [use for document in documents for use in uses_of(document, self.catalog)]

    @cached_property
    def _by_template(self) -> Mapping[str, list[Use]]:
        found: dict[str, list[Use]] = {}
        for use in self._all:
            found.setdefault(use.template, []).append(use)
        return found

    @cached_property
    def _by_document(self) -> Mapping[tuple[str, str], list[Use]]:
        found: dict[tuple[str, str], list[Use]] = {}
        for use in self._all:
            found.setdefault((use.document.kind, use.document.id), []).append(use)
        return found

    def _unknown_attributes(self, template: Template | Block) -> Iterable[Problem]:
        known = self.catalog.get("entity", PROFILE).types
        for path, root, name, index in variables_of(template.every_text()):
            if root == PROFILE and name != WHOLE and name not in known:
                near = did_you_mean(name, known)
                message = f"no attribute `{name}` on `profile`: this is always empty{near}"
                span = (index, index + len(f"{root}.{name}"))
                hint = near.removeprefix("; ") or "declare it on the entity `profile`"
                yield Problem("WARN-018", message, path, span=span, hint=hint)


def uses_of(document: Document, catalog: Catalog) -> Iterable[Use]:
    """Return the messages of a document, each with the objects that its templates see."""
    match document:
        case Journey():
            objects = _of_journey(document, catalog)
            parts: Iterable[tuple[str, Any]] = ((f"nodes[{i}]", node) for i, node in enumerate(document.nodes))
        case Triggered():
            objects, parts = _of_triggered(document, catalog), document.every_message()
        case Campaign():
            yield from _of_campaign(document, catalog)
            return
        case _:
            return
    for path, part in parts:
        if isinstance(part, Addressing):
            found = _templates(path, part)
            yield from (Use(document, place, id, objects, part.transactional) for place, id in found)


def _templates(path: str, message: Any) -> Iterable[tuple[str, str]]:
    if message.template is not None:
        yield f"{path}.template", message.template
    for i, variant in enumerate(getattr(message, "variants", ())):
        yield f"{path}.variants[{i}].template", variant.template


def _of_journey(journey: Journey, catalog: Catalog) -> dict[str, Types | None]:
    names = journey.names(catalog)
    nodes = {id: types if set(types) - {"status"} else OPEN for id, types in (names.nodes or {}).items()}
    entry = {} if names.entry is None else {"entry": names.entry or OPEN, "event": names.entry or OPEN}
    return {**nodes, **entry}


def _of_triggered(campaign: Triggered, catalog: Catalog) -> dict[str, Types | None]:
    events = [trigger.event for trigger in campaign.trigger if isinstance(trigger, EventTrigger)]
    declared = [getattr(catalog.get("event", event), "types", None) for event in events]
    known = len(events) == len(campaign.trigger) and all(declared)
    types = campaign.entry_types(catalog) if known else OPEN
    return {"event": types, "entry": types}


def _of_campaign(campaign: Campaign, catalog: Catalog) -> Iterable[Use]:
    tables = campaign.graph.tables(catalog)
    for i, activity in enumerate(campaign.activities):
        if isinstance(activity, Addressing) and i in tables and tables[i]:
            secondary = catalog.get("entity", getattr(activity, "per", None) or "")
            columns = {**tables[i][0].columns, **(secondary.types if secondary is not None else {})}
            for path, id in _templates(f"activities[{i}]", activity):
                objects = {"row": columns or OPEN, "vars": OPEN}
                yield Use(campaign, path, id, objects, activity.transactional)


def _missing(use: Use, root: str, name: str) -> Problem:
    types = use.objects.get(root, {})
    said = root if name == WHOLE else f"{root}.{name}"
    if root in use.objects:
        near = did_you_mean(name, types or ())
        message = f"the template `{use.template}` reads `{said}`, which nothing here carries: it is always empty{near}"
        if root in ("event", "entry"):  # what comes undeclared can be read all the same
            message = (
                f"the template `{use.template}` reads `{said}`, which nothing here declares: it is empty wherever it "
                f"does not come undeclared{near}"
            )
    else:
        near = did_you_mean(root, [PROFILE, "message", *use.objects])
        message = (
            f"the template `{use.template}` reads `{said}`, and there is no `{root}` here: it is always empty{near}"
        )
    hint = near.removeprefix("; ") or "declare the property, or take the variable out"
    return Problem("WARN-019", message, use.path, hint=hint)
