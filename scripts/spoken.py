"""Reading sentences out of the source: what is written there as a text, with `{}` for what differs each time."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

CODE = re.compile(r"[A-Z]{3,}-\d{3}")
Names = dict[str, list[ast.expr]]


def is_code(node: ast.AST) -> bool:
    """Tell whether an expression is the code of an error, written out."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value) is not None


def calls(scope: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls of a function itself, not those of functions inside of it."""
    for child in ast.iter_child_nodes(scope):
        if isinstance(child, ast.Call):
            yield child
        if not isinstance(child, ast.FunctionDef):
            yield from calls(child)


def name_of(call: ast.Call) -> str:
    """Return the last name of what is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def names(scope: ast.AST) -> Names:
    """Return what is assigned to names in a function, of which sentences are made further on."""
    found: Names = {}
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


def forms(node: ast.expr, known: Names) -> list[str]:
    """Return all sentences that an expression may be; none where it is worked out in another way."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=values):
            return ["".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in values)]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return [first + second for first in forms(left, known) for second in forms(right, known)]
        case ast.IfExp(body=body, orelse=orelse):
            return forms(body, known) + forms(orelse, known)
        case ast.Name(id=name):
            return [
                form for value in known.get(name, []) if not isinstance(value, ast.Name) for form in forms(value, {})
            ]
        case _:
            return []
