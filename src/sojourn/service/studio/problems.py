"""Problems of documents as answers have them."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel

from sojourn.model.errors import Problem, Severity


class DocumentKey(BaseModel):
    """The kind and the id of a document."""

    kind: str
    id: str


class ProblemRow(BaseModel):
    """One thing that is wrong with a document, or surely not meant."""

    code: str
    message: str
    path: str
    file: str | None
    line: int | None
    column: int | None
    severity: Severity
    hint: str | None
    document: DocumentKey | None
    span: tuple[int, int] | None


def problem_rows(problems: Iterable[Problem]) -> list[ProblemRow]:
    """Return problems as answers have them."""
    return [
        ProblemRow(
            code=p.code, message=p.message, path=p.path, file=p.file, line=p.line, column=p.column,
            severity=p.severity, hint=p.hint, span=p.span,
            document=DocumentKey(kind=p.document[0], id=p.document[1]) if p.document else None,
        )
        for p in problems
    ]  # fmt: skip
