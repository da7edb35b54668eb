"""Warnings: what is allowed in a workspace without errors, but surely wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sojourn.campaigns.document import Campaign
from sojourn.campaigns.warnings import warn_of_campaign
from sojourn.expr import Reasoner, WorkspaceNames, texts
from sojourn.journeys.document import Journey
from sojourn.journeys.triggered_document import Triggered
from sojourn.journeys.triggered_warnings import warn_of_feedback, warn_of_triggered
from sojourn.journeys.warnings import warn_of_journey
from sojourn.messages.lint import lint_block, lint_template
from sojourn.model.block import Block
from sojourn.model.document import Catalog, Document
from sojourn.model.errors import Problem
from sojourn.model.expressions import Names, Place
from sojourn.model.template import Template
from sojourn.workspace.letters import warn_of_text
from sojourn.workspace.names import scope_of
from sojourn.workspace.undeclared import warn_of_undeclared
from sojourn.workspace.variables import Uses

_VERDICTS = {
    "never": ("WARN-001", "this is never met"),
    "always": ("WARN-002", "this is always met"),
    "always_if_known": ("WARN-002", "this is always met, unless a value is missing"),
}
_OUTRIGHT = ("true", "false")


@dataclass(frozen=True)
class Lint:
    """All documents of a workspace without errors."""

    catalog: Catalog
    directory: WorkspaceNames

    def problems(self) -> Iterable[tuple[Document, Problem]]:
        """Yield every warning with its document."""
        uses = Uses(self.catalog)
        for documents in self.catalog.documents.values():
            for document in documents.values():
                for problem in (*self._of(document, uses), *uses.warn(document)):
                    yield document, replace(problem, severity="warning")

    def _of(self, document: Document, uses: Uses) -> Iterable[Problem]:
        for place in document.places(self.catalog):
            yield from warn_of_undeclared(document, place, self.catalog, self.directory.zone)
            yield from self._engaged(place)
            if place.condition:
                yield from self._constant(document, place)
        if isinstance(document, Template):
            yield from warn_of_text(document)
            marketing = uses.is_marketing(document.id)
            yield from lint_template(document, self.catalog.all("block"), is_marketing=marketing)
        elif isinstance(document, Block):
            yield from lint_block(document)
        if isinstance(document, Journey):
            yield from warn_of_journey(document, self.catalog, self.directory)
        elif isinstance(document, Triggered):
            yield from warn_of_triggered(document, self.catalog, self.directory)
        elif isinstance(document, Campaign):
            yield from warn_of_campaign(document, self.catalog, lambda names: self._reasoner(document, names))

    def _reasoner(self, document: Document, names: Names) -> Reasoner:
        scope = scope_of(document, Place("", "", names), self.catalog, self.directory.zone)
        return Reasoner(scope, self.directory)

    def _engaged(self, place: Place) -> Iterable[Problem]:
        for path, value in texts(place.value):
            kind, of = (value.get("engaged"), value.get("with")) if isinstance(value, Mapping) else (None, None)
            if kind is not None and of is not None:
                yield from warn_of_feedback(kind, str(of), _join(_join(place.path, path), "engaged"), self.catalog)

    def _constant(self, document: Document, place: Place) -> Iterable[Problem]:
        reasoner = self._reasoner(document, place.names)
        told: list[str] = []
        for path, value in texts(place.value):
            if any(path.startswith(outer) for outer in told) or _says_outright(value):
                continue
            found = reasoner.verdict(value)
            if found is not None:
                verdict, why = found
                code, message = _VERDICTS[verdict]
                told.append(path)
                yield Problem(code, f"{message}: {why}" if why else message, _join(place.path, path), hint=_HINT)


_HINT = "change it, or write `true` or `false` if that is what is meant"


def _says_outright(value: Any) -> bool:
    """Tell whether a value says itself that it is constant, or stands in a document of its own."""
    return str(value).strip().lower() in _OUTRIGHT or (isinstance(value, Mapping) and "in" in value)


def _join(path: str, inner: str) -> str:
    return f"{path}.{inner}" if inner else path
