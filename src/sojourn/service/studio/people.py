"""Profiles of the live store, for the studio."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sojourn.expr import Condition, Evaluator, Scope, compile_condition
from sojourn.reports.inside import Number, who
from sojourn.reports.life import KINDS, LifeKind, life
from sojourn.reports.population import Population
from sojourn.reports.profile import profile
from sojourn.reports.profiles import profiles
from sojourn.reports.reading import Cursor, Row
from sojourn.service.runtime import Runtime
from sojourn.store.duckdb.patience import patience

PATIENCE_S = 30.0


class People:
    """Reads profiles; methods may be called from any thread, each with a cursor of its own.

    Parameters
    ----------
    runtime : Runtime
        Started.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def cursor(self) -> Cursor:
        """Return a reader's cursor."""
        cursor = self._runtime.cursor()
        cursor.execute("SET TimeZone = 'UTC'")
        return cursor

    @property
    def _running(self) -> Any:
        return self._runtime.engine.processor

    def page(self, cursor: Cursor, search: str, audience: str | None, after: int | None, limit: int) -> Row:
        """Return a page of profiles."""
        now, known = self._runtime.clock.now(), self._running.audiences
        among = None
        if audience is not None:
            population = Population(cursor, known.catalog, known.files, now, PATIENCE_S)
            query = population.matching({"in": audience})
            among = (query, {"now": now} if "$now" in query else {})
        with patience(cursor, PATIENCE_S, "the search"):
            return profiles(cursor, self._running.program.attributes, search, among, after, limit)

    def profile(self, cursor: Cursor, id: str) -> Row:
        """Return all that is known of a profile."""
        evaluator = Evaluator(1)
        try:
            return profile(
                cursor, self._running.program, evaluator, id, self._runtime.clock.now(),
                self._running.audiences.directory, self._audiences(),
            )  # fmt: skip
        finally:
            evaluator.close()

    def _audiences(self) -> dict[str, Condition]:
        directory, catalog = self._running.audiences.directory, self._running.audiences.catalog
        attributes = directory.entities["profile"].attributes
        scope = Scope(profile=attributes, zone=directory.zone, fallback_zone=directory.zone)
        return {id: compile_condition({"in": id}, scope, directory) for id in catalog.ids("audience")}

    def life(self, cursor: Cursor, id: str, before: str | None, limit: int, kinds: Collection[LifeKind] = KINDS) -> Row:
        """Return a page of what happened to a profile."""
        with patience(cursor, PATIENCE_S, "the time line"):
            return life(cursor, self._running.program, id, before, limit, kinds)

    def who(self, cursor: Cursor, id: str | None, number: Number, after: int | None, limit: int) -> Row:
        """Return a page of the profiles behind a number of a document, or of all of them."""
        with patience(cursor, PATIENCE_S, "the list"):
            return who(cursor, self._running.program, id, number, after, limit)
