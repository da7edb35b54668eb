"""The activity that declares an audience and overwrites it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from sojourn.campaigns.activities.activity import Following, WorkTable, register
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem
from sojourn.model.names import AttributeName, Id


@register
class SaveAudience(Following):
    """Save the profiles of the rows."""

    type: Literal["save_audience"]
    audience: Id
    key: AttributeName | None = None

    def outlets(self) -> list[str]:
        """Return none."""
        return []

    def check(self, inputs: Sequence[WorkTable], catalog: Catalog) -> Iterable[Problem]:
        """Check the column, and that the audience is not declared otherwise."""
        if self.key is not None:
            yield from inputs[0].unknown(self.key, "key")
        elif inputs[0].entity is None:
            yield Problem("DOC-002", f"`{self.id}` saves rows of a file: say `key`, the column with the profile's id")
        if self.audience in catalog.all("audience"):
            message = f"the audience `{self.audience}` is a document; a campaign saves one of its own"
            yield Problem("DOC-003", message, "audience")
