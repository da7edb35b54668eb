"""The passages of a batch, by document: what happens in one of many documents touches only its own."""

from __future__ import annotations

import polars as pl

from sojourn.model.state import empty


class Passages:
    """The passages inside, as one table and as one for each document; each is made from the other when it is asked for.

    Parameters
    ----------
    rows : DataFrame
        Columns of `passage`.
    """

    def __init__(self, rows: pl.DataFrame) -> None:
        self._every: pl.DataFrame | None = rows
        self._parts: dict[int, pl.DataFrame] | None = None

    def every(self) -> pl.DataFrame:
        """Return all passages."""
        if self._every is None:
            self._every = pl.concat([empty("passage"), *(self._parts or {}).values()])
        return self._every

    def of(self, doc: int) -> pl.DataFrame:
        """Return the passages of a document's version."""
        return self._by_document().get(doc, empty("passage"))

    def _by_document(self) -> dict[int, pl.DataFrame]:
        if self._parts is None:
            self._parts = by_document(self.every())
        return self._parts

    def put(self, rows: pl.DataFrame) -> None:
        """Put passages in."""
        parts = self._by_document()
        for doc, fresh in by_document(rows).items():
            here = parts.get(doc)
            parts[doc] = fresh if here is None or not here.height else pl.concat([here, fresh])
        self._every = None

    def lift(self, rows: pl.DataFrame) -> None:
        """Take passages out (`no`, `doc`, and any other columns), which are inside, each once."""
        parts = self._by_document()
        for doc, gone in by_document(rows).items():
            here = parts[doc]
            parts[doc] = here.clear() if gone.height == here.height else here.join(gone, on="no", how="anti")
        self._every = None


def by_document(rows: pl.DataFrame) -> dict[int, pl.DataFrame]:
    """Divide rows by their `doc`."""
    if not rows.height:
        return {}
    first, last = rows["doc"].min(), rows["doc"].max()
    if first == last:
        return {int(first): rows}  # type: ignore[arg-type]
    return {int(part["doc"][0]): part for part in rows.partition_by("doc")}
