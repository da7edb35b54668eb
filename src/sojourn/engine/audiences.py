"""The members of audiences over the whole population."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import datetime

import polars as pl

from sojourn.expr import Condition, Scope, compile_condition, population_sql
from sojourn.expr.audiences import audience_sql
from sojourn.expr.directory import Directory
from sojourn.model.document import Catalog
from sojourn.store.duckdb import DuckStore


class Audiences:
    """Membership in audiences, asked of the store.

    Parameters
    ----------
    files : mapping of path to text
        The files that `members:` audiences name.
    """

    def __init__(self, store: DuckStore, catalog: Catalog, directory: Directory, files: Mapping[str, str]) -> None:
        self.store = store
        self.catalog = catalog
        self.directory = directory
        self.files = files
        self.now: datetime = datetime.fromisoformat("1970-01-01T00:00:00+00:00")

    def condition(self, audience: str) -> Condition:
        """Return membership as a condition."""
        profile = self.directory.entities["profile"].attributes
        scope = Scope(profile=profile, zone=self.directory.zone, fallback_zone=self.directory.zone)
        return compile_condition({"in": audience}, scope, self.directory)

    def members(self, audience: str, at: datetime) -> pl.DataFrame:
        """Return `pno` and `profile_id` of the members at an instant, in the order of `profile_id`."""
        self.now = at
        condition = self.condition(audience)
        self.refresh(condition.reads.members)
        query = f"SELECT _pno AS pno, profile_id FROM ({population_sql(condition)}) ORDER BY profile_id"
        return self.store.read(query, self._instant(query))

    def taken(self, doc: int) -> pl.DataFrame:
        """Return who was a member at a line's last completed run (`pno`)."""
        return self.store.read("SELECT pno FROM taken WHERE doc = $doc", {"doc": doc})

    def refresh(self, audiences: Iterable[str]) -> None:
        """Bring the table `member` up to date for audiences that are a query or a list."""
        for audience in audiences:
            document = self.catalog.get("audience", audience)
            if document is not None and document.sql is not None:
                self._replace(audience, f"SELECT profile_id FROM ({self._query(document.sql)})")
            elif document is not None and document.members is not None:
                with self.store.frames(listed=self._list(document.members)):
                    self._replace(audience, "SELECT profile_id FROM listed")

    def queries(self, audiences: Iterable[str]) -> bool:
        """Tell whether one of these audiences is a query, whose members may change with any item."""
        found = (self.catalog.get("audience", audience) for audience in audiences)
        return any(document is not None and document.sql is not None for document in found)

    def listed(self, audiences: Iterable[str], profiles: pl.DataFrame) -> pl.DataFrame:
        """Return the rows of `member` for profiles (`profile_id`, `pno`) that are new and not in the store yet."""
        found = [pl.DataFrame(schema={"audience": pl.String, "pno": pl.Int64})]
        for audience in audiences:
            named = profiles.join(self._ids(audience), on="profile_id", how="semi")
            found.append(named.select(pl.lit(audience).alias("audience"), "pno"))
        return pl.concat(found)

    def _ids(self, audience: str) -> pl.DataFrame:
        document = self.catalog.get("audience", audience)
        if document is not None and document.members is not None:
            return self._list(document.members)
        if document is not None and document.sql is not None:
            query = self._query(document.sql)
            return self.store.read(f"SELECT profile_id FROM ({query})", self._instant(query))
        return pl.DataFrame(schema={"profile_id": pl.String})

    def _instant(self, query: str) -> dict[str, object]:
        return {"now": self.now} if "$now" in query else {}

    def _query(self, sql: str) -> str:
        return audience_sql(sql, self.directory.entities)

    def _list(self, name: str) -> pl.DataFrame:
        rows = csv.DictReader(io.StringIO(self.files.get(name, "")))
        return pl.DataFrame({"profile_id": [row.get("profile_id") for row in rows]}, schema={"profile_id": pl.String})

    def _replace(self, audience: str, query: str) -> None:
        con = self.store.connection
        con.execute("DELETE FROM member WHERE audience = ?", [audience])
        con.execute(
            f"INSERT INTO member SELECT DISTINCT $audience, p._pno FROM ({query}) q JOIN profile p USING (profile_id)",
            {"audience": audience, **self._instant(query)},
        )
