"""Audiences in SQL: one SELECT over declared entities, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import duckdb
import sqlglot
from sqlglot import exp

from sojourn.expr import binding
from sojourn.expr.directory import EntitySpec
from sojourn.expr.functions import AGGREGATES, FUNCTIONS, QUERY_WORDS
from sojourn.expr.problems import ExpressionErrors, refuse, unknown
from sojourn.expr.syntax import (
    DIALECT,
    LONGEST_TEXT,
    PARSER_FAULTS,
    called_functions,
    check_limits,
    check_nesting,
    check_values,
    span_of,
    tokenize,
    unreadable,
    write,
)
from sojourn.model.errors import Problem

_REFUSED: dict[type[exp.Expr], str] = {
    exp.Placeholder: "parameters",
    exp.Parameter: "parameters",
    exp.Lambda: "lambdas",
    exp.Columns: "`columns`",
    exp.Into: "`into`",
    exp.CurrentDate: "the machine's date",
    exp.CurrentTimestamp: "the machine's time",
    exp.DDL: "statements that change data",
    exp.DML: "statements that change data",
    exp.Command: "commands",
    exp.Pivot: "pivots",
    exp.TableSample: "samples",
    exp.Lateral: "lateral tables",
    exp.Unnest: "table functions",
    exp.Values: "`values`",
}
_ALLOWED = (FUNCTIONS | AGGREGATES) - {"local_now", "bucket"}
_SAMPLE = "CAST('2026-01-05 10:00:00+00' AS TIMESTAMPTZ)"
_NO_QUERY = "write one query, such as `select profile_id from booking where nights > 2`"


def check_audience_sql(text: str, entities: Mapping[str, EntitySpec]) -> list[Problem]:
    """Find what is wrong with the SQL of an audience; nothing: an empty list.

    Parameters
    ----------
    text
        One SELECT over declared entities that gives a column `profile_id`.
    entities
        Declared entities by id, `profile` among them.
    """
    try:
        audience_sql(text, entities)
    except ExpressionErrors as error:
        return error.problems
    return []


def audience_sql(text: str, entities: Mapping[str, EntitySpec]) -> str:
    """Check the SQL of an audience and write it over the tables of the store.

    Returns
    -------
    str
        The query over `profile` and `rows_<entity>`; `now()` in it is the parameter `$now`.

    Raises
    ------
    ExpressionErrors
        With everything that is not allowed, or what DuckDB says.
    """
    query = _parse(text)
    problems = list(dict.fromkeys(_check(query, entities)))
    if problems:
        raise ExpressionErrors(problems)
    _bind(write(_rewritten(query, _SAMPLE)), entities, text)
    return write(_rewritten(query, "$now"))


def _parse(text: str) -> exp.Query:
    if len(text) > LONGEST_TEXT:
        raise refuse("EXPR-001", f"a query has at most {LONGEST_TEXT:,} characters, this one has {len(text):,}")
    tokens = tokenize(text)
    check_nesting(tokens)
    problems = list(called_functions(tokens, _ALLOWED | QUERY_WORDS))
    if problems:
        raise ExpressionErrors(problems)
    return _query(text)


def _query(text: str) -> exp.Query:
    if not text.lstrip().lower().startswith(("select", "with")):
        raise refuse("EXPR-032", "the SQL of an audience is one SELECT", span=(0, len(text)), hint=_NO_QUERY)
    try:
        statements = sqlglot.parse(text, read=DIALECT)
    except PARSER_FAULTS as error:
        raise unreadable(error) from error
    if len(statements) != 1 or not isinstance(statements[0], exp.Select | exp.SetOperation):
        raise refuse("EXPR-032", "the SQL of an audience is one SELECT", span=(0, len(text)), hint=_NO_QUERY)
    return statements[0]


def _check(query: exp.Query, entities: Mapping[str, EntitySpec]) -> Iterator[Problem]:
    yield from check_limits(query)
    yield from _with(query)
    common = {c.alias for c in query.find_all(exp.CTE)}
    for node in query.walk():
        word = next((w for kind, w in _REFUSED.items() if isinstance(node, kind)), None)
        if word:
            yield Problem(code="EXPR-004", message=f"{word} cannot be used in an audience", span=span_of(node))
        elif isinstance(node, exp.Table):
            yield from _table(node, entities, common)
        else:
            yield from check_values(node)
    yield from (Problem(p.code, p.message) for p in called_functions(tokenize(write(query)), _ALLOWED | QUERY_WORDS))


def _with(query: exp.Query) -> Iterator[Problem]:
    for with_ in query.find_all(exp.With):
        if with_.args.get("recursive") or with_.parent is not query:
            message = "`with` stands at the beginning of the query, and is not recursive"
            yield Problem(code="EXPR-004", message=message, span=span_of(with_))


def _table(node: exp.Table, entities: Mapping[str, EntitySpec], common: set[str]) -> Iterator[Problem]:
    if not isinstance(node.this, exp.Identifier) or node.args.get("db") or node.args.get("catalog"):
        message = f"`{node.sql(DIALECT)[:80]}` is not an entity; a query reads declared entities only"
        yield Problem(code="EXPR-023", message=message, span=span_of(node))
    elif node.name not in entities and node.name not in common and node.name != "profile":
        yield unknown("EXPR-023", "no entity {}", node.name, [*entities, "profile"], span=span_of(node))


def _rewritten(query: exp.Query, now: str) -> exp.Expr:
    common = {c.alias for c in query.find_all(exp.CTE)}

    def over_tables(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Table) and node.name not in common and node.name != "profile":
            alias = exp.TableAlias(this=exp.to_identifier(node.name, quoted=True))
            node.set("alias", node.args.get("alias") or alias)
            node.set("this", exp.to_identifier(f"rows_{node.name}", quoted=True))
        return exp.Var(this=now) if _is_now(node) else node

    changed: exp.Expr = query.transform(over_tables)
    return changed


def _is_now(node: exp.Expr) -> bool:
    return isinstance(node, exp.Anonymous) and node.name.lower() == "now" and not node.expressions


def _bind(sql: str, entities: Mapping[str, EntitySpec], text: str) -> None:
    tables = {f"rows_{n}": e.attributes for n, e in entities.items() if n != "profile"}
    profile = entities["profile"].attributes if "profile" in entities else {}
    tables["profile"] = {"profile_id": "string", **profile}
    try:
        columns = binding.columns_of(sql, tables)
    except duckdb.Error as error:
        message = str(error).strip().partition("\n\nLINE")[0].partition("Error: ")[2]
        raise refuse("EXPR-007", " ".join(message.split())[:500], span=(0, len(text))) from error
    if "profile_id" not in columns:
        message = f"the query must give a column `profile_id`; it gives {', '.join(columns)[:200]}"
        raise refuse("EXPR-033", message, span=(0, len(text)), hint=_NO_QUERY)
