"""The activity that reads a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from sojourn.campaigns.activities.activity import WHOLE, Activity, WorkTable, register
from sojourn.model.document import Catalog
from sojourn.model.entity import DataType
from sojourn.model.names import AttributeName, Editor
from sojourn.model.palette import Category

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from sojourn.campaigns.plan import Site


REJECTED = {"line": "string", "reason": "string"}
"""Columns of the rows that do not fit: as they stand in the file, and why."""


@register
class LoadFile(Activity):
    """Take the rows of a file; `reject` keeps bad ones on the outlet `rejected`."""

    category: ClassVar[Category] = "data"
    fixed_outlets: ClassVar[tuple[str, ...]] = (WHOLE, "rejected")

    type: Literal["load_file"]
    path: Annotated[str, Field(min_length=1), Editor("file")] = Field(
        description="The CSV file inside of the workspace's folder."
    )
    columns: dict[AttributeName, DataType] = Field(min_length=1, description="The file's columns and their types.")
    on_bad_row: Literal["reject", "fail"] = Field(
        default="fail", description="Whether a row that does not fit goes to the outlet `rejected`, or stops the run."
    )

    def outlets(self) -> list[str]:
        """Return the rows, and `rejected` unless a bad row fails the activity."""
        return list(self.fixed_outlets) if self.on_bad_row == "reject" else [WHOLE]

    def table(self, inputs: Sequence[WorkTable], catalog: Catalog) -> WorkTable:
        """Return the declared columns."""
        return WorkTable(None, self.columns)

    def outlet_table(self, outlet: str, inputs: Sequence[WorkTable], catalog: Catalog) -> WorkTable:
        """Return the columns of the rows that do not fit for `rejected`."""
        return WorkTable(None, REJECTED) if outlet == "rejected" else self.table(inputs, catalog)

    def plan(self, site: Site) -> Mapping[str, ir.Table]:
        """Return the rows that fit the columns, and those that do not with the reason."""
        from sojourn.campaigns.csv_rows import read_rows
        from sojourn.campaigns.plan import columns_of

        fitting, rejected = read_rows(self.path, site.run.file(self.path), self.columns, fail=self.on_bad_row == "fail")
        rows = {WHOLE: site.run.given(fitting, columns_of(site.shape))}
        if self.on_bad_row == "reject":
            rows["rejected"] = site.run.given(rejected, columns_of(WorkTable(None, REJECTED)))
        return rows
