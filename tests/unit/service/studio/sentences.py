"""What the server can say to people, read from its source: `{}` stands for what differs from time to time."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[4] / "src" / "sojourn"
CODE = re.compile(r"[A-Z]{3,}-\d{3}")
# What is said in a terminal only, and to programs of others.
ELSEWHERE = (
    "cli/", "engine/responses.py", "service/remote.py", "service/sdk/", "service/server.py",
    "service/spaces/building.py", "service/spaces/space.py",
)  # fmt: skip
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
        and any(isinstance(each, ast.Assign) and _code(each.value) for each in node.body)
        and not any(isinstance(each, ast.FunctionDef) and each.name == "__init__" for each in node.body)
    )


def _code(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value) is not None


def _said(tree: ast.AST, coded: set[str]) -> Iterator[tuple[str, int]]:
    for scope in ast.walk(tree):
        if isinstance(scope, ast.FunctionDef | ast.Module):
            names = _names(scope)
            for call in _calls(scope):
                for argument in _spoken(call, coded):
                    yield from ((form, call.lineno) for form in (*_forms(argument, names), *_parts(argument)))


def _calls(scope: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls of a function itself, not those of functions inside of it."""
    for child in ast.iter_child_nodes(scope):
        if isinstance(child, ast.Call):
            yield child
        if not isinstance(child, ast.FunctionDef):
            yield from _calls(child)


def _spoken(call: ast.Call, coded: set[str]) -> Iterator[ast.expr]:
    yield from (keyword.value for keyword in call.keywords if keyword.arg == "hint")
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name == "__init__" or name in coded:
        yield from call.args[:1]
    code = next((index for index, argument in enumerate(call.args) if _code(argument)), None)
    if code is not None:
        yield from call.args[code + 1 : code + (3 if name == "Finding" else 2)]


def _parts(node: ast.expr) -> Iterator[str]:
    """Yield what is filled into a sentence in words, such as a clause that is not always there."""
    for filled in ast.walk(node):
        if isinstance(filled, ast.FormattedValue):
            for part in ast.walk(filled.value):
                if isinstance(part, ast.IfExp | ast.BoolOp):
                    chosen = [part.body, part.orelse] if isinstance(part, ast.IfExp) else part.values
                    yield from (form for each in chosen for form in _forms(each, {}))


def _names(scope: ast.AST) -> dict[str, list[ast.expr]]:
    """Return what is assigned to names in a function, of which sentences are made further on."""
    found: dict[str, list[ast.expr]] = {}
    for each in ast.walk(scope):
        if isinstance(each, ast.Assign):
            for target in each.targets:
                pairs = (
                    zip(target.elts, each.value.elts, strict=False)
                    if isinstance(target, ast.Tuple) and isinstance(each.value, ast.Tuple)
                    else [(target, each.value)]
                )
                for name, value in pairs:
                    if isinstance(name, ast.Name):
                        found.setdefault(name.id, []).append(value)
    return found


def _forms(node: ast.expr, names: dict[str, list[ast.expr]]) -> list[str]:
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=values):
            return ["".join(part.value if isinstance(part, ast.Constant) else "{}" for part in values)]  # type: ignore[misc]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return [first + second for first in _forms(left, names) for second in _forms(right, names)]
        case ast.IfExp(body=body, orelse=orelse):
            return _forms(body, names) + _forms(orelse, names)
        case ast.Name(id=name):
            return [
                form for value in names.get(name, []) if not isinstance(value, ast.Name) for form in _forms(value, {})
            ]
        case _:
            return []
