"""Conditions about standing: `in` an audience, `subscribed` to a channel or group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sojourn.expr.bucket import quote
from sojourn.expr.directory import Directory, GroupSpec
from sojourn.expr.problems import ExpressionErrors, refuse, unknown
from sojourn.expr.reads import Reads
from sojourn.expr.scope import Scope
from sojourn.expr.terms import Term, Terms, at
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.reasons import REFUSING


def audience_scope(id_: str, scope: Scope, directory: Directory) -> Scope:
    """Give the names of an audience's condition: the profile's, in the workspace's zone."""
    return Scope(profile=scope.profile, document=id_, zone=directory.zone, fallback_zone=directory.zone)


def in_audience(terms: Terms, value: Mapping[Any, Any]) -> Term:
    """Compile `{in: audience}`: a plain condition in place, another kind through its table of members."""
    terms.only(value, {"in"})
    terms.about_profile("in")
    id_ = value["in"]
    audience = terms.known("in", id_, terms.directory.audiences, "audience", "EXPR-021")
    if id_ in terms.chain:
        cycle = " → ".join([*terms.chain, id_])
        raise at("in", refuse("EXPR-027", f"audiences refer to one another in a circle: {cycle}"))
    text = f"in {id_}"
    if audience.kind != "where":
        tests = f"m.audience = {quote(id_)} AND m.pno = {terms.frame.pno}"
        sql = f"EXISTS (SELECT 1 FROM member AS m WHERE {tests})"
        return Term(sql, Reads(members=frozenset([id_])), text)
    try:
        term = terms.audience(id_, audience.where, "")
    except ExpressionErrors as error:
        raise at("in", error) from error
    return Term(term.sql, term.reads, text, term.turns)


def subscribed(terms: Terms, value: Mapping[Any, Any]) -> Term:
    """Compile `{subscribed: channel or group}`."""
    terms.only(value, {"subscribed"})
    terms.about_profile("subscribed")
    topic = value["subscribed"]
    groups = terms.directory.groups
    if topic in CHANNEL_TYPES:
        sql = _none(terms, f"channel:{topic}")
    elif isinstance(topic, str) and topic in groups:
        sql = _group(terms, topic, groups[topic])
    else:
        known = [*CHANNEL_TYPES, *groups]
        raise at(
            "subscribed", ExpressionErrors([unknown("EXPR-026", "no channel or group {}", str(topic)[:80], known)])
        )
    return Term(sql, Reads(consent=True), f"subscribed to {topic}")


def _group(terms: Terms, topic: str, group: GroupSpec) -> str:
    name = f"group:{topic}"
    own = _none(terms, name) if group.default == "subscribed" else _some(terms, name, "NOT IN")
    return f"({own} AND {_none(terms, f'channel:{group.channel}')})"


def _none(terms: Terms, topic: str) -> str:
    """Give SQL of that nothing is refused; of a row without a profile nobody has consented."""
    somebody = f"{terms.frame.pno} IS NOT NULL AND " if terms.scope.columns is not None else ""
    return f"({somebody}NOT {_some(terms, topic, 'IN')})"


def _some(terms: Terms, topic: str, test: str) -> str:
    refusing = ", ".join(map(quote, REFUSING))
    tests = f"c.pno = {terms.frame.pno} AND c.topic = {quote(topic)} AND c.status {test} ({refusing})"
    return f"EXISTS (SELECT 1 FROM consent AS c WHERE {tests})"
