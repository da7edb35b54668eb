"""The activity that unites, intersects or excludes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from sojourn.campaigns.activities.activity import WHOLE, Gathering, WorkTable, register
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem
from sojourn.model.names import AttributeName, Id


@register
class Combine(Gathering):
    """Leave one row per key; `exclusion` is the first input minus the others."""

    type: Literal["combine"]
    op: Literal["union", "intersection", "exclusion"]
    on: list[AttributeName] | None = None
    complement: Id | None = None

    def outlets(self) -> list[str]:
        """Return the rows, and the complement."""
        return [WHOLE, *(name for _, name in self.named_outlets())]

    def named_outlets(self) -> Iterable[tuple[str, str]]:
        """Return the complement."""
        if self.complement is not None:
            yield "complement", self.complement

    def check(self, inputs: Sequence[WorkTable], catalog: Catalog) -> Iterable[Problem]:
        """Check the complement, and the columns in all inputs."""
        yield from super().check(inputs, catalog)
        if self.op == "union" and self.complement is not None:
            yield Problem("DOC-072", "a union leaves nothing over: it has no complement", "complement")
        if not self.on and len({table.entity for table in inputs}) > 1:
            yield Problem("DOC-073", "the inputs are rows of different entities: say `on` which columns they agree")
        for i, column in enumerate(self.on or []):
            for table in inputs:
                yield from table.unknown(column, f"on[{i}]")
