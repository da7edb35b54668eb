"""What a node may ask about the journey around it, to find what is surely wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from sojourn.expr import ANYTHING, ROWS, Facts, Reads, Reasoner
from sojourn.expr.directory import Directory
from sojourn.journeys.compiler import Compiler
from sojourn.journeys.graph import Graph
from sojourn.journeys.nodes.node import Awaited
from sojourn.model.document import Catalog
from sojourn.model.entity import event_types
from sojourn.model.expressions import Condition, Names

if TYPE_CHECKING:
    from sojourn.journeys.document import Journey


@dataclass(frozen=True)
class Lookout:
    """A journey without errors, and what surrounds it.

    Attributes
    ----------
    journey : Journey
        The document.
    catalog, directory
        All documents, and what conditions look up.
    """

    journey: Journey
    catalog: Catalog
    directory: Directory

    @property
    def graph(self) -> Graph:
        """Return the nodes with what leads where."""
        return self.journey.graph

    @cached_property
    def names(self) -> Names:
        """Return the names of the nodes' expressions."""
        return self.journey.names(self.catalog)

    def reasoner(self, names: Names | None = None, event: str = ROWS.event) -> Reasoner:
        """Return the reasoner over names; `event` is the SQL of what `event` reads."""
        zone = self.journey.timezone or self.directory.zone
        compiler = Compiler(self.catalog, self.directory, {}, self.journey.id, zone, self.names)
        return Reasoner(compiler.scope(names or self.names), self.directory, ROWS.of_event(event))

    @cached_property
    def _own(self) -> Reasoner:
        return self.reasoner()

    def met(self, value: Condition) -> Facts:
        """Return the cases in which a node's condition is met."""
        return self._own.met(value)

    def unmet(self, value: Condition) -> Facts:
        """Return the cases in which a node's condition is not met."""
        return self._own.unmet(value)

    def at_event(self, event: str) -> Reasoner:
        """Return the reasoner of a `where` that sees an event."""
        return self.reasoner(replace(self.names, event=event_types(self.catalog, event)))

    def comes_with(self, later: Awaited, earlier: Awaited) -> bool:
        """Tell whether all that one waits for is something that the other one waits for, too."""
        if later.event is None or earlier.event is None:
            return later.event == earlier.event and (later.kind, later.to) == (earlier.kind, earlier.to)
        if later.event != earlier.event:
            return False
        if earlier.where is None:
            return True
        reasoner = self.at_event(later.event)
        demanded = reasoner.met(later.where) if later.where is not None else ANYTHING
        return not demanded.impossible and (demanded & reasoner.unmet(earlier.where)).impossible

    @cached_property
    def takes_jumps(self) -> bool:
        """Whether a node of some journey jumps here, past the entry's `where`."""
        return self.journey.id in self.catalog.named.get(("journey",), ())

    def at_entry(self) -> Facts:
        """Return what is certain of everybody who enters, at the first node."""
        return self.journey.entry.certainties(self).without(_counts_otherwise)

    def members(self, audience: str) -> Facts:
        """Return what is certain of the members of an audience."""
        return self.met({"in": audience})


def _counts_otherwise(reads: Reads) -> bool:
    """Tell whether a value is counted without the event that started the passage, and with it later."""
    return bool(reads.history)
