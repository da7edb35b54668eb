"""Conditions that count: `did` over events, `related` over rows, `engaged` over feedback."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

from sojourn.expr.bucket import quote
from sojourn.expr.directory import EventSpec, LinkSpec
from sojourn.expr.expression import in_frame
from sojourn.expr.linked import join_sql, one_each
from sojourn.expr.names import identifier
from sojourn.expr.problems import ExpressionErrors, refuse, unknown
from sojourn.expr.reads import Reads
from sojourn.expr.scope import Scope
from sojourn.expr.terms import Term, Terms, at, length_sql, placed, window_sql
from sojourn.model.reasons import FEEDBACK_KINDS

TIMES = "\0"
LONGEST_LIST = 1_000
"""Events of a profile that are put in order to find the one that counts; for more the first one to leave is taken."""
_SIGNS = {"at_least": ">=", "at_most": "<=", "exactly": "="}
_NUMERIC = ("DOUBLE", "FLOAT", "BIGINT", "INTEGER", "SMALLINT", "TINYINT", "HUGEINT", "UBIGINT", "DECIMAL", "JSON")


@dataclass(frozen=True)
class _Rows:
    """The rows that are counted; the first test is the one on their profile."""

    source: str
    tests: list[str]
    reads: Reads
    grouped_for: str | None = None

    def passing(self, aggregate: str, test: str, *, over_none: bool) -> str:
        """Give SQL of a test on an aggregate; `over_none`: whether no rows at all pass it."""
        if self.grouped_for is None:
            return f"((SELECT {aggregate} FROM {self.source} WHERE {' AND '.join(self.tests)}) {test})"
        where = " AND ".join(["h.pno IS NOT NULL", *self.tests[1:]])
        having = f"NOT ({aggregate} {test})" if over_none else f"{aggregate} {test}"
        found = f"SELECT h.pno FROM {self.source} WHERE {where} GROUP BY h.pno HAVING {having}"
        return f"({self.grouped_for} {'NOT IN' if over_none else 'IN'} ({found}))"


def did(terms: Terms, value: Mapping[Any, Any]) -> Term:
    """Compile `{did: event, where, count or sum, within}`."""
    terms.only(value, {"did", "where", "count", "sum", "within"})
    terms.about_profile("did")
    event = terms.known("did", value["did"], terms.directory.events, "event", "EXPR-022")
    tests, reads, said = _event_rows(terms, value, event)
    summand, of = _summand(terms, value, event) if "sum" in value else ("", Reads())
    # One pass over the events of all profiles, where nothing but the profile's number ties them to the profile.
    grouped_for = terms.frame.pno if terms.frame.population and not (reads | of).profile else None
    reads |= of | Reads(history=frozenset([event.match]), time=True)
    rows = _Rows("history AS h", tests, reads, grouped_for)
    if "sum" in value:
        return replace(_sum(value, rows, summand, said), turns=_turns(value, 'min(h."at")', rows))
    term = _counted(value, rows, f"did {value['did']}{TIMES}{said}")
    return replace(term, turns=_turns(value, _leaving(value), rows))


def _turns(value: Mapping[Any, Any], leaving: str, rows: _Rows) -> tuple[str, ...]:
    """Give the SQL of the end of the window of the row whose leaving it may change the result."""
    if "within" not in value or not leaving:
        return ()
    where = " AND ".join(rows.tests)
    return (f"(SELECT {leaving} + {length_sql(value['within'])} FROM {rows.source} WHERE {where})",)


def _leaving(value: Mapping[Any, Any]) -> str:
    """Give the SQL of the event whose leaving the window changes a test on the count: counts only fall with time."""
    sign, given = _test(value["count"], "count", _SIGNS) if "count" in value else ("at_least", 1)
    n = int(given)
    if n > LONGEST_LIST:
        return 'min(h."at")'
    nth, over = (f'max(h."at", {m})[{m}]' if m else "" for m in (n, n + 1))
    if sign == "exactly":
        return f"coalesce({over}, {nth})" if nth else over
    return nth if sign == "at_least" else over


def _event_rows(terms: Terms, value: Mapping[Any, Any], event: EventSpec) -> tuple[list[str], Reads, str]:
    window, said = window_sql(value, 'h."at"', terms.frame)
    tests, reads = [f"h.pno = {terms.frame.pno}", f"h.name = {quote(event.match)}", window], Reads()
    if terms.frame.own:
        tests.append(f'h."offset" IS DISTINCT FROM {terms.frame.own}')
    if event.where is not None:
        rule = Scope(profile=terms.scope.profile, event=event.properties, zone=terms.directory.zone)
        term = placed("did", terms, event.where, rule, terms.frame.of_event("h.data"))
        tests.append(term.sql)
        reads |= replace(term.reads, event=False)
    if "where" in value:
        term = placed("where", terms, value["where"], _of_event(terms.scope, event), terms.frame.of_event("h.data"))
        tests.append(term.sql)
        reads, said = reads | replace(term.reads, event=False), f"{said} where {term.text}"
    return tests, reads, said


def _of_event(scope: Scope, event: EventSpec) -> Scope:
    return replace(scope, event=event.properties)


def _counted(value: Mapping[Any, Any], rows: _Rows, text: str) -> Term:
    sign, n = _test(value["count"], "count", _SIGNS) if "count" in value else ("at_least", 1)
    if n != int(n) or n < 0:
        raise at(f"count.{sign}", refuse("EXPR-020", f"`{sign}` needs a whole number, not {n}"))
    said = f" {sign.replace('_', ' ')} {int(n)} times" if "count" in value else ""
    return Term(_count_sql(rows, sign, int(n)), rows.reads, text.replace(TIMES, said))


def _count_sql(rows: _Rows, sign: str, n: int) -> str:
    if n == 0 and sign == "at_least":
        return "true"
    if n == 1 and sign == "at_least":
        return exists(rows.source, rows.tests)
    if n == 0:
        return f"(NOT {exists(rows.source, rows.tests)})"
    return rows.passing("count(*)", f"{_SIGNS[sign]} {n}", over_none=sign == "at_most")


def exists(source: str, tests: list[str]) -> str:
    """Give SQL that is true when a row passes all tests."""
    return f"EXISTS (SELECT 1 FROM {source} WHERE {' AND '.join(tests)})"


def _test(value: object, field: str, signs: Mapping[str, str]) -> tuple[str, float]:
    if not isinstance(value, Mapping) or len(value) != 1 or next(iter(value)) not in signs:
        raise at(field, refuse("EXPR-020", f"`{field}` needs one of {', '.join(signs)}, such as `{{at_least: 2}}`"))
    sign, n = next(iter(value.items()))
    if isinstance(n, bool) or not isinstance(n, int | float) or not isfinite(n):
        raise at(f"{field}.{sign}", refuse("EXPR-020", f"`{sign}` needs a number"))
    return str(sign), n


def _sum(value: Mapping[Any, Any], rows: _Rows, summand: str, said: str) -> Term:
    given = value["sum"]
    signs = {s: _SIGNS[s] for s in ("at_least", "at_most")}
    sign, x = _test({k: v for k, v in given.items() if k != "of"}, "sum", signs)
    over_none = x <= 0 if sign == "at_least" else x >= 0
    # DuckDB sums with Kahan's correction, so that the order of the rows does not show.
    sql = rows.passing(f"coalesce(fsum({summand}), 0)", f"{signs[sign]} CAST({x!r} AS DOUBLE)", over_none=over_none)
    words = f" for {given['of']} {sign.replace('_', ' ')} {x} in all"
    return Term(sql, rows.reads, f"did {value['did']}{words}{said}")


def _summand(terms: Terms, value: Mapping[Any, Any], event: EventSpec) -> tuple[str, Reads]:
    given = value["sum"]
    if "count" in value or not isinstance(given, Mapping) or not isinstance(given.get("of"), str):
        message = "`sum` needs `of` with an expression and one of at_least, at_most, and no `count` beside it"
        raise at("sum", refuse("EXPR-020", message, hint="write `sum: {of: event.amount, at_least: 100}`"))
    text = given["of"]
    try:
        summand = in_frame(text, _of_event(terms.scope, event), terms.frame.of_event("h.data"))
    except ExpressionErrors as error:
        raise at("sum.of", error) from error
    if not summand.type.startswith(_NUMERIC):
        message = f"`of` must be a number, `{text}` is {summand.type}"
        raise at("sum.of", refuse("EXPR-008", message, span=(0, len(text))))
    return f"TRY_CAST({summand.sql} AS DOUBLE)", replace(summand.reads, event=False)


def related(terms: Terms, value: Mapping[Any, Any]) -> Term:
    """Compile `{related: entity, where, count}`."""
    terms.only(value, {"related", "where", "count"})
    terms.about_profile("related")
    name = value["related"]
    entity = terms.known("related", name, terms.directory.entities, "entity", "EXPR-023")
    links = [link for link in entity.links.values() if link.to == "profile"]
    if not links:
        message = f"`{name}` has no link to `profile`"
        raise at("related", refuse("EXPR-028", message, hint=f"declare a link `to: profile` on `{name}`"))
    joined, reads, tests, said = _related_where(terms, value, str(name))
    reads |= _linked_reads(links)
    linked = " OR ".join(_linked(link) for link in links)
    source = f"{identifier(f'rows_{name}')} AS r{joined}"
    rows = _Rows(source, [f"({linked})", *tests], reads)
    return _counted(value, rows, f"has {name}{TIMES}{said}")


def _linked(link: LinkSpec) -> str:
    return " AND ".join(f"r.{identifier(local)} = p.{identifier(target)}" for local, target in link.on.items())


def _linked_reads(links: list[LinkSpec]) -> Reads:
    targets = {t for link in links for t in link.on.values()}
    return Reads(profile_id="profile_id" in targets, attributes=frozenset(targets - {"profile_id"}))


def _related_where(terms: Terms, value: Mapping[Any, Any], name: str) -> tuple[str, Reads, list[str], str]:
    reads = Reads(entities=frozenset([name]))
    if "where" not in value:
        return "", reads, [], ""
    entities = terms.directory.entities
    links = {k: entities[v.to].attributes for k, v in entities[name].links.items() if v.to in entities}
    scope = replace(terms.scope, columns=entities[name].attributes, links=links)
    term = placed("where", terms, value["where"], scope, terms.frame)
    declared = entities[name].links
    joined = "".join(join_sql(k, declared[k], one_each(declared[k], entities)) for k in term.reads.followed)
    reads |= replace(term.reads, links=frozenset()) | _through_links(term.reads, declared)
    return joined, reads, [term.sql], f" where {term.text}"


def _through_links(reads: Reads, links: Mapping[str, LinkSpec]) -> Reads:
    columns = [(links[name], column) for name, _, column in (n.partition(".") for n in reads.links)]
    attributes = frozenset(c for link, c in columns if link.to == "profile")
    entities = frozenset(link.to for link, _ in columns) - {"profile"}
    return Reads(attributes=attributes - {"profile_id"}, profile_id=bool(attributes), entities=entities)


def engaged(terms: Terms, value: Mapping[Any, Any]) -> Term:
    """Compile `{engaged: kind, with, within}`."""
    terms.only(value, {"engaged", "with", "within"})
    terms.about_profile("engaged")
    kind = value["engaged"]
    if kind not in FEEDBACK_KINDS:
        raise at(
            "engaged", ExpressionErrors([unknown("EXPR-024", "no feedback kind {}", str(kind)[:80], FEEDBACK_KINDS)])
        )
    window, said = window_sql(value, 'e."at"', terms.frame)
    tests = [f"e.pno = {terms.frame.pno}", f"e.kind = {quote(kind)}", window, *_origin(terms, value)]
    about = f" {value['with']}" if "with" in value else " any message"
    rows = _Rows("engagement AS e", tests, Reads(engagement=True, time=True))
    turns = _turns(value, 'max(e."at")', rows)
    return Term(exists(rows.source, rows.tests), rows.reads, f"{kind}{about}{said}", turns)


def _origin(terms: Terms, value: Mapping[Any, Any]) -> list[str]:
    if "with" not in value:
        return []
    document, _, node = str(value["with"]).partition("/")
    nodes = terms.known("with", document, terms.directory.documents, "journey or campaign", "EXPR-025")
    if not node:
        return [f"e.document = {quote(document)}"]
    if node not in nodes:
        raise at("with", ExpressionErrors([unknown("EXPR-025", f"no node {{}} in `{document}`", node[:80], nodes)]))
    return [f"e.document = {quote(document)}", f"e.node = {quote(node)}"]
