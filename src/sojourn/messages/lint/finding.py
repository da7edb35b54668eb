"""One thing that a rule finds in a text."""

from __future__ import annotations

from dataclasses import dataclass

from sojourn.model.errors import Problem


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, apart from the field in which the text stands.

    Attributes
    ----------
    code : str
        Stable code, ``LINT-…``.
    span : tuple of (start, end) or None
        Characters of the text.
    """

    code: str
    message: str
    hint: str
    span: tuple[int, int] | None = None

    def at(self, path: str) -> Problem:
        """Return it as a warning about a field."""
        return Problem(self.code, self.message, path, severity="warning", span=self.span, hint=self.hint)
