"""What a Liquid template reads, and whether it can refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator

from liquid.ast import Node
from liquid.builtin.expressions import FilteredExpression
from liquid.context import RenderContext
from liquid.expression import Expression
from liquid.template import BoundTemplate

WHOLE = "*"
"""Stands among the names read of an object when the object is read as a whole."""

DATED = frozenset({"date", "time_zone"})
"""Filters for which ``now`` is the message's instant."""

TOTAL_FILTERS = {
    "default": (0, 1),
    "upcase": (0, 0),
    "downcase": (0, 0),
    "capitalize": (0, 0),
    "escape": (0, 0),
    "escape_once": (0, 0),
    "strip": (0, 0),
    "lstrip": (0, 0),
    "rstrip": (0, 0),
    "newline_to_br": (0, 0),
    "strip_newlines": (0, 0),
    "size": (0, 0),
    "append": (1, 1),
    "prepend": (1, 1),
    "url_encode": (0, 0),
    "url_param_escape": (0, 0),
    "as_json_string": (0, 0),
    "json": (0, 0),
    "money": (0, 0),
    "number_with_delimiter": (0, 1),
    "md5": (0, 0),
    "sha1": (0, 0),
    "sha256": (0, 0),
}
"""Filters that give a result for every input, with the arguments they may have (least, most)."""

_DOUBLING = frozenset({"as_json_string", "json"})
"""Filters that, put behind one another, make a text twice as long each time; one alone does not."""
_TOTAL_TAGS = frozenset({"if", "unless", "elsif", "else", "comment", "doc", "#", "raw"})
_PARTIAL_TEST = re.compile(r"\{%-?\s*(?:if|unless|elsif)\b[^%]*(?:<|>|\bcontains\b|\.\.)")


_NOW = re.compile(r"""["'](?:now|today)["']""")


def tells_time(template: BoundTemplate, source: str) -> bool:
    """Tell whether a template asks for the message's own instant; ``now`` that comes from data does not count."""
    return _NOW.search(source) is not None and not DATED.isdisjoint(template.analyze(include_partials=False).filters)


def names_read(template: BoundTemplate, source: str) -> dict[str, frozenset[str]]:
    """List what a template reads from outside, by object.

    Returns
    -------
    dict
        Object (``profile``, ``event``, …) to the names read of it; `WHOLE` where it is read without a fixed name.
    """
    analysis = template.analyze(include_partials=False)
    read: dict[str, set[str]] = {"message": {"at"}} if tells_time(template, source) else {}
    for root, variables in analysis.globals.items():
        for variable in variables:
            name = variable.segments[1] if len(variable.segments) > 1 else WHOLE
            read.setdefault(root, set()).add(name if isinstance(name, str) else WHOLE)
    return {root: frozenset(names) for root, names in read.items()}


def places_read(template: BoundTemplate) -> Iterator[tuple[str, str, int]]:
    """Yield each object and name that a template reads from outside, with its index in the source."""
    for root, variables in template.analyze(include_partials=False).globals.items():
        for variable in variables:
            name = variable.segments[1] if len(variable.segments) > 1 else WHOLE
            yield root, name if isinstance(name, str) else WHOLE, variable.span.index


def _nodes(nodes: list[Node], context: RenderContext) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _nodes(list(node.children(context, include_partials=False)), context)


def _expressions(found: Expression) -> Iterator[Expression]:
    yield found
    for child in found.children():
        yield from _expressions(child)


def _is_total(expression: Expression) -> bool:
    if not isinstance(expression, FilteredExpression):
        return True
    for filter_ in expression.filters or ():
        least, most = TOTAL_FILTERS.get(filter_.name, (1, 0))
        if not least <= len(filter_.args) <= most:
            return False
    return sum(filter_.name in _DOUBLING for filter_ in expression.filters or ()) <= 1


def may_refuse(template: BoundTemplate, source: str) -> bool:
    """Tell whether rendering could abort or fail, whatever the data; false is a promise, true is a possibility."""
    if set(template.analyze(include_partials=False).tags) - _TOTAL_TAGS or _PARTIAL_TEST.search(source):
        return True
    nodes = _nodes(template.nodes, RenderContext(template))
    return not all(_is_total(e) for node in nodes for top in node.expressions() for e in _expressions(top))


def filters_used(template: BoundTemplate) -> dict[str, int]:
    """Return the filters that a template names, with the index in the source of the first use."""
    return {name: spans[0].index for name, spans in template.analyze(include_partials=False).filters.items()}
