"""The one family of errors: each says what, where and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


class SojournError(Exception):
    """An error that a user can act upon.

    Parameters
    ----------
    message : str
        What is wrong, and where.
    code : str
        Stable code, such as ``DOC-004``.
    hint : str, optional
        What to do about it.
    retryable : bool
        Whether the same call may succeed later.
    """

    code = "SOJ-000"

    def __init__(
        self, message: str, *, code: str | None = None, hint: str | None = None, retryable: bool = False
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.hint = hint
        self.retryable = retryable

    def __str__(self) -> str:
        """Return the message with its code and the hint."""
        text = f"{self.message} ({self.code})"
        return f"{text}: {self.hint}" if self.hint else text

    def __reduce__(self) -> tuple[object, ...]:
        """Survive a pickle with all fields."""
        return _restore, (type(self), dict(self.__dict__))


def _restore(kind: type[SojournError], fields: dict[str, object]) -> SojournError:
    error = kind.__new__(kind)
    error.__dict__.update(fields)
    error.args = (fields["message"],)
    return error


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a document.

    Attributes
    ----------
    code : str
        Stable code, such as ``DOC-004`` or ``EXPR-012``.
    message : str
        What is wrong.
    path : str
        Field of the document, such as ``nodes[3].paths[0].when``; empty for the document itself.
    file, line, column
        Place in the workspace's folder, from line 1 and column 1; None when the document came from no file.
    document : tuple of (kind, id)
        The document it is about; None when it could not be read that far.
    severity : {"error", "warning"}
        Errors block publication, warnings do not.
    span : tuple of (start, end)
        Characters inside the expression that are meant.
    hint : str
        What to do about it.
    """

    code: str
    message: str
    path: str = ""
    file: str | None = None
    line: int | None = None
    column: int | None = None
    document: tuple[str, str] | None = None
    severity: Severity = "error"
    span: tuple[int, int] | None = None
    hint: str | None = None

    def __str__(self) -> str:
        """Return ``file:line:column: path: message (CODE)``, leaving out what is not known."""
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        return ": ".join(part for part in (place, self.path, f"{self.message} ({self.code})") if part)


class DocumentError(SojournError):
    """The documents of a workspace cannot be used; `errors` has every problem that was found."""

    code = "DOC-000"

    def __init__(self, errors: Sequence[Problem]) -> None:
        lines = "\n".join(f"  {problem}" for problem in errors)
        super().__init__(f"{len(errors)} problem(s) in the documents:\n{lines}", code=self.code)
        self.errors = list(errors)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean `city`?`` for the known word that is nearest, or an empty text.

    Examples
    --------
    >>> did_you_mean("citty", ["city", "country"])
    '; did you mean `city`?'
    """
    near = nearest(word, known)
    return f"; did you mean `{near}`?" if near else ""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was probably meant, or None."""
    names = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word[:200].lower(), list(names), n=1, cutoff=0.6)
    return names[near[0]] if near else None
