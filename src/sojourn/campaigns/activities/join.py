"""The activity that waits for all its inputs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Literal

from sojourn.campaigns.activities.activity import Gathering, Transition, WorkTable, register
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem, did_you_mean


@register
class Join(Gathering):
    """Go on with the primary's rows when all have come."""

    waits: ClassVar[bool] = True

    type: Literal["join"]
    primary: Transition

    def table(self, inputs: Sequence[WorkTable], catalog: Catalog) -> WorkTable:
        """Return the primary's columns."""
        if self.primary not in self.of:
            return super().table(inputs, catalog)
        return inputs[self.of.index(self.primary)]

    def check(self, inputs: Sequence[WorkTable], catalog: Catalog) -> Iterable[Problem]:
        """Check that the primary is an input."""
        yield from super().check(inputs, catalog)
        if self.primary not in self.of:
            near = did_you_mean(self.primary, self.of)
            yield Problem("DOC-076", f"the primary `{self.primary}` is not one of `of`{near}", "primary")
