"""The embedded store: one DuckDB file, one writer."""

from sojourn.store.duckdb.store import DuckStore

__all__ = ["DuckStore"]
