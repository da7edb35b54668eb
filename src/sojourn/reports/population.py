"""How many meet a condition now, exactly, and who is among them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import duckdb
import sqlglot

from sojourn.engine.audiences import Audiences
from sojourn.expr import Condition, EntitySpec, ExpressionErrors, LinkSpec, compile_condition, population_sql, rows_sql
from sojourn.expr.names import identifier
from sojourn.model.document import Catalog
from sojourn.model.documents import Audience
from sojourn.model.entity import PROFILE, PROFILE_KEY
from sojourn.model.errors import DocumentError, Problem, SojournError
from sojourn.model.expressions import Names, Place
from sojourn.reports.reading import Cursor, Row
from sojourn.reports.runs import plain
from sojourn.store.duckdb.patience import patience
from sojourn.store.duckdb.reader import StoreReader
from sojourn.workspace.names import directory_of, scope_of
from sojourn.workspace.workspace import settings_of

Value = str | Mapping[str, Any]


class NotACondition(DocumentError):
    """What should be counted is no condition."""

    code = "COUNT-001"

    def __init__(self, errors: Sequence[Problem]) -> None:
        super().__init__(errors)
        self.message = "this condition cannot be counted: " + "; ".join(problem.message for problem in errors)


class NotCounted(SojournError):
    """The live store cannot answer."""

    code = "COUNT-002"


@dataclass(frozen=True)
class Population:
    """The profiles, and the rows of entities, of the live store.

    Parameters
    ----------
    cursor : duckdb cursor
        A reader of the store, of the caller's thread; tables that are made on it are its own.
    catalog : Catalog
        Documents that conditions may name.
    files : mapping of name to text
        Files that audiences name.
    now : datetime
        The engine's instant.
    patience_s : float
        Seconds after which a query is given up.
    parameters : mapping of name to value
        What `vars.x` stands for.
    """

    cursor: Cursor
    catalog: Catalog
    files: Mapping[str, str]
    now: datetime
    patience_s: float = 30.0
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def count(self, value: Value, entity: str = PROFILE, sample: int = 0) -> Row:
        """Count the profiles, or rows of an entity, that meet a condition.

        Returns
        -------
        dict
            `count`; `of`: all there are; `sql`: the query, with `$now`; `sample`: the first of them by key.

        Raises
        ------
        NotACondition, NotCounted, TookTooLong
            There is no count.
        """
        query, table = self._query(value, entity)
        counted = f"SELECT count(*) FROM ({query})"
        with self._asking():
            [(of,)] = self.cursor.execute(f"SELECT count(*) FROM {table}").fetchall()
            [(count,)] = self.cursor.execute(counted, self._given(counted)).fetchall()
            rows = self._sample(query, entity, sample) if sample and count else []
        return {"count": count, "of": of, "sql": _pretty(query), "sample": rows}

    def matching(self, value: Value) -> str:
        """Return the query of the profiles (`_pno`, `profile_id`) that meet a condition."""
        return self._query(value, PROFILE)[0]

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Say what users can do about errors of the store."""
        try:
            with patience(self.cursor, self.patience_s, "the count"):
                yield
        except (duckdb.BinderException, duckdb.CatalogException) as error:
            hint = "publish: attributes and entities take effect then"
            raise NotCounted("the live store does not have all that the condition reads yet", hint=hint) from error
        except duckdb.Error as error:
            raise NotCounted(f"the store cannot answer: {str(error)[:300]}") from error

    # ---- queries ---------------------------------------------------------------------------------------------------

    def _query(self, value: Value, entity: str) -> tuple[str, str]:
        directory = directory_of(self.catalog, settings_of(self.catalog).timezone)
        if entity not in directory.entities:
            raise NotCounted(f"no entity `{entity:.80}`", hint="declare it, and publish")
        as_rows = entity != PROFILE or bool(self.parameters)
        types = {name: _type_of(given) for name, given in self.parameters.items()}
        columns = self.catalog.get("entity", entity).types if as_rows else None
        names = Names(columns=columns, entity=entity, variables=types or None)
        asking = Audience(kind="audience", id="count", where="true")
        try:
            scope = scope_of(asking, Place("", "", names), self.catalog, directory.zone)
            condition = compile_condition(value, scope, directory)
        except ExpressionErrors as error:
            raise NotACondition(error.problems) from error
        self._bring_members(condition)
        if not as_rows:
            return population_sql(condition), "profile"
        spec, source = directory.entities[entity], "profile" if entity == PROFILE else f'"rows_{entity}"'
        return rows_sql(condition, source, _leading_to_profile(spec, entity)), source

    def _bring_members(self, condition: Condition) -> None:
        """Put the members of audiences that are a query or a list into a table of this reader's own."""
        if not condition.reads.members:
            return
        self.cursor.execute("CREATE OR REPLACE TEMP TABLE member AS SELECT * FROM member")
        directory = directory_of(self.catalog, settings_of(self.catalog).timezone)
        audiences = Audiences(StoreReader(self.cursor), self.catalog, directory, self.files)
        audiences.now = self.now
        with self._asking():
            audiences.refresh(condition.reads.members)

    def _sample(self, query: str, entity: str, limit: int) -> list[Row]:
        if entity == PROFILE:
            chosen = f"SELECT _pno FROM ({query}) ORDER BY _pno LIMIT {int(limit)}"
            query = f"SELECT * EXCLUDE (_pno, _created_at) FROM profile SEMI JOIN ({chosen}) USING (_pno) ORDER BY 1"
        else:
            key = identifier(self.catalog.get("entity", entity).key_column)
            query = f"SELECT * FROM ({query}) ORDER BY {key} LIMIT {int(limit)}"
        found = self.cursor.sql(query, params=self._given(query)).pl()
        return [plain(row) for row in found.to_dicts()]

    def _given(self, query: str) -> dict[str, object]:
        """Return the parameters that a query has."""
        given: dict[str, object] = {"now": self.now, "vars": json.dumps({"vars": self.parameters}, default=str)}
        return {name: value for name, value in given.items() if f"${name}" in query}


def _leading_to_profile(spec: EntitySpec, entity: str) -> EntitySpec:
    """Let the rows of `profile` have themselves as their profile."""
    if entity != PROFILE:
        return spec
    return replace(spec, links={**spec.links, "_self": LinkSpec(PROFILE, {PROFILE_KEY: PROFILE_KEY})})


def _type_of(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "integer" if isinstance(value, int) else "number"
    return "string" if isinstance(value, str) else "json"


def _pretty(query: str) -> str:
    """Return a query over several lines; as it is where the formatter does not read it."""
    try:
        return sqlglot.transpile(query, read="duckdb", write="duckdb", pretty=True)[0]
    except sqlglot.errors.SqlglotError:
        return query
