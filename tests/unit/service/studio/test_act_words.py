"""Everything that the record of changes can say is said in words, in both languages."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from sojourn.service.letters import Verb
from sojourn.service.management import COMMANDS

ROOT = Path(__file__).resolve().parents[4]


def recorded() -> Iterator[str]:
    """Return what the source hands to the record as it is written there."""
    for path in (ROOT / "src" / "sojourn").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "record":
                yield from (said.value for said in node.args[1:2] if isinstance(said, ast.Constant))  # type: ignore[misc]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_act_has_words(language: str) -> None:
    path = ROOT / "web" / "src" / "i18n" / language / "settings.json"
    words = json.loads(path.read_text(encoding="utf-8"))["acts"]
    acts = {*recorded(), *(f"document.{verb}" for verb in COMMANDS), *(f"letters.{verb}" for verb in get_args(Verb))}
    assert len(acts) > 30
    assert sorted(act for act in acts if act.replace(".", "_", 1) not in words) == []
