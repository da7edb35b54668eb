"""Every field that a form of the studio may show has a name in its languages."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sojourn.service import api
from sojourn.service.studio.catalog_api import catalog

I18N = Path(__file__).resolve().parents[4] / "web" / "src" / "i18n"


def fields(schema: Any) -> Iterator[str]:
    """Yield the names of a schema's fields, however deep; those of a map are data."""
    if isinstance(schema, dict):
        properties = schema.get("properties")
        if isinstance(properties, dict) and schema.get("type") == "object":
            yield from properties
        for part in schema.values():
            yield from fields(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from fields(part)


def shown() -> set[str]:
    assert api, "all kinds are known"
    found = catalog()
    schemas: list[Any] = [document.json_schema for document in found.documents.values()]
    schemas += [step.json_schema for step in [*found.nodes, *found.activities]]
    schemas += [provider.settings for channel in found.channels for provider in channel.providers]
    return {name for schema in schemas for name in fields(schema)}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_field_has_a_name(language: str) -> None:
    words = json.loads((I18N / language / "fields.json").read_text(encoding="utf-8"))["fields"]
    assert sorted(shown() - set(words) - {"kind", "id", "type", "env", "value"}) == []
