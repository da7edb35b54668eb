"""The activity that divides rows over paths."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from sojourn.campaigns.activities.activity import Following, WorkTable, register
from sojourn.campaigns.activities.order import order_places
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem
from sojourn.model.expressions import Condition, Expression, Names, Place
from sojourn.model.forms import Model
from sojourn.model.names import Id

_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)%")


def _read_limit(value: object) -> int | str:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    match = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    if match is not None and float(match[1]) <= 100:
        return match[0]
    raise ValueError(f'`{value!s:.40}` is not a limit; write a number of rows, or a percentage such as "10%"')


RowLimit = Annotated[
    int | str,
    BeforeValidator(_read_limit),
    WithJsonSchema({"oneOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": r"^\d+(\.\d+)?%$"}]}),
]


class SplitPath(Model):
    """Rows that match, at most `limit` of them, in an order or by chance."""

    id: Id
    where: Condition | None = None
    limit: RowLimit | None = None
    order_by: Expression | None = None
    sample: Literal["random"] | None = None


@register
class Split(Following):
    """Give each row to the first path that it matches (`overlap`: to all)."""

    type: Literal["split"]
    paths: list[SplitPath] = Field(min_length=1)
    complement: Id | None = None
    overlap: bool = False

    def outlets(self) -> list[str]:
        """Return the paths, and the complement."""
        return [name for _, name in self.named_outlets()]

    def named_outlets(self) -> Iterable[tuple[str, str]]:
        """Return the paths, and the complement."""
        yield from ((f"paths[{i}].id", path.id) for i, path in enumerate(self.paths))
        if self.complement is not None:
            yield "complement", self.complement

    def places(self, inputs: Sequence[WorkTable], names: Names, catalog: Catalog) -> Iterable[Place]:
        """Return the conditions and the orders."""
        own = inputs[0].names(names)
        for i, path in enumerate(self.paths):
            if path.where is not None:
                yield Place(f"paths[{i}].where", path.where, own)
            yield from order_places(f"paths[{i}].order_by", path.order_by, own)

    def check(self, inputs: Sequence[WorkTable], catalog: Catalog) -> Iterable[Problem]:
        """Check that an order has a limit, and that a sample has none other."""
        for i, path in enumerate(self.paths):
            if path.order_by is not None and path.sample is not None:
                message = "a path takes rows in an order (`order_by`) or by chance (`sample`), not both"
                yield Problem("DOC-054", message, f"paths[{i}].sample")
            if path.order_by is not None and path.limit is None:
                yield Problem("DOC-054", "`order_by` has no effect without a `limit`", f"paths[{i}].order_by")
