"""Totals of tables whose rows are deleted after a while."""

from __future__ import annotations


class Monotone:
    """Counts what was added to tables, whatever was deleted from them: a counter that falls would tell of a restart."""

    def __init__(self) -> None:
        self._last: dict[str, float] = {}
        self._totals: dict[str, float] = {}

    def total(self, name: str, rows: float) -> float:
        """Return how many rows a table has had, as far as its numbers of rows tell.

        Examples
        --------
        >>> table = Monotone()
        >>> [table.total("reject", rows) for rows in (3, 5, 2, 4)]
        [3, 5, 5, 7]
        """
        added = max(rows - self._last.get(name, 0), 0)
        self._last[name] = rows
        self._totals[name] = self._totals.get(name, 0) + added
        return self._totals[name]
