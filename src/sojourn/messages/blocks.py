"""Content blocks put where texts name them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sojourn.messages.documents import Document, fields_of, nearest_locale, normal
from sojourn.messages.liquid import MAX_SOURCE
from sojourn.model.block import DEEPEST, FORMS, MENTION, mentions


class TooMuch(ValueError):
    """Blocks in blocks come to more text than a message may have."""


class _Budget:
    def __init__(self) -> None:
        self.left = MAX_SOURCE

    def take(self, size: int) -> None:
        self.left -= size + 16
        if self.left < 0:
            raise TooMuch(f"with its blocks the text has more than the limit of {MAX_SOURCE:,} characters")


class Blocks:
    """The blocks of a workspace.

    Parameters
    ----------
    documents : mapping of id to mapping or model
        Documents of ``kind: block``, without errors; what is named and not there is empty.
    """

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents = documents

    def expanded(self, field: str, value: Any, locale: str | None) -> Any:
        """Return a field of a template with blocks in the places where they are named, in a language.

        Raises
        ------
        TooMuch
            It would be too long; `check_template` says so.
        """
        if isinstance(value, str):
            return self._text(field, value, locale, 0, _Budget())
        if isinstance(value, Mapping):
            return {str(key): self.expanded(field, inner, locale) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.expanded(field, inner, locale) for inner in value]
        return value

    def locales_of(self, texts: Iterable[str]) -> set[str]:
        """Return the languages of the blocks that texts name, and of those in them."""
        found: set[str] = set()
        waiting = [mention.id for text in texts for mention in mentions(text)]
        seen: set[str] = set()
        while waiting:
            id = waiting.pop()
            if id in self._documents and id not in seen:
                seen.add(id)
                fields = fields_of(self._documents[id])
                translations = fields.get("locales") or {}
                found |= {normal(tag) for tag in translations}
                every = [text for form in (fields, *translations.values()) for text in _texts(form)]
                waiting += [mention.id for text in every for mention in mentions(text)]
        return found

    def _text(self, field: str, text: str, locale: str | None, depth: int, budget: _Budget) -> str:
        if "{" not in text or depth > DEEPEST:
            return text

        def put(found: re.Match[str]) -> str:
            said = self._said(field, found[found.lastgroup or 0], locale)
            budget.take(len(said))
            return self._text(field, said, locale, depth + 1, budget)

        return MENTION.sub(put, text)

    def _said(self, field: str, id: str, locale: str | None) -> str:
        if id not in self._documents:
            return ""
        fields = fields_of(self._documents[id])
        translations = {normal(tag): own for tag, own in (fields.get("locales") or {}).items()}
        own = nearest_locale(locale, translations) or {}
        forms = FORMS.get(field, ("text",))
        texts = [source.get(form) for form in forms for source in (own, fields)]
        return next((str(text) for text in texts if text is not None), "")


def _texts(fields: Mapping[str, Any]) -> list[str]:
    return [text for form in ("html", "mjml", "text") if isinstance(text := fields.get(form), str)]


def masked(text: str) -> str:
    """Return a text with blanks where it names blocks: what is left stands where it stood."""
    return MENTION.sub(lambda found: " " * len(found[0]), text) if "{" in text else text
