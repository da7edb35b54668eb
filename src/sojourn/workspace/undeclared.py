"""Comparisons with a value that an attribute is declared never to have."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlglot import exp

from sojourn.expr import texts
from sojourn.expr.problems import ExpressionErrors
from sojourn.expr.syntax import parse, span_of
from sojourn.model.document import Catalog, Document
from sojourn.model.entity import PROFILE
from sojourn.model.errors import Problem, did_you_mean
from sojourn.model.expressions import Place

Values = Mapping[tuple[str, ...], Collection[Any]]


def warn_of_undeclared(document: Document, place: Place, catalog: Catalog, zone: str) -> Iterable[Problem]:
    """Warn of each text in quotes that is compared with an attribute of declared `values` and is none of them."""
    values = _declared(place, catalog)
    if not values:
        return
    for path, value in texts(place.value):
        if isinstance(value, str):
            inner = f"{place.path}.{path}" if path else place.path
            yield from _compared(value, values, inner)


def _declared(place: Place, catalog: Catalog) -> Values:
    """Return the declared values by the name that an expression reads them by."""
    found: dict[tuple[str, ...], Collection[Any]] = {}
    for entity, prefix in ((PROFILE, ("profile",)), (place.names.entity, ())):
        document = catalog.get("entity", entity)
        if document is None or (not prefix and place.names.columns is None):
            continue
        for name, attribute in document.attributes.items():
            if attribute.values is not None and attribute.type == "string":
                found[(*prefix, name)] = attribute.values
    return found


def _compared(text: str, values: Values, path: str) -> Iterator[Problem]:
    try:
        tree = parse(text)
    except ExpressionErrors:
        return
    for node in tree.find_all(exp.EQ, exp.NEQ, exp.In):
        sides = [node.this, *(node.expressions or [node.args.get("expression")])]
        names = [_name(side) for side in sides if isinstance(side, exp.Column | exp.Dot)]
        known = next((values[name] for name in names if name in values), None)
        for side in sides:
            if known is not None and isinstance(side, exp.Literal) and side.is_string and side.name not in known:
                yield _undeclared(side, ".".join(next(n for n in names if n in values)), known, path)


def _name(node: exp.Expr) -> tuple[str, ...]:
    return tuple(str(part.name) for part in node.parts)  # type: ignore[attr-defined]


def _undeclared(literal: exp.Literal, name: str, known: Collection[Any], path: str) -> Problem:
    words = [str(value) for value in known]
    near = did_you_mean(literal.name, words) or f"; it is one of {', '.join(words)}"[:200]
    message = f"`{name}` is declared never to be '{literal.name[:60]}'{near}"
    hint = near.removeprefix("; ")
    return Problem("WARN-020", message, path, span=span_of(literal), hint=hint)
