"""What the server can say to people, read from its source: `{}` stands for what differs from time to time."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from scripts.spoken import calls, forms, is_code, name_of
from scripts.spoken import names as assigned

SOURCE = Path(__file__).resolve().parents[4] / "src" / "sojourn"
# What is said in a terminal only, and to programs of others.
ELSEWHERE = (
    "cli/", "engine/responses.py", "service/backup/", "service/remote.py", "service/sdk/", "service/server.py",
    "service/spaces/building.py", "service/spaces/space.py",
)  # fmt: skip
# Why a message was not sent, besides what others said of it.
REFUSALS = ("Failed", "Retry", "HttpRefused", "Misfit", "Unreachable")
# Headings over lists of problems, each of which is said by itself.
LISTS = ("{} problem(s) in the documents:\n{}",)


def sentences() -> dict[str, str]:
    """Return each form of a sentence with a place where it is said."""
    trees = {path.relative_to(SOURCE).as_posix(): ast.parse(path.read_text("utf-8")) for path in SOURCE.rglob("*.py")}
    coded = {each.name for tree in trees.values() for each in ast.walk(tree) if _is_coded(each)}
    found: dict[str, str] = {}
    for place, tree in sorted(trees.items()):
        if place.startswith(ELSEWHERE):
            continue
        for form, line in _said(tree, coded):
            if re.search(r"[A-Za-z]{2}", form.replace("{}", "")) and form not in LISTS:
                found.setdefault(form, f"{place}:{line}")
    return found


def _is_coded(node: ast.AST) -> bool:
    """Tell whether a class is an error that has its code from its body, and takes its message as it is."""
    return (
        isinstance(node, ast.ClassDef)
        and any(isinstance(each, ast.Assign) and is_code(each.value) for each in node.body)
        and not any(isinstance(each, ast.FunctionDef) and each.name == "__init__" for each in node.body)
    )


def _said(tree: ast.AST, coded: set[str]) -> Iterator[tuple[str, int]]:
    for scope in ast.walk(tree):
        if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef | ast.Module):
            names = assigned(scope)
            for call in calls(scope):
                for argument in _spoken(call, coded):
                    yield from ((form, call.lineno) for form in (*forms(argument, names), *_parts(argument)))


def _spoken(call: ast.Call, coded: set[str]) -> Iterator[ast.expr]:
    yield from (keyword.value for keyword in call.keywords if keyword.arg == "hint")
    name = name_of(call)
    if name == "__init__" or name in coded or name in REFUSALS:
        yield from call.args[:1]
    code = next((index for index, argument in enumerate(call.args) if is_code(argument)), None)
    if code is not None:
        yield from call.args[code + 1 : code + (3 if name == "Finding" else 2)]


def _parts(node: ast.expr) -> Iterator[str]:
    """Yield what is filled into a sentence in words, such as a clause that is not always there."""
    for filled in ast.walk(node):
        if isinstance(filled, ast.FormattedValue):
            for part in ast.walk(filled.value):
                if isinstance(part, ast.IfExp | ast.BoolOp):
                    chosen = [part.body, part.orelse] if isinstance(part, ast.IfExp) else part.values
                    yield from (form for each in chosen for form in forms(each, {}))
