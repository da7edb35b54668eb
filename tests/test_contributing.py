"""CONTRIBUTING.md's first chapter: following it gives a node type that a journey can use."""

import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from sojourn import simulate
from sojourn.journeys.document import Journey
from sojourn.journeys.nodes.node import NODES

PAGE = Path(__file__).resolve().parent.parent / "CONTRIBUTING.md"
SHOP = [
    {"kind": "event", "id": "registered"},
    {"kind": "template", "id": "ping", "channel": "webhook", "method": "POST", "url": "https://hooks.example.com"},
    {
        "kind": "journey",
        "id": "welcome",
        "entry": {"type": "event", "event": "registered"},
        "nodes": [
            {"id": "day", "type": "weekend", "next": "work", "weekend": "rest"},
            {"id": "work", "type": "webhook", "template": "ping"},
            {"id": "rest", "type": "webhook", "template": "ping"},
        ],
    },
]


@pytest.fixture
def weekend(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    source = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert source
    module = ModuleType("weekend")
    monkeypatch.setitem(sys.modules, "weekend", module)
    known = dict(NODES)
    exec(textwrap.dedent(source.group(1)), module.__dict__)
    Journey.model_rebuild(force=True)
    yield
    NODES.clear()
    NODES.update(known)
    Journey.model_rebuild(force=True)


def test_the_page_opens_with_the_node_type() -> None:
    assert PAGE.read_text(encoding="utf-8").startswith("# Contributing\n\n## Add a node type in ten minutes\n")


@pytest.mark.usefixtures("weekend")
def test_the_example_runs_in_a_journey() -> None:
    items = [
        {"type": "track", "userId": "ann", "event": "registered", "timestamp": "2026-03-06T10:00:00Z"},
        {"type": "track", "userId": "ben", "event": "registered", "timestamp": "2026-03-07T10:00:00Z"},
    ]
    result = simulate(SHOP, items, start="2026-03-02T00:00:00Z", until="2026-03-09T00:00:00Z")
    assert [(row["profile"], row["from"]) for row in result.messages] == [
        ("ann", "welcome/work"),
        ("ben", "welcome/rest"),
    ]


def test_the_files_that_the_page_names_exist() -> None:
    root = PAGE.parent
    named = re.findall(r"`((?:src|tests|docs|scripts)/[\w/.]+)`", PAGE.read_text(encoding="utf-8"))
    assert [name for name in named if name != "docs/guide/nodes/weekend.md" and not (root / name).exists()] == []
