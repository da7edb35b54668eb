"""The codes of all errors, read from the source: what each means, what is said, and what to do."""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from scripts.spoken import CODE, Names, calls, forms, is_code, name_of, names
from sojourn.service.refusals import STATUSES

SOURCE: Final = Path(__file__).resolve().parent.parent / "src" / "sojourn"
Said = tuple[str, list[str], list[str]]
"""A code, what is said with it, and what to do."""
WARNINGS: Final = "WARN"
"""Codes that have a page of their own."""
AREAS: Final = {
    "DOC": "Documents", "EXPR": "Expressions", "LIQUID": "Liquid and MJML", "LINT": "Content of mails",
    "SECRET": "Secrets of documents", "CHANNEL": "Channels", "CALL": "Sources and actions",
    "DRAFT": "Drafts", "APPROVAL": "Approvals", "RUN": "Running a workspace", "ENGINE": "The engine",
    "LOG": "The log", "STORE": "The store", "SEND": "Delivery", "ITEM": "Items", "SDK": "The browser SDK",
    "IMPORT": "Imports", "UPLOAD": "Uploaded files", "FILE": "Files", "REGISTRY": "What is not declared",
    "SUPPRESS": "Suppressed addresses", "AUTH": "Signing in and permissions", "OIDC": "Single sign-on",
    "KEY": "Keys", "SIM": "The simulator", "TEST": "Test sessions", "TRY": "Trying things",
    "PROOF": "Proofs", "BACKTEST": "Backtests", "COUNT": "Counts", "REPORT": "Reports",
    "PRINT": "Printed letters", "WRITTEN": "Messages of the provider `log`", "BACKUP": "Backups",
    "HTTP": "Requests", "SOJ": "Others",
}  # fmt: skip
"""What the codes that begin so are about, in the order of the page."""

MORE: Final = {
    "CHANNEL-002": "A setting of a provider is missing, unknown, or not as it takes it.",
    "DOC-005": "A value is not of the kind that its field takes.",
    "DOC-080": "A transition names an outlet that its activity does not have.",
    "ENGINE-001": "An item failed whatever was tried: it was put aside, and the others went on.",
    "ENGINE-002": "What was due for a profile failed: it was put aside, and the others went on.",
    "EXPR-005": "The SQL cannot be read from this place on.",
    "EXPR-006": "A name stands for nothing here.",
    "EXPR-021": "There is no such audience.",
    "EXPR-022": "There is no such event.",
    "EXPR-029": "A duration cannot be read.",
    "HTTP-404": "There is nothing at this address. Other codes that begin with `HTTP-` are statuses of HTTP, too.",
    "HTTP-413": "The body has more bytes than are taken.",
    "ITEM-015": "A command in the log cannot be done as things stand.",
    "ITEM-018": "A command came for a document that is over.",
    "RUN-020": "An activity of a campaign failed by an error of the database.",
    "SDK-003": "A page asked for what is not its visitor's.",
    "UPLOAD-000": "An import ended by an error that nobody foresaw.",
}
"""What the sentences mean that are worked out from time to time, and are not to be read in the source."""


@dataclass
class Error:
    """What is known of a code."""

    code: str
    meanings: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    status: int | None = None


@dataclass(frozen=True)
class Kind:
    """A class of errors."""

    code: str
    meaning: str
    status: int | None
    passes: bool
    """It says what it is given."""


def errors() -> list[Error]:
    """Return all errors, by code."""
    trees = [ast.parse(path.read_text("utf-8")) for path in sorted(SOURCE.rglob("*.py"))]
    everywhere = {name: kind for tree in trees for name, kind in _kinds(tree)}
    constants = {name: code for tree in trees for name, code in _constants(tree)}
    found = {code: Error(code, [meaning], status=STATUSES.get(code)) for code, meaning in MORE.items()}
    for tree in trees:
        here = dict(_kinds(tree))
        for kind in here.values():
            error = found.setdefault(kind.code, Error(kind.code, status=STATUSES.get(kind.code)))
            _add(error.meanings, [kind.meaning])
            error.status = kind.status or error.status
        for code, messages, hints in _Reader(everywhere | here, constants).said(tree):
            error = found.setdefault(code, Error(code, status=STATUSES.get(code)))
            _add(error.messages, messages)
            _add(error.hints, hints)
    return [found[code] for code in sorted(found)]


def written() -> set[str]:
    """Return all codes that stand in the source, wherever and however."""
    texts = (path.read_text("utf-8") for path in SOURCE.rglob("*.py"))
    return {code for text in texts for code in re.findall(rf'"({CODE.pattern})"', text)}


HEAD: Final = """# Errors

{note}Each error has a code that stays the same, a sentence, and mostly what to do. Over HTTP they are
`{{"code", "message", "hint", "retryable"}}`; of documents there are several under `errors`, with file, line and column.
Here `…` stands for what differs from time to time; the number is the status of HTTP, where it is always the same.

Warnings have [a page of their own](../guide/warnings.md) with an example of each; why a message was not sent are
[reasons](../guide/reasons.md).

"""


