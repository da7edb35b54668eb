"""Ranking rows without carrying them: what decides is computed over few columns, the rows are fetched at the end.

A sort over all columns of a work table costs three times as much as one over its keys and a join by the row's place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sojourn.campaigns.plan import Rows, Site

if TYPE_CHECKING:
    import ibis.expr.types as ir

NTH: Final = "_nth"
"""Hidden column: where a row stands in its table."""


def numbered(site: Site, rows: Rows) -> Rows:
    """Add the column `_nth`; rows that are not in a table yet are put into one."""
    import ibis.expr.operations as ops

    table = rows.table if isinstance(rows.table.op(), ops.PhysicalTable) else site.run.keep(rows.table)
    return rows.with_table(table.mutate(**{NTH: table.rowid()}))


def marked(table: ir.Table, marks: ir.Table) -> ir.Table:
    """Return the rows of a numbered table that are among some marks (column `_nth`), without the column."""
    return table.semi_join(marks, table[NTH] == marks[NTH]).drop(NTH)
