"""What the server says has words in each language of the studio, and these are of what the server still says."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sojourn.workspace  # noqa: F401  (fills the registries)
from sojourn.service.studio.catalog_api import catalog
from tests.unit.service.studio.sentences import sentences

ROOT = Path(__file__).resolve().parents[4]
WORDS = ROOT / "web" / "src" / "i18n" / "ko"
CATALOGUE = WORDS / "told.json"
HELP = WORDS / "help.json"


def form(node: ast.AST) -> str | None:
    """Return a text of the source with `{}` for what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = form(node.left), form(node.right)
        return ("{}" if left is None else left) + ("{}" if right is None else right)
    return None


def test_every_sentence_is_said_somewhere() -> None:
    sources = (ROOT / "src" / "sojourn").rglob("*.py")
    said = {form(node) for path in sources for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))}
    gone = [english for english in json.loads(CATALOGUE.read_text(encoding="utf-8")) if english not in said]
    assert gone == [], "these are said differently now: change them in the catalogue, too"


def test_every_error_warning_and_hint_has_korean_words() -> None:
    known = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    missing = {text: place for text, place in sentences().items() if text not in known}
    assert missing == {}, "say these in web/src/i18n/ko/told.json, too"


def test_every_field_and_provider_has_korean_help() -> None:
    known = json.loads(HELP.read_text(encoding="utf-8"))
    forms = catalog().model_dump(mode="json", by_alias=True)
    providers = {provider["summary"] for channel in forms["channels"] for provider in channel["providers"]}
    wanted = providers | set(helps(forms))
    assert sorted(wanted - known.keys()) == [], "say these in web/src/i18n/ko/help.json, too"
    assert sorted(known.keys() - wanted) == [], "these are said differently now: change them in the catalogue, too"


def helps(part: Any, defs: Any = None) -> Iterator[str]:
    """Yield the descriptions of the fields of all schemas, as forms show them: without the marks of code."""
    if isinstance(part, dict):
        defs = part.get("$defs", defs)
        fields = part.get("properties")
        for field in fields.values() if isinstance(fields, dict) else ():
            if isinstance(field, dict):
                said = [field["description"]] if "description" in field else list(of_its_kind(field, defs or {}))
                yield from (re.sub(r"``?([^`]*)``?", r"\1", text) for text in said if isinstance(text, str))
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from helps(inner, defs)


def of_its_kind(field: dict[str, Any], defs: dict[str, Any]) -> Iterator[str]:
    """Yield what the kinds of a field's value say of themselves: forms show it of a field that says nothing."""
    for branch in (field, *field.get("anyOf", ())):
        found = defs.get(str(branch.get("$ref", "")).removeprefix("#/$defs/"), {})
        if "description" in found:
            yield found["description"]
