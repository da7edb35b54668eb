"""The activity that reads a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from sojourn.campaigns.activities.activity import WHOLE, Activity, WorkTable, register
from sojourn.model.document import Catalog
from sojourn.model.entity import DataType
from sojourn.model.names import AttributeName


@register
class LoadFile(Activity):
    """Take the rows of a file; `reject` keeps bad ones on the outlet `rejected`."""

    type: Literal["load_file"]
    path: Annotated[str, Field(min_length=1)]
    columns: dict[AttributeName, DataType] = Field(min_length=1)
    on_bad_row: Literal["reject", "fail"] = "fail"

    def outlets(self) -> list[str]:
        """Return the rows, and `rejected`."""
        return [WHOLE, "rejected"] if self.on_bad_row == "reject" else [WHOLE]

    def table(self, inputs: Sequence[WorkTable], catalog: Catalog) -> WorkTable:
        """Return the declared columns."""
        return WorkTable(None, self.columns)
