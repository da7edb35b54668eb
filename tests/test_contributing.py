"""CONTRIBUTING.md's first chapter: following it gives a node type that a journey can use."""

import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from sojourn.journeys.nodes.node import NODES, Edge

PAGE = Path(__file__).resolve().parent.parent / "CONTRIBUTING.md"


@pytest.fixture
def coin(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    source = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert source
    module = ModuleType("coin")
    monkeypatch.setitem(sys.modules, "coin", module)
    known = dict(NODES)
    exec(textwrap.dedent(source.group(1)), module.__dict__)
    yield module
    NODES.clear()
    NODES.update(known)


def test_the_page_opens_with_the_node_type() -> None:
    assert PAGE.read_text(encoding="utf-8").startswith("# Contributing\n\n## Add a node type in ten minutes\n")


def test_the_example_registers_its_type(coin: ModuleType) -> None:
    node = NODES["coin"].model_validate({"id": "flip", "type": "coin", "next": "heads", "otherwise": "tails"})
    assert node.edges() == [Edge("next", "heads", "next"), Edge("otherwise", "tails", "otherwise")]


def test_the_files_that_the_page_names_exist() -> None:
    root = PAGE.parent
    named = re.findall(r"`((?:src|tests|docs|scripts)/[\w/.]+)`", PAGE.read_text(encoding="utf-8"))
    assert [name for name in named if name != "docs/guide/nodes/coin.md" and not (root / name).exists()] == []