def page(note: str) -> str:
    """Lay out the page."""
    known = [error for error in errors() if not error.code.startswith(WARNINGS)]
    sections = []
    for prefix, title in AREAS.items():
        rows = [_row(error) for error in known if error.code.partition("-")[0] == prefix]
        sections.append(f"## {title}\n\n| code | says | do |\n|---|---|---|\n" + "".join(rows))
    return HEAD.format(note=note) + "\n".join(sections)


def _row(error: Error) -> str:
    code = f'<a id="{error.code.lower()}"></a>`{error.code}`' + (f"<br>{error.status}" if error.status else "")
    meanings = [f"*{_cell(meaning)}*" for meaning in error.meanings]
    said = "<br>".join(meanings + [_cell(text) for text in error.messages])
    return f"| {code} | {said} | {'<br>'.join(_cell(text) for text in error.hints)} |\n"


def _cell(text: str) -> str:
    """Write a sentence into a table, as it is."""
    plain = " ".join(text.replace("{}", "…").split())
    parts = re.split(r"(`[^`]*`)", plain)
    return "".join(
        part.replace("|", "\\|")
        if part.startswith("`")
        else html.escape(part, quote=False).replace("|", "\\|").replace("*", "\\*").replace("_", "\\_")
        for part in parts
    )


def _add(to: list[str], texts: list[str]) -> None:
    """Add what is a sentence and is not there yet."""
    to += [text for text in texts if text not in to and re.search(r"[A-Za-z]{2}.* ", text.replace("{}", ""))]


def _kinds(tree: ast.AST) -> Iterator[tuple[str, Kind]]:
    for each in ast.walk(tree):
        if isinstance(each, ast.ClassDef):
            own = {target.id: value.value for value in each.body if isinstance(value, ast.Assign)
                   for target in value.targets if isinstance(target, ast.Name)}  # fmt: skip
            if "code" in own and is_code(own["code"]):
                status = own.get("status")
                yield each.name, Kind(
                    ast.literal_eval(own["code"]), (ast.get_docstring(each) or "").split("\n\n")[0].replace("\n", " "),
                    ast.literal_eval(status) if isinstance(status, ast.Constant) else None,
                    not any(isinstance(value, ast.FunctionDef) and value.name == "__init__" for value in each.body),
                )  # fmt: skip


def _constants(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield the names that stand for a code."""
    for each in ast.walk(tree):
        targets = (
            each.targets if isinstance(each, ast.Assign) else [each.target] if isinstance(each, ast.AnnAssign) else []
        )
        if targets and each.value is not None and is_code(each.value):  # type: ignore[attr-defined]
            yield from ((target.id, ast.literal_eval(each.value)) for target in targets  # type: ignore[attr-defined]
                        if isinstance(target, ast.Name) and target.id != "code")  # fmt: skip


@dataclass(frozen=True)
class _Reader:
    """Finds where errors are made in a file."""

    kinds: dict[str, Kind]
    constants: dict[str, str]

    def said(self, tree: ast.AST) -> Iterator[Said]:
        """Yield code, messages and hints of all places where an error is made."""
        for each in ast.walk(tree):
            if isinstance(each, ast.ClassDef) and each.name in self.kinds:
                yield from self._of_class(each)
            if isinstance(each, ast.FunctionDef | ast.Module):
                known = names(each)
                for call in calls(each):
                    yield from self._of_call(call, known)

    def _of_class(self, kind: ast.ClassDef) -> Iterator[Said]:
        """Yield what a class says of itself."""
        for function in kind.body:
            if isinstance(function, ast.FunctionDef) and function.name == "__init__":
                for call in calls(function):
                    if name_of(call) == "__init__":
                        yield self.kinds[kind.name].code, *_texts(call, 0, names(function))

    def _of_call(self, call: ast.Call, known: Names) -> Iterator[Said]:
        for keyword in call.keywords:
            if keyword.arg == "code":
                yield from ((code, *_texts(call, 0, known)) for code in self._codes(keyword.value))
        for place, argument in enumerate(call.args):
            if isinstance(argument, ast.Tuple):
                yield from self._of_call(ast.Call(func=call.func, args=argument.elts, keywords=[]), known)
            for code in self._codes(argument):
                is_last = place == len(call.args) - 1
                yield code, *_texts(call, 0 if is_last else place + 1, known)
        kind = self.kinds.get(name_of(call))
        if kind is not None:
            yield kind.code, *_texts(call, 0 if kind.passes else len(call.args), known)

    def _codes(self, node: ast.expr) -> list[str]:
        match node:
            case ast.Constant() if is_code(node):
                return [str(node.value)]
            case ast.Name(id=name) if name in self.constants:
                return [self.constants[name]]
            case ast.IfExp(body=body, orelse=orelse):
                return self._codes(body) + self._codes(orelse)
        return []


def _texts(call: ast.Call, place: int, known: Names) -> tuple[list[str], list[str]]:
    """Return the messages and the hints of a call whose message stands at a place, or is called `message`."""
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    message = given.get("message", call.args[place] if place < len(call.args) else None)
    hint = given.get("hint")
    return [] if message is None else forms(message, known), [] if hint is None else forms(hint, known)
