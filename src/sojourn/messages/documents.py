"""Template documents as maps, and their texts as parsed Liquid."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from liquid.template import BoundTemplate

from sojourn.messages import liquid

V = TypeVar("V")


class Dumps(Protocol):
    """A document model that can give itself as a mapping (a Pydantic model)."""

    def model_dump(self, *, mode: str, exclude_none: bool) -> dict[str, Any]:
        """Return the fields as plain values."""


Document = Mapping[str, Any] | Dumps
MARKUP = ("html", "mjml")
"""Fields in which what comes from data is escaped."""


def fields_of(document: Document) -> Mapping[str, Any]:
    """Return the fields of a document as plain values."""
    if isinstance(document, Mapping):
        return document
    return document.model_dump(mode="json", exclude_none=True)


@lru_cache(maxsize=256)
def parse(name: str, source: str) -> BoundTemplate:
    """Return the Liquid of a field of this name."""
    return (liquid.HTML if name in MARKUP else liquid.TEXT).from_string(source)


def normal(tag: str) -> str:
    """Return a language tag in the form in which tags are compared."""
    return str(tag).lower().replace("_", "-")


def given(fields: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """Return the fields of these names that are there."""
    return {name: fields[name] for name in names if fields.get(name) is not None}


def nearest_locale(tag: str | None, locales: Mapping[str, V]) -> V | None:
    """Return what there is for a language tag, else for its language, else None."""
    if not tag:
        return None
    exact = locales.get(tag)
    return exact if exact is not None else locales.get(tag.split("-")[0])


def in_locale(
    fields: Mapping[str, Any], own: Mapping[str, Mapping[str, Any]], tag: str, names: Collection[str]
) -> dict[str, Any]:
    """Return the fields in a language; a mail has the markup of the language, whether HTML or MJML, or its own."""
    base, translated = given(fields, names), given(nearest_locale(tag, own) or {}, names)
    if any(name in translated for name in MARKUP):
        base = {name: value for name, value in base.items() if name not in MARKUP}
    return {**base, **translated}


def texts_of(values: Iterable[Mapping[str, Any]], names: Collection[str]) -> Iterator[str]:
    """Yield all texts in fields of these names, however deep."""
    for fields in values:
        for value in given(fields, names).values():
            yield from _texts(value)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
