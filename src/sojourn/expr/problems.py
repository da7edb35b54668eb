"""What is wrong with an expression or a condition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sojourn.model.errors import Problem, SojournError, did_you_mean

Span = tuple[int, int]


class ExpressionErrors(SojournError):
    """Everything that is wrong with one expression or condition.

    Parameters
    ----------
    problems
        At least one; `span` is a range of offsets in the text, `path` the place inside a condition map.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        super().__init__("; ".join(p.message for p in problems), code=first.code, hint=first.hint)
        self.problems = list(problems)


def refuse(code: str, message: str, *, span: Span | None = None, hint: str | None = None) -> ExpressionErrors:
    """Make the error of a single problem."""
    return ExpressionErrors([Problem(code=code, message=message, span=span, hint=hint)])


def unknown(code: str, what: str, name: str, known: Iterable[str], *, span: Span | None = None) -> Problem:
    """Say that a name is not known, and which one was probably meant.

    Parameters
    ----------
    what
        How the sentence begins, `no attribute {} on `profile``, with braces where the name belongs.
    """
    near = did_you_mean(name, sorted(known))
    message = what.format(f"`{name}`") + near
    return Problem(code=code, message=message, span=span, hint=near.removeprefix("; ") or None)
