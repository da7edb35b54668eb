"""The guide says what the code does: its examples are read by the models, and no type is left out."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import sojourn.workspace  # noqa: F401  registers the kinds of document and the types of node
from sojourn.journeys.nodes.node import NODES
from sojourn.model.document import KINDS
from tests.conformance.comparison import Yaml12

GUIDE = Path(__file__).resolve().parent.parent / "docs" / "guide"
NODE_PAGES = sorted((GUIDE / "nodes").glob("*.md"))


def examples(page: Path) -> list[Any]:
    blocks = re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    found = [document for block in blocks for document in yaml.load_all(block, Yaml12) if document is not None]
    return [example for example in found if not (isinstance(example, dict) and "expect" in example)]


@pytest.mark.parametrize("page", NODE_PAGES, ids=lambda page: page.stem)
def test_the_examples_of_a_node_are_read_by_its_model(page: Path) -> None:
    nodes = [node for example in examples(page) for node in example]
    assert nodes
    for node in nodes:
        assert NODES[node["type"]].model_validate(node).id == node["id"]


def test_every_node_type_has_a_page() -> None:
    headline = (GUIDE / "nodes" / "message.md").read_text(encoding="utf-8").split("\n\n")[1]
    documented = {page.stem for page in NODE_PAGES} | set(re.findall(r"`(\w+)`", headline))
    assert set(NODES) <= documented


@pytest.mark.parametrize("page", sorted(GUIDE.glob("*.md")), ids=lambda page: page.stem)
def test_the_documents_of_a_page_are_read_by_their_models(page: Path) -> None:
    for document in examples(page):
        assert KINDS[document["kind"]].model_validate(document).id == document["id"]
