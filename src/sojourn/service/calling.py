"""Which document a call is made by, and which addresses it may reach."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from sojourn.engine.processor import Processor
from sojourn.model.documents import Settings
from sojourn.model.external import External
from sojourn.sources.addresses import AddressRules


def externals_of(processor: Callable[[], Processor]) -> Callable[[str], External | None]:
    """Return the sources and actions of what runs now, by target (``source/id``)."""

    def external(target: str) -> External | None:
        kind, _, id = target.partition("/")
        found: External | None = processor().audiences.catalog.get(kind, id)
        return found

    return external


def address_rules_of(processor: Callable[[], Processor]) -> Callable[[], AddressRules]:
    """Return what the `workspace` document of what runs now allows."""

    def rules() -> AddressRules:
        settings: list[Settings] = list(processor().audiences.catalog.all("workspace").values())
        return _rules(tuple(settings[0].allow_private_hosts) if settings else ())

    return rules


@lru_cache(16)
def _rules(allowed: tuple[str, ...]) -> AddressRules:
    return AddressRules(allowed)
