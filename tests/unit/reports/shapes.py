"""Answers of the API have everything that the reports say: their models leave nothing out and change nothing."""

import json
from typing import Any

from pydantic import TypeAdapter

Row = dict[str, Any]


def told_whole(model: Any, found: Any) -> Any:
    """Return what was found, after its model has told all of it."""
    adapter = TypeAdapter(model)
    assert json.loads(adapter.dump_json(adapter.validate_python(found), by_alias=True)) == json.loads(json.dumps(found))
    return found
