"""What the folder of a server that has ended says, read without Sojourn's own reading code."""

from __future__ import annotations

import io
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from sojourn.model.reasons import DISCARD_REASONS, FEEDBACK_KINDS, PASSAGE_STATES

Row = tuple[Any, ...]


@dataclass
class Evidence:
    """Store and log of a workspace, as files."""

    data: Path

    @cached_property
    def _store(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(str(self.data / "sojourn.duckdb"), read_only=True)

    def rows(self, query: str, **params: object) -> list[Row]:
        return self._store.execute(query, params or None).fetchall()

    def one(self, query: str, **params: object) -> Any:
        [(value,)] = self.rows(query, **params)
        return value

    def numbers(self, query: str, **params: object) -> Counter[Any]:
        """Count the values of a query's only column."""
        return Counter(row[0] for row in self.rows(query, **params))

    def doc(self, id_: str) -> int:
        return int(self.one("SELECT doc FROM document WHERE id = $id", id=id_))

    def close(self) -> None:
        self._store.close()

    # ---- the log -------------------------------------------------------------------------------------------------

    @cached_property
    def log(self) -> pl.DataFrame:
        """All items, with their offsets."""
        with sqlite3.connect(self.data / "log.sqlite") as connection:
            batches = connection.execute("select first_offset, items from batch order by 1").fetchall()
        connection.close()
        return pl.concat([
            pl.read_ipc_stream(io.BytesIO(items)).with_row_index("offset", first) for first, items in batches
        ])  # fmt: skip

    # ---- what became of calls ------------------------------------------------------------------------------------

    def logged(self) -> Counter[str]:
        """Message ids in the log."""
        return Counter(self.log["message_id"].drop_nulls().to_list())

    def entered(self, doc: int) -> Counter[str]:
        """Keys of all passages of a journey, inside or over."""
        query = "SELECT key FROM passage_end WHERE doc = $doc UNION ALL SELECT key FROM passage WHERE doc = $doc"
        return self.numbers(query, doc=doc)

    def members(self, doc: int) -> Counter[str]:
        """Profiles of all passages of a journey, inside or over."""
        query = """SELECT profile_id FROM profile p JOIN
            (SELECT pno, doc FROM passage_end UNION ALL SELECT pno, doc FROM passage) t ON t.pno = p._pno
            WHERE t.doc = $doc"""
        return self.numbers(query, doc=doc)

    def sent_for(self, doc: int) -> Counter[str]:
        """The calls that a triggered campaign's messages are about."""
        return Counter(
            json.loads(entry)["call"] for (entry,) in self.rows("SELECT entry FROM message WHERE doc = $doc", doc=doc)
        )

    def discards(self, doc: int) -> Mapping[str, int]:
        """Discards of a document by reason."""
        return {
            DISCARD_REASONS[reason]: count
            for reason, count in self.numbers("SELECT reason FROM discard WHERE doc = $doc", doc=doc).items()
        }

    def feedback(self, kind: str) -> Counter[int]:
        """Numbers of the messages that have feedback of a kind."""
        return self.numbers("SELECT message FROM feedback WHERE kind = $kind", kind=FEEDBACK_KINDS.index(kind))

    # ---- passages ------------------------------------------------------------------------------------------------

    def walks(self, doc: int) -> Iterator[tuple[int, tuple[Row, ...]]]:
        """Give the steps (node, outcome) of every passage of a journey, in order."""
        query = (
            'SELECT passage, list((node, outcome) ORDER BY "at", node, outcome) FROM step WHERE doc = $doc GROUP BY 1'
        )
        for passage, steps in self.rows(query, doc=doc):
            yield passage, tuple(steps)

    def states(self, doc: int) -> Mapping[str, int]:
        """Passages that are over, by state."""
        found = self.numbers("SELECT state FROM passage_end WHERE doc = $doc", doc=doc)
        return {PASSAGE_STATES[state]: count for state, count in found.items()}
