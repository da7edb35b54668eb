"""The rules applied to documents as they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from sojourn.messages.blocks import Blocks
from sojourn.messages.documents import Document, fields_of, given, in_locale, normal, texts_of
from sojourn.messages.lint.finding import Finding
from sojourn.messages.lint.markup import findings_in_markup, findings_in_nesting
from sojourn.messages.lint.rendering import clipped
from sojourn.messages.lint.wording import findings_in_push, findings_in_subject
from sojourn.messages.marks import LIQUID
from sojourn.messages.mjml import MjmlError, html_of
from sojourn.messages.plaintext import text_of
from sojourn.model.block import mentions
from sojourn.model.channels import CHANNELS
from sojourn.model.errors import Problem

MARKUP: Final = ("html", "mjml")
_WAY_OUT: Final = re.compile(r"unsubscribe|preferences_url|opt[-_]?out", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a mail besides its markup."""

    is_html: bool
    has_text: bool
    has_blocks: bool
    is_marketing: bool


def lint_block(document: Document) -> Iterator[Problem]:
    """Yield warnings about a block document without errors."""
    fields = fields_of(document)
    yield from _markup("", fields)
    for tag, own in (fields.get("locales") or {}).items():
        yield from _markup(f"locales.{tag}.", own or {})


def lint_template(document: Document, blocks: Mapping[str, Document], *, is_marketing: bool) -> Iterator[Problem]:
    """Yield warnings about a template document without errors.

    Parameters
    ----------
    document, blocks
        See `compile_template`.
    is_marketing : bool
        Whether a message that people may unsubscribe from uses it.
    """
    fields = fields_of(document)
    for path, own in (("", fields), *((f"locales.{tag}.", own) for tag, own in (fields.get("locales") or {}).items())):
        yield from _texts(path, fields["channel"], own or {})
    if fields["channel"] == "email":
        if not fields.get("subject"):
            yield Finding("LINT-007", "a mail without a subject", "give it a `subject`").at("")
        yield from _mails(fields, Blocks(blocks), is_marketing)


def _texts(path: str, channel: str, fields: Mapping[str, Any]) -> Iterator[Problem]:
    if channel == "email":
        yield from _markup(path, fields)
        if isinstance(fields.get("subject"), str):
            yield from (finding.at(f"{path}subject") for finding in findings_in_subject(fields["subject"]))
        if isinstance(html := fields.get("html"), str) and not any(mentions(html)):
            yield from (finding.at(f"{path}html") for finding in findings_in_nesting(html))
    elif channel == "push":
        for name in ("title", "body"):
            if isinstance(fields.get(name), str):
                yield from (finding.at(f"{path}{name}") for finding in findings_in_push(name, fields[name]))


def _markup(path: str, fields: Mapping[str, Any]) -> Iterator[Problem]:
    for name in MARKUP:
        if isinstance(fields.get(name), str):
            yield from (finding.at(f"{path}{name}") for finding in findings_in_markup(fields[name]))


def _mails(fields: Mapping[str, Any], blocks: Blocks, is_marketing: bool) -> Iterator[Problem]:
    """Check the mail as a whole, in each of its languages; what is wrong with all is said once."""
    names = CHANNELS["email"].fields
    own = {normal(tag): translated or {} for tag, translated in (fields.get("locales") or {}).items()}
    tags = own.keys() | blocks.locales_of(texts_of([fields, *own.values()], names))
    said: set[str] = set()
    for tag in (None, *sorted(tags)):
        shown = given(fields, names) if tag is None else in_locale(fields, own, tag, names)
        name = next((name for name in MARKUP if name in shown), None)
        if name is None:
            continue
        whole = str(blocks.expanded(name, shown[name], tag))
        facts = Facts(name == "html", "text" in shown, any(mentions(str(shown[name]))), is_marketing)
        for finding in _of_mail(whole, facts):
            if finding.code not in said:
                said.add(finding.code)
                yield finding.at(name if name in fields else "")


@lru_cache(maxsize=512)
def _of_mail(markup: str, facts: Facts) -> tuple[Finding, ...]:
    return tuple(_findings_of_mail(markup, facts))


def _findings_of_mail(markup: str, facts: Facts) -> Iterator[Finding]:
    if facts.is_marketing and not _WAY_OUT.search(markup):
        message = "nothing in the mail leads to unsubscribing"
        hint = "link to `{{ message.unsubscribe_url }}` or `{{ message.preferences_url }}`, best in a block"
        yield Finding("LINT-003", message, hint)
    if facts.is_html and facts.has_blocks:
        yield from (replace(finding, span=None) for finding in findings_in_nesting(markup))
    try:
        html = markup if facts.is_html else html_of(markup)
    except MjmlError:  # an error of its own
        return
    yield from clipped(len(html.encode()))
    if not facts.has_text and not text_of(LIQUID.sub("x", html)).strip():
        hint = "write what the mail says as text, or give it a `text` part"
        yield Finding("LINT-010", "the mail says nothing in words: who sees no images sees nothing", hint)
