"""What an activity may ask about its rows, to find what is surely wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from sojourn.campaigns.activities.activity import WorkTable
from sojourn.expr import Facts, Reasoner
from sojourn.model.expressions import Condition, Names


@dataclass(frozen=True)
class Lookout:
    """An activity of a campaign without errors, and what comes in.

    Attributes
    ----------
    table : WorkTable
        The shape of the rows that its conditions see.
    rows : sequence of Facts
        What is certain of the rows of each input.
    names : Names
        The names of the campaign's expressions.
    reasoner : callable
        The reasoner over names.
    """

    table: WorkTable
    rows: Sequence[Facts]
    names: Names
    reasoner: Callable[[Names], Reasoner]

    @cached_property
    def _own(self) -> Reasoner:
        return self.reasoner(self.table.names(self.names))

    def met(self, value: Condition) -> Facts:
        """Return the cases in which a row meets a condition."""
        return self._own.met(value)

    def unmet(self, value: Condition) -> Facts:
        """Return the cases in which a row does not meet a condition."""
        return self._own.unmet(value)
