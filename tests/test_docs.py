"""The guide says what the code does: its examples are read by the models, and no type is left out."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from sojourn.journeys.nodes.node import NODES
from sojourn.model.document import KINDS
from sojourn.workspace import read_workspace
from tests.conformance.comparison import Yaml12

GUIDE = Path(__file__).resolve().parent.parent / "docs" / "guide"
NODE_PAGES = sorted((GUIDE / "nodes").glob("*.md"))


def examples(page: Path) -> list[Any]:
    blocks = re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [document for block in blocks for document in yaml.load_all(block, Yaml12)]


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


def sections(page: Path) -> dict[str, list[list[Any]]]:
    """Return the documents of each YAML block of a page by the first word of its heading; "" is before the first."""
    _, *rest = (parts := re.split(r"^## ", "\n" + page.read_text(encoding="utf-8"), flags=re.MULTILINE))
    texts = {"": parts[0]} | {re.split(r"[:\s]", text, maxsplit=1)[0]: text for text in rest}
    return {name: [_documents(block) for block in _BLOCK.findall(text)] for name, text in texts.items()}


def _documents(block: str) -> list[Any]:
    return [document for document in yaml.load_all(block, Yaml12) if document is not None]


_BLOCK = re.compile(r"```yaml\n(.*?)```", flags=re.DOTALL)
WARNINGS = sections(GUIDE / "warnings.md")
SHOP = WARNINGS.pop("")[0]


@pytest.mark.parametrize("code", sorted(WARNINGS))
def test_each_example_of_a_warning_gives_that_warning_alone(code: str) -> None:
    for block in WARNINGS[code]:
        assert [problem.code for problem in read_workspace([*SHOP, *block]).warnings] == [code]


def test_every_warning_has_an_example() -> None:
    source = Path(__file__).resolve().parent.parent / "src" / "sojourn"
    codes = {code for path in source.rglob("*.py") for code in re.findall(r'"(WARN-\d+)"', path.read_text())}
    assert codes == {code for code, blocks in WARNINGS.items() if blocks}


def test_the_workspace_of_the_examples_gives_no_warning() -> None:
    assert read_workspace(SHOP).warnings == []
