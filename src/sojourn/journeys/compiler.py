"""Turning documents into lines: what a node's or a trigger's own `compile` method may ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sojourn.expr import Condition, Expression, Reads, Scope, bucket_sql, compile_condition, compile_expression
from sojourn.expr.directory import Directory
from sojourn.journeys.sending import Choice, Slot
from sojourn.messages.content import Template
from sojourn.messages.rules import MessageSpec
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.delivery import Addressing, channel_type
from sojourn.model.document import Catalog
from sojourn.model.expressions import Names


@dataclass
class Compiler:
    """Compiles the expressions and messages of one document.

    Attributes
    ----------
    document : str
        Its id.
    zone : str
        Its zone, which may be `profile`.
    reads : Reads
        What all that was compiled so far reads.
    """

    catalog: Catalog
    directory: Directory
    templates: Mapping[str, Template]
    document: str
    zone: str
    names: Names
    reads: Reads = field(default_factory=Reads)

    def scope(self, names: Names) -> Scope:
        """Return the scope of an expression."""
        return Scope(
            profile=self.directory.entities["profile"].attributes,
            event=names.event,
            entry=names.entry,
            nodes=names.nodes or {},
            columns=names.columns,
            document=self.document,
            zone=names.zone or self.zone,
            fallback_zone=self.directory.zone,
        )

    def condition(self, value: str | Mapping[str, Any], names: Names | None = None) -> Condition:
        """Compile a condition."""
        compiled = compile_condition(value, self.scope(names or self.names), self.directory)
        self.reads |= compiled.reads
        return compiled

    def expression(self, text: str, names: Names | None = None) -> Expression:
        """Compile an expression."""
        compiled = compile_expression(text, self.scope(names or self.names))
        self.reads |= compiled.reads
        return compiled

    def bucket(self, *parts: str) -> Expression:
        """Return the bucket of a profile and a place."""
        return Expression(bucket_sql("p.profile_id", *parts), "INTEGER", Reads(profile_id=True), "/".join(parts))

    def member(self, audience: str) -> Condition:
        """Compile membership in an audience."""
        return self.condition({"in": audience}, Names())

    def slot(self, number: int, message: Addressing, kind: str | None = None, **more: Any) -> Slot:
        """Compile a message; `kind` is its channel type where the message does not say."""
        channel = message.channel or kind or ""
        type_ = kind or channel_type(channel, self.catalog) or channel
        group = self.catalog.get("group", message.group) if message.group else None
        spec = MessageSpec(
            channel=type_,
            document=self.document,
            transactional=message.transactional,
            group=message.group,
            group_default=group.default if group else "subscribed",
            zone=self.zone,
        )
        choices = more.pop("choices", None) or (Choice(self.templates[message.template or ""]),)
        return Slot(number, spec, self._channel_document(channel, type_), choices, **more)

    def _channel_document(self, name: str, type_: str) -> str:
        """Return the id of the named channel document, else of the type's default or first one, else the type."""
        if name not in CHANNEL_TYPES:
            return name
        of_type = [document for document in self.catalog.all("channel").values() if document.type == type_]
        chosen = next((document for document in of_type if document.default), of_type[0] if of_type else None)
        return str(chosen.id) if chosen else type_


def shares_to_bounds(shares: list[float], start: int = 0) -> list[int]:
    """Return the upper bucket of each share of what is left from `start` on; the last one takes the rest.

    Examples
    --------
    >>> shares_to_bounds([25, 75], start=2000)
    [4000, 10000]
    """
    bounds, total = [], 0.0
    for share in shares:
        total += share
        bounds.append(round(start + (10_000 - start) * total / 100))
    return [*bounds[:-1], 10_000] if bounds else []
