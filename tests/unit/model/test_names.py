"""What the JSON Schema says of how a field is edited."""

from typing import Any

import pytest

from sojourn.journeys.nodes.node import NODES


def field(node: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = NODES[node].model_json_schema()["properties"][name]
    return next((branch for branch in found.get("anyOf", []) if "x-editor" in branch), found)


@pytest.mark.parametrize(
    ("node", "name", "editor"),
    [
        ("wait", "for", "duration"), ("wait", "until", "instant"), ("wait", "at", "clock"), ("wait", "next", "outlet"),
        ("wait", "until_expr", "expression"), ("email", "only_if", "condition"), ("reaction", "to", "node"),
    ],
)  # fmt: skip
def test_a_field_says_its_editor(node: str, name: str, editor: str) -> None:
    assert field(node, name)["x-editor"] == editor


def test_a_field_that_names_a_document_says_its_kinds() -> None:
    assert field("email", "template")["x-kinds"] == ["template"]
    assert field("lookup", "source")["x-kinds"] == ["source"]
