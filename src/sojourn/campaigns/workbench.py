"""Running plans on DuckDB: expressions into SQL, into tables and counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from sojourn.campaigns.plan import unbound
from sojourn.expr.names import identifier

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass
class Workbench:
    """Where a run computes: a connection, and what the expressions of users read besides the rows.

    Attributes
    ----------
    parameters : mapping
        `now` (aware datetime) and `vars` (JSON by node id, or None).
    temporary : bool
        Whether tables that are created are gone with the connection (previews).
    """

    connection: duckdb.DuckDBPyConnection
    parameters: Mapping[str, object]
    temporary: bool = False
    kept: list[str] = field(default_factory=list)

    def create(self, name: str, table: ir.Table) -> int:
        """Write rows into a new table and return their number."""
        kind = "TEMP TABLE" if self.temporary else "TABLE"
        self._execute(f"CREATE OR REPLACE {kind} {identifier(name)} AS {to_sql(table)}")
        return self.count(unbound_like(name, table))

    def keep(self, table: ir.Table) -> ir.Table:
        """Compute rows once, for a while."""
        name = f"kept_{len(self.kept)}"
        self._execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {to_sql(table)}")
        self.kept.append(name)
        return unbound_like(name, table)

    def given(self, frame: pl.DataFrame, columns: Mapping[str, str]) -> ir.Table:
        """Take a frame in as a table."""
        name = f"kept_{len(self.kept)}"
        self.connection.register("given", frame)
        self._execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM given")
        self.connection.unregister("given")
        self.kept.append(name)
        return unbound(name, columns)

    def count(self, table: ir.Table) -> int:
        """Return the number of rows."""
        [(number,)] = self._execute(f"SELECT count(*) FROM ({to_sql(table)})").fetchall()
        return int(number)

    def first(self, table: ir.Table) -> Mapping[str, Any]:
        """Return the first row."""
        found = self._execute(to_sql(table)).fetchall()
        return dict(zip(table.columns, found[0], strict=True))

    def close(self) -> None:
        """Drop what was kept."""
        for name in self.kept:
            self._execute(f"DROP TABLE IF EXISTS {name}")
        self.kept.clear()

    def _execute(self, sql: str) -> duckdb.DuckDBPyConnection:
        [statement] = self.connection.extract_statements(sql)
        named = {name: self.parameters[name] for name in statement.named_parameters}
        return self.connection.execute(statement, named or None)


def to_sql(table: ir.Table) -> str:
    """Return a plan as DuckDB's SQL."""
    import ibis

    return str(ibis.to_sql(table, dialect="duckdb"))


def unbound_like(name: str, table: ir.Table) -> ir.Table:
    """Return a table of a name with the columns of another."""
    import ibis

    return ibis.table(table.schema(), name=name)


@contextmanager
def workbench(
    connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, object], *, temporary: bool = False
) -> Iterator[Workbench]:
    """Open a workbench for one activity, and leave nothing behind but the tables it created."""
    bench = Workbench(connection, parameters, temporary)
    yield bench
    bench.close()  # after an error the transaction is rolled back, and takes them along
