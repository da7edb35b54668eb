"""The activity that keeps the first rows of each key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

from pydantic import Field

from sojourn.campaigns.activities.activity import WHOLE, Following, WorkTable, register
from sojourn.campaigns.activities.order import order_places
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem
from sojourn.model.expressions import Expression, Names, Place
from sojourn.model.names import AttributeName, Id


@register
class Deduplicate(Following):
    """Keep the first `keep` rows of equal columns, in an order."""

    type: Literal["deduplicate"]
    by: list[AttributeName] = Field(min_length=1)
    keep: Annotated[int, Field(ge=1)] = 1
    order_by: Expression | None = None
    complement: Id | None = None

    def outlets(self) -> list[str]:
        """Return the rows, and the complement."""
        return [WHOLE, *(name for _, name in self.named_outlets())]

    def named_outlets(self) -> Iterable[tuple[str, str]]:
        """Return the complement."""
        if self.complement is not None:
            yield "complement", self.complement

    def places(self, inputs: Sequence[WorkTable], names: Names, catalog: Catalog) -> Iterable[Place]:
        """Return the order."""
        return order_places("order_by", self.order_by, inputs[0].names(names))

    def check(self, inputs: Sequence[WorkTable], catalog: Catalog) -> Iterable[Problem]:
        """Check the columns."""
        for i, column in enumerate(self.by):
            yield from inputs[0].unknown(column, f"by[{i}]")
