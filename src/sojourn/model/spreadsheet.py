"""Texts in the cells of a table that a person may open in a spreadsheet, which runs what looks like a formula."""

from __future__ import annotations

import re
from typing import Final

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""With these a cell is a formula, for some programs also in their full-width forms."""
NUMERAL: Final = re.compile(r"[+-]?[0-9][0-9 .,()/-]*")
"""Numbers and telephone numbers: whatever a program makes of them, it runs nothing."""
MARK: Final = "'"
"""Stands before a text that would be a formula."""


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet may take a text for a formula.

    Examples
    --------
    >>> [is_formula(text) for text in ("=1+1", "+82 10 1234 5678", " @SUM(A1)", "Ann")]
    [True, False, True, False]
    """
    return text.lstrip(" ").startswith(FORMULA) and NUMERAL.fullmatch(text) is None


def as_text(text: str) -> str:
    """Return a text as a cell has it that a person reads: with an apostrophe where it would not stay as it is.

    Examples
    --------
    >>> as_text("+82 10 1234 5678"), as_text("Ann")
    ("'+82 10 1234 5678", 'Ann')
    """
    return MARK + text if text.lstrip(" ").startswith(FORMULA) else text


def harmless(text: str) -> str:
    """Return a text as a cell has it that a program may read, too: with an apostrophe where it could run something.

    References
    ----------
    https://owasp.org/www-community/attacks/CSV_Injection

    Examples
    --------
    >>> harmless("=1+1"), harmless("-5")
    ("'=1+1", '-5')
    """
    return MARK + text if is_formula(text) else text


def meant(text: str) -> str:
    """Return the text that `harmless` made a cell of.

    Examples
    --------
    >>> meant("'=1+1"), meant("'tis")
    ('=1+1', "'tis")
    """
    return text[1:] if text.startswith(MARK) and is_formula(text[1:]) else text
