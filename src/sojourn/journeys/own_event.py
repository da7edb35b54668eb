"""An audience that counts the very event which it is tested at: that one is left out of the count."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sojourn.model.document import Catalog
from sojourn.model.errors import Problem
from sojourn.model.expressions import Condition

DEEPEST = 40


def warn_of_own_event(audience: Condition, events: Collection[str], path: str, catalog: Catalog) -> Iterable[Problem]:
    """Warn of every lower bound on the number of events that include the one which is tested.

    `{not: {did: e}}`, an upper bound, does what it says: the first event passes.
    """
    names = {_incoming(event, catalog) for event in events}
    for place, test in _lower_bounds(audience, path, catalog, True, 0):
        if _incoming(str(test["did"]), catalog) in names:
            yield Problem("WARN-015", _message(test), place, severity="warning", hint=_HINT)


_HINT = "drop the test, or ask for one event less, if this event is meant to count"


def _message(test: Mapping[str, Any]) -> str:
    event = test["did"]
    if "sum" in test:
        return f"the `{event}` that sets this off is not part of the sum: only those before it are"
    n = next(iter((test.get("count") or {"at_least": 1}).values()))
    return f"the `{event}` that sets this off is not counted: number {n} does not pass, number {n + 1} does"


def _incoming(event: str, catalog: Catalog) -> str:
    found = catalog.get("event", event)
    return str(found.incoming_name) if found is not None else event


def _lower_bounds(
    value: object, path: str, catalog: Catalog, wanted: bool, depth: int
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the `did` maps that must be met, with where they stand; those of an audience at the place that names it."""
    if not isinstance(value, Mapping) or depth > DEEPEST:
        return
    for word in ("all", "any"):
        for i, each in enumerate(value.get(word, ())):
            yield from _lower_bounds(each, f"{path}.{word}[{i}]", catalog, wanted, depth + 1)
    if "not" in value:
        yield from _lower_bounds(value["not"], f"{path}.not", catalog, not wanted, depth + 1)
    elif "in" in value:
        audience = catalog.get("audience", str(value["in"]))
        inner = getattr(audience, "where", None)
        yield from ((path, test) for _, test in _lower_bounds(inner, path, catalog, wanted, depth + 1))
    elif "did" in value and wanted and _is_lower_bound(value):
        yield path, value


def _is_lower_bound(value: Mapping[str, Any]) -> bool:
    test = value.get("sum") or value.get("count") or {"at_least": 1}
    return any(test.get(sign, 0) > 0 for sign in ("at_least", "exactly"))
