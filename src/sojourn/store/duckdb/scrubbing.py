"""Taking what was deleted off the disk: DuckDB leaves it in the file's blocks until these are used again (ADR 0016)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sojourn.expr.names import identifier

if TYPE_CHECKING:
    from sojourn.store.duckdb.store import DuckStore

OLD: Final = "scrub_old"
FILL: Final = "scrub_fill"


def tables_to_scrub(store: DuckStore) -> list[str]:
    """Return the names of all tables; blocks are shared, so only all of them together leave nothing behind."""
    return [name for name in store.tables("") if name not in (OLD, FILL)]


def rewrite_table(store: DuckStore, table: str) -> None:
    """Write a table anew, in one transaction; readers see the one or the other."""
    connection = store.connection
    found = connection.execute(
        "SELECT sql FROM duckdb_tables() WHERE table_name = ? AND NOT temporary", [table]
    ).fetchall()
    if not found:
        return
    with store.transaction():
        store.connection.execute(f"ALTER TABLE {identifier(table)} RENAME TO {OLD}")
        store.connection.execute(found[0][0])
        store.connection.execute(f"INSERT INTO {identifier(table)} SELECT * FROM {OLD}")
        store.connection.execute(f"DROP TABLE {OLD}")
    store.forget_statements()


def overwrite_free_blocks(store: DuckStore) -> None:
    """Fill the blocks that nothing uses with numbers, and give them back."""
    connection = store.connection
    connection.execute("FORCE CHECKPOINT")
    [(free, size)] = connection.execute("SELECT free_blocks, block_size FROM pragma_database_size()").fetchall()
    rows = (int(free) + 2) * int(size) // 8
    connection.execute(f"CREATE OR REPLACE TABLE {FILL} AS SELECT hash(i) AS n FROM range({rows}) t(i)")
    connection.execute("FORCE CHECKPOINT")
    connection.execute(f"DROP TABLE {FILL}")
    connection.execute("FORCE CHECKPOINT")


def scrub(store: DuckStore) -> None:
    """Write all tables anew and overwrite what they leave; takes about as long as to copy the file twice."""
    for table in tables_to_scrub(store):
        rewrite_table(store, table)
    overwrite_free_blocks(store)
