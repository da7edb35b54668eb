"""The studio's translations of the server's sentences are of sentences that the server still says."""

import ast
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
CATALOGUE = ROOT / "web" / "src" / "i18n" / "ko" / "told.json"


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
