"""Template documents as maps, and their texts as parsed Liquid."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Protocol

from liquid.template import BoundTemplate

from sojourn.messages import liquid


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
