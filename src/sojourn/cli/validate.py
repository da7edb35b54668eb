"""`sojourn validate`: every problem of a workspace, with its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import typer

from sojourn.cli.options import FolderArgument, FolderOption, existing_folder
from sojourn.model.errors import DocumentError, Problem
from sojourn.workspace import load_workspace


def validate(
    directory: FolderArgument = None,
    workspace: FolderOption = None,
) -> None:
    """Check all documents of a workspace; print every problem with file, line and column."""
    place = existing_folder(directory, workspace)
    try:
        read = load_workspace(place)
    except DocumentError as error:
        typer.echo("\n".join(report(error.errors, place)))
        raise typer.Exit(1) from error
    for line in report(read.warnings, place):
        typer.echo(line)
    if not read.warnings:
        typer.echo(f"{place}: {len(read.raw)} documents, no problems")


def report(problems: Sequence[Problem], directory: Path) -> Iterable[str]:
    """Yield the lines to print: each problem with the line of the document that it is about, and a count."""
    for problem in problems:
        yield from _problem(problem, directory)
    if problems:
        yield ", ".join(_counts(problems))


def _counts(problems: Sequence[Problem]) -> Iterable[str]:
    for severity in ("error", "warning"):
        count = sum(problem.severity == severity for problem in problems)
        if count:
            yield f"{count} {severity}{'s' if count > 1 else ''}"


def _problem(problem: Problem, directory: Path) -> Iterable[str]:
    lines = _lines(problem, directory)
    mark = locate(problem, lines)
    if mark is not None:
        problem = replace(problem, line=mark.line, column=mark.start + 1)
    prefix = "warning: " if problem.severity == "warning" else ""
    yield str(replace(problem, message=prefix + problem.message))
    if mark is not None:
        yield f"    {lines[mark.line - 1]}"
        yield "    " + " " * mark.start + "^" + "~" * (mark.end - mark.start - 1)
    if problem.hint and problem.hint not in problem.message:
        yield f"    {problem.hint}"


def _lines(problem: Problem, directory: Path) -> list[str]:
    if problem.file is None or problem.line is None:
        return []
    text = (directory / problem.file).read_text("utf-8-sig", errors="replace")
    return text.replace("\t", " ").splitlines()


class Mark(NamedTuple):
    """Characters of a line, from `start` (counted from 0) to `end`; lines are counted from 1."""

    line: int
    start: int
    end: int


def locate(problem: Problem, lines: Sequence[str]) -> Mark | None:
    """Return what to underline: the span inside the expression where there is one, else the value.

    Parameters
    ----------
    problem : Problem
        With the line and column at which its value begins.
    lines : sequence of str
        All lines of its file.
    """
    if problem.line is None or problem.column is None or problem.line > len(lines):
        return None
    line, start = problem.line, problem.column - 1
    text = lines[line - 1]
    block = text[start : start + 1] in ("|", ">") and line < len(lines)
    if block:
        line, text = line + 1, lines[line]
        start = len(text) - len(text.lstrip())
    quoted = text[start : start + 1] in ("'", '"')
    if problem.span is None:
        return Mark(line, start, max(_value_end(text, start), start + 1))
    return _inside(Mark(line, start + quoted, len(text)), problem.span, lines, block)


def _inside(value: Mark, span: tuple[int, int], lines: Sequence[str], block: bool) -> Mark:
    first, last = span
    line, indent = value.line, value.start
    while block and line < len(lines) and first > len(lines[line - 1]) - indent:
        passed = len(lines[line - 1]) - indent + 1
        first, last, line = first - passed, last - passed, line + 1
    end = len(lines[line - 1])
    start = min(indent + max(first, 0), max(end - 1, 0))
    return Mark(line, start, max(min(indent + last, end), start + 1))


def _value_end(text: str, start: int) -> int:
    quote = text[start : start + 1]
    if quote in ("'", '"'):
        closing = text.find(quote, start + 1)
        return closing + 1 if closing > 0 else len(text)
    if quote in ("{", "["):
        return start + 1
    end = start
    while end < len(text) and text[end] not in ",}]#":
        end += 1
    word = text[start:end].rstrip()
    name, colon, rest = word.partition(":")
    return start + len(name if colon and rest.startswith((" ", "")) and " " in rest else word)
