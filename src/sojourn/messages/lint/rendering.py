"""The rules applied to a message as it would leave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sojourn.messages.lint.finding import Finding
from sojourn.messages.lint.wording import findings_in_push, findings_in_subject
from sojourn.model.errors import Problem

CLIP: Final = 102 * 1_024
"""Bytes of HTML after which Gmail hides the rest, and the open pixel with it."""


def clipped(size: int) -> Iterator[Finding]:
    """Yield whether HTML of `size` bytes is cut."""
    if size > CLIP:
        message = (
            f"the mail has {size / 1_024:,.0f} kB of HTML; Gmail cuts it after 102 kB, and does not count its opens"
        )
        yield Finding("LINT-002", message, "shorten it, and leave out styles and comments that nothing needs")


def lint_rendered(channel: str, fields: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield warnings about a rendered message that its template alone does not tell."""
    if channel == "email":
        if isinstance(fields.get("html"), str):
            yield from (finding.at("html") for finding in clipped(len(fields["html"].encode())))
        if isinstance(fields.get("subject"), str):
            found = list(findings_in_subject(fields["subject"], fixed=False))
            yield from (finding.at("subject") for finding in found)
            if not fields["subject"].strip():
                yield Finding("LINT-007", "the subject is empty", "give every person a subject").at("subject")
    elif channel == "push":
        for name in ("title", "body"):
            if isinstance(fields.get(name), str):
                yield from (finding.at(name) for finding in findings_in_push(name, fields[name], fixed=False))
