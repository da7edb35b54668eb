"""Rules about subjects, titles and short texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sojourn.messages.lint.finding import Finding
from sojourn.messages.marks import LIQUID

SUBJECT: Final = 70
"""Characters that most mail clients show of a subject."""
TITLE, BODY = 65, 240
"""Characters that phones show of a push message."""
_SHOUT: Final = 8


def findings_in_subject(text: str, *, fixed: bool = True) -> Iterator[Finding]:
    """Yield what is wrong with a subject; `fixed`: it is a template's, so only what is certain counts."""
    said = LIQUID.sub("", text) if fixed else text
    if len(said.strip()) > SUBJECT:
        message = f"the subject has {len(said.strip())} characters; mail clients show about {SUBJECT}"
        yield Finding("LINT-008", message, "shorten it, or say the important thing first")
    letters = [letter for letter in said if letter.isalpha()]
    if said.count("!") > 2 or (len(letters) >= _SHOUT and all(letter.isupper() for letter in letters)):
        message = "the subject shouts; filters take such mails for spam"
        yield Finding("LINT-009", message, "write it as a sentence, with one exclamation mark at most")


def findings_in_push(field: str, text: str, *, fixed: bool = True) -> Iterator[Finding]:
    """Yield what is wrong with the title or body of a push message."""
    said = LIQUID.sub("", text) if fixed else text
    most = {"title": TITLE, "body": BODY}.get(field)
    if most is not None and len(said) > most:
        message = f"the {field} has {len(said)} characters; phones show about {most}"
        yield Finding("LINT-013", message, "shorten it, and say the rest behind the link")
