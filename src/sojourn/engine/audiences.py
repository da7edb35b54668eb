"""The members of audiences over the whole population."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import polars as pl

from sojourn.expr import Condition, Scope, compile_condition, population_sql
from sojourn.expr.audiences import audience_sql
from sojourn.expr.directory import Directory
from sojourn.model.document import Catalog
from sojourn.store.duckdb import DuckStore


@dataclass(frozen=True)
class Derived:
    """An audience that is a query or a list.

    Attributes
    ----------
    query : str
        Gives a column `profile_id`; reads the frame `listed`, or the store with the parameter `$now` at most.
    entities, attributes : tuple of str
        Tables of entities, and attributes of profiles, that the query may read.
    """

    query: str
    listed: pl.DataFrame | None = None
    entities: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    reads_clock: bool = False


IDS: Final = "SELECT profile_id, _pno FROM profile UNION ALL SELECT alias, pno FROM identity"
"""Profiles by all ids that they have or had."""


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
        self._conditions: dict[str, Condition] = {}
        self._known: dict[str, Derived | None] = {}
        self._fresh: dict[str, tuple[object, ...]] = {}
        self.now: datetime = datetime.fromisoformat("1970-01-01T00:00:00+00:00")

    def condition(self, audience: str) -> Condition:
        """Return membership as a condition."""
        if audience not in self._conditions:
            self._conditions[audience] = self._compile(audience)
        return self._conditions[audience]

    def _compile(self, audience: str) -> Condition:
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

    def moved(self, audience: str, at: datetime) -> pl.DataFrame:
        """Return `pno` of those who are members and are not known (`watched`) to be, or the other way round."""
        self.now = at
        condition = self.condition(audience)
        self.refresh(condition.reads.members)
        query = f"""
            SELECT coalesce(n._pno, w.pno) AS pno FROM ({population_sql(condition)}) n
            FULL JOIN (SELECT pno FROM watched WHERE audience = $audience) w ON w.pno = n._pno
            WHERE n._pno IS NULL OR w.pno IS NULL
        """
        return self.store.read(query, {"audience": audience, **self._instant(query)})

    def definition(self, audience: str) -> str:
        """Return the query or the list that makes an audience."""
        document = self.catalog.get("audience", audience)
        return "" if document is None else str(document.sql or self.files.get(document.members or "", ""))

    def taken(self, doc: int) -> pl.DataFrame:
        """Return who was a member at a line's last completed run (`pno`)."""
        return self.store.read("SELECT pno FROM taken WHERE doc = $doc", {"doc": doc})

    def refresh(self, audiences: Iterable[str]) -> None:
        """Bring the table `member` up to date for audiences that are a query or a list, where anything has changed."""
        for audience in audiences:
            derived = self._derived(audience)
            if derived is not None and self._fresh.get(audience) != (state := self._state(derived)):
                self._replace(audience, derived)
                self._fresh[audience] = state

    def forget(self) -> None:
        """Note that tables were filled past the log."""
        self._fresh.clear()

    def shift(self, audiences: Iterable[str]) -> bool:
        """Tell whether the members of one of these may change with the clock, or with items of whichever profiles."""
        found = (self._derived(audience) for audience in audiences)
        return any(derived is not None and (derived.reads_clock or derived.attributes) for derived in found)

    def state(self, audience: str) -> tuple[object, ...]:
        """Return what tells that rows which decide about membership have changed: it is another then."""
        reads = self.condition(audience).reads
        derived = [found for name in sorted(reads.members) if (found := self._derived(name)) is not None]
        return (
            self.now if reads.clock else None,
            *(self.store.changed[f"rows_{entity}"] for entity in sorted(reads.entities)),
            *(self._state(each) for each in derived),
        )

    def _state(self, derived: Derived) -> tuple[object, ...]:
        changed = self.store.changed
        names = [*derived.entities, *(f"profile.{name}" for name in derived.attributes), "profiles"]
        return (self.now if derived.reads_clock else None, *(changed[name] for name in names))

    def _derived(self, audience: str) -> Derived | None:
        if audience not in self._known:
            self._known[audience] = self._read(audience)
        return self._known[audience]

    def _read(self, audience: str) -> Derived | None:
        document = self.catalog.get("audience", audience)
        if document is None or (document.sql is None and document.members is None):
            return None
        if document.members is not None:
            return Derived("SELECT profile_id FROM listed", self._list(document.members))
        query = audience_sql(document.sql, self.directory.entities)
        words = set(re.findall(r"\w+", query))
        entities = tuple(f"rows_{id}" for id in self.directory.entities if f'"rows_{id}"' in query)
        attributes = tuple(name for name in self.directory.entities["profile"].attributes if name in words)
        return Derived(f"SELECT profile_id FROM ({query})", None, entities, attributes, "$now" in query)

    def listed(self, audiences: Iterable[str], profiles: pl.DataFrame) -> pl.DataFrame:
        """Return the rows of `member` for profiles (`profile_id`, `pno`) that are new and not in the store yet."""
        found = [pl.DataFrame(schema={"audience": pl.String, "pno": pl.Int64})]
        for audience in audiences:
            named = profiles.join(self._ids(audience), on="profile_id", how="semi")
            found.append(named.select(pl.lit(audience).alias("audience"), "pno"))
        return pl.concat(found)

    def _ids(self, audience: str) -> pl.DataFrame:
        derived = self._derived(audience)
        if derived is None:
            return pl.DataFrame(schema={"profile_id": pl.String})
        if derived.listed is not None:
            return derived.listed
        return self.store.read(derived.query, self._instant(derived.query))

    def _instant(self, query: str) -> dict[str, object]:
        return {"now": self.now} if "$now" in query else {}

    def _list(self, name: str) -> pl.DataFrame:
        rows = csv.DictReader(io.StringIO(self.files.get(name, "")))
        return pl.DataFrame({"profile_id": [row.get("profile_id") for row in rows]}, schema={"profile_id": pl.String})

    def _replace(self, audience: str, derived: Derived) -> None:
        con = self.store.connection
        con.execute("DELETE FROM member WHERE audience = ?", [audience])
        listed = derived.listed if derived.listed is not None else pl.DataFrame(schema={"profile_id": pl.String})
        with self.store.frames(listed=listed):
            con.execute(
                "INSERT INTO member SELECT DISTINCT $audience, p._pno "
                f"FROM ({derived.query}) q JOIN ({IDS}) p USING (profile_id)",
                {"audience": audience, **self._instant(derived.query)},
            )
