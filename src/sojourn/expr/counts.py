"""Conditions that count: `did` over events, `related` over rows, `engaged` over feedback."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sojourn.expr.bucket import quote
from sojourn.expr.directory import EventSpec, LinkSpec
from sojourn.expr.expression import in_frame
from sojourn.expr.names import identifier
from sojourn.expr.problems import ExpressionErrors, refuse, unknown
from sojourn.expr.reads import Reads
from sojourn.expr.scope import Scope
from sojourn.expr.terms import Term, Terms, at, placed, window_sql
from sojourn.model.reasons import FEEDBACK_KINDS

TIMES = "\0"
_SIGNS = {"at_least": ">=", "at_most": "<=", "exactly": "="}
_NUMERIC = ("DOUBLE", "FLOAT", "BIGINT", "INTEGER", "SMALLINT", "TINYINT", "HUGEINT", "UBIGINT", "DECIMAL", "JSON")


def did(terms: Terms, value: Mapping[Any, Any]) -> Term:
    """Compile `{did: event, where, count or sum, within}`."""
    terms.only(value, {"did", "where", "count", "sum", "within"})
    terms.about_profile("did")
    event = terms.known("did", value["did"], terms.directory.events, "event", "EXPR-022")
    where, reads, said = _event_rows(terms, value, event)
    reads |= Reads(history=frozenset([event.match]), time=True)
    if "sum" in value:
        return _sum(terms, value, event, where, reads, said)
    return _counted(value, "history AS h", where, reads, f"did {value['did']}{TIMES}{said}")


def _event_rows(terms: Terms, value: Mapping[Any, Any], event: EventSpec) -> tuple[list[str], Reads, str]:
    window, said = window_sql(value, 'h."at"', terms.frame)
    tests, reads = [f"h.pno = {terms.frame.pno}", f"h.name = {quote(event.match)}", window], Reads()
    if terms.frame.own:
        tests.append(f'h."offset" IS DISTINCT FROM {terms.frame.own}')
    if event.where is not None:
        rule = Scope(profile=terms.scope.profile, event=event.properties, fallback_zone=terms.directory.zone)
        tests.append(placed("did", terms, event.where, rule, terms.frame.of_event("h.data")).sql)
    if "where" in value:
        term = placed("where", terms, value["where"], _of_event(terms.scope, event), terms.frame.of_event("h.data"))
        tests.append(term.sql)
        reads, said = replace(term.reads, event=False), f"{said} where {term.text}"
    return tests, reads, said


def _of_event(scope: Scope, event: EventSpec) -> Scope:
    return replace(scope, event=event.properties)


def _counted(value: Mapping[Any, Any], source: str, tests: list[str], reads: Reads, text: str) -> Term:
    sign, n = _test(value["count"], "count", _SIGNS) if "count" in value else ("at_least", 1)
    if n != int(n) or n < 0:
        raise at(f"count.{sign}", refuse("EXPR-020", f"`{sign}` needs a whole number, not {n}"))
    said = f" {sign.replace('_', ' ')} {int(n)} times" if "count" in value else ""
    return Term(_count_sql(source, tests, sign, int(n)), reads, text.replace(TIMES, said))


def _count_sql(source: str, tests: list[str], sign: str, n: int) -> str:
    if n == 0 and sign == "at_least":
        return "true"
    if n == 1 and sign == "at_least":
        return exists(source, tests)
    if n == 0:
        return f"(NOT {exists(source, tests)})"
    return f"((SELECT count(*) FROM {source} WHERE {' AND '.join(tests)}) {_SIGNS[sign]} {n})"


def exists(source: str, tests: list[str]) -> str:
    """Give SQL that is true when a row passes all tests."""
    return f"EXISTS (SELECT 1 FROM {source} WHERE {' AND '.join(tests)})"


def _test(value: object, field: str, signs: Mapping[str, str]) -> tuple[str, float]:
    if not isinstance(value, Mapping) or len(value) != 1 or next(iter(value)) not in signs:
        raise at(field, refuse("EXPR-020", f"`{field}` needs one of {', '.join(signs)}, such as `{{at_least: 2}}`"))
    sign, n = next(iter(value.items()))
    if isinstance(n, bool) or not isinstance(n, int | float) or n != n:
        raise at(f"{field}.{sign}", refuse("EXPR-020", f"`{sign}` needs a number"))
    return str(sign), n


def _sum(terms: Terms, value: Mapping[Any, Any], event: EventSpec, tests: list[str], reads: Reads, said: str) -> Term:
    given = value["sum"]
    if "count" in value or not isinstance(given, Mapping) or "of" not in given:
        raise at("sum", refuse("EXPR-020", "`sum` needs `of` and one of at_least, at_most, and no `count` beside it"))
    signs = {s: _SIGNS[s] for s in ("at_least", "at_most")}
    sign, n = _test({k: v for k, v in given.items() if k != "of"}, "sum", signs)
    of = _summand(terms, given["of"], event)
    where = " AND ".join(tests)
    # DuckDB sums with Kahan's correction, so that the order of the rows does not show.
    sql = f"((SELECT coalesce(fsum({of[0]}), 0) FROM history AS h WHERE {where}) {signs[sign]} CAST({n!r} AS DOUBLE))"
    words = f" for {given['of']} {sign.replace('_', ' ')} {n} in all"
    return Term(sql, reads | replace(of[1], event=False), f"did {value['did']}{words}{said}")


def _summand(terms: Terms, text: object, event: EventSpec) -> tuple[str, Reads]:
    if not isinstance(text, str):
        raise at("sum.of", refuse("EXPR-020", "`of` needs an expression, such as `event.amount`"))
    try:
        summand = in_frame(text, _of_event(terms.scope, event), terms.frame.of_event("h.data"))
    except ExpressionErrors as error:
        raise at("sum.of", error) from error
    if not summand.type.startswith(_NUMERIC):
        raise at(
            "sum.of", refuse("EXPR-008", f"`of` must be a number, `{text}` is {summand.type}", span=(0, len(text)))
        )
    return f"TRY_CAST({summand.sql} AS DOUBLE)", summand.reads


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
    return _counted(value, source, [f"({linked})", *tests], reads, f"has {name}{TIMES}{said}")


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
    joined = "".join(join_sql(k, entities[name].links[k]) for k in sorted(term.reads.links))
    followed = {entities[name].links[k].to for k in term.reads.links} - {"profile"}
    reads |= replace(term.reads, links=frozenset(), entities=frozenset(followed))
    return joined, reads, [term.sql], f" where {term.text}"


def join_sql(name: str, link: LinkSpec) -> str:
    """Give the LEFT JOIN of a link of the rows `r`, as `link_<name>`."""
    alias = identifier(f"link_{name}")
    table = "profile" if link.to == "profile" else identifier(f"rows_{link.to}")
    on = " AND ".join(f"{alias}.{identifier(target)} = r.{identifier(local)}" for local, target in link.on.items())
    return f" LEFT JOIN {table} AS {alias} ON {on}"


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
    return Term(exists("engagement AS e", tests), Reads(engagement=True, time=True), f"{kind}{about}{said}")


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
