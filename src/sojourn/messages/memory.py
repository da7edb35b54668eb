"""Renderings that are remembered: one for each set of values that a template reads."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final
from weakref import WeakKeyDictionary

from sojourn.messages.content import Outcome, Rendered, Template
from sojourn.messages.linking import Decoration

MOST_CHARACTERS: Final = 4_000_000
"""What is remembered of one template."""
TRIAL: Final = 5_000
"""Messages after which it is seen whether remembering a template's renderings is worth it."""
WORTH: Final = 16
"""One message in so many must find its rendering."""


class Memory:
    """Renders messages one after the other; equal ones are rendered once.

    An address that is everybody's own, such as that of unsubscribing, is put in afterwards where the template does
    nothing but print it. A template whose messages all differ is not remembered for long. For one thread.
    """

    def __init__(self) -> None:
        self._shelves: WeakKeyDictionary[Template, dict[object, _Shelf]] = WeakKeyDictionary()

    def render(
        self,
        template: Template,
        context: Mapping[str, Any],
        locale: str | None = None,
        decoration: Decoration | None = None,
        own: str = "",
    ) -> Outcome:
        """Render a message; a mail has its text part then, and links have their parameters.

        Parameters
        ----------
        template, context, locale
            See `Template.render`.
        decoration : Decoration, optional
            What is put behind the addresses of links.
        own : str
            Addresses that begin so are left alone: those of this server.
        """
        shelf = self._shelf(template, (decoration, own))
        if shelf.worthless:
            return _made(template, context, locale, decoration, own)
        key = (locale, template.key(context))
        found = shelf.find(key)
        if found is None:
            found = _made(template, _with_stand_ins(template, context), locale, decoration, own)
            shelf.put(key, found)
        return _personal(template, found, context)

    def _shelf(self, template: Template, of: object) -> _Shelf:
        shelves = self._shelves.get(template)
        if shelves is None:
            shelves = self._shelves[template] = {}
        shelf = shelves.get(of)
        if shelf is None:
            shelf = shelves[of] = _Shelf()
        return shelf


@dataclass
class _Shelf:
    """The renderings of one template; the longest unused goes first."""

    kept: OrderedDict[object, Outcome] = field(default_factory=OrderedDict)
    characters: int = 0
    asked: int = 0
    found: int = 0
    worthless: bool = False

    def find(self, key: object) -> Outcome | None:
        self.asked += 1
        known = self.kept.get(key)
        if known is not None:
            self.found += 1
            self.kept.move_to_end(key)
        elif self.asked >= TRIAL and self.found * WORTH < self.asked:
            self.worthless = True
            self.kept.clear()
        return known

    def put(self, key: object, outcome: Outcome) -> None:
        if not self.worthless:
            self.kept[key] = outcome
            self.characters += _size(outcome)
            while self.characters > MOST_CHARACTERS:
                self.characters -= _size(self.kept.popitem(last=False)[1])


def _size(outcome: Outcome) -> int:
    return 200 + (sum(len(str(v)) for v in outcome.fields.values()) if isinstance(outcome, Rendered) else 0)


def _made(
    template: Template, context: Mapping[str, Any], locale: str | None, decoration: Decoration | None, own: str
) -> Outcome:
    outcome = template.render(context, locale)
    if not isinstance(outcome, Rendered):
        return outcome
    fields = dict(outcome.fields)
    if template.channel == "email" and outcome.html is not None:
        fields["text"] = template.text_of(outcome, context, locale)
    return Rendered(fields if decoration is None else decoration.fields(fields, own))


def _stand_in(name: str) -> str:
    return f"lq{name.replace('_', '')}ql"


def _with_stand_ins(template: Template, context: Mapping[str, Any]) -> Mapping[str, Any]:
    if not template.personal:
        return context
    return {**context, "message": {**context["message"], **{name: _stand_in(name) for name in template.personal}}}


def _personal(template: Template, outcome: Outcome, context: Mapping[str, Any]) -> Outcome:
    """Put a message's own addresses in the places of what stands for them."""
    if not template.personal or not isinstance(outcome, Rendered):
        return outcome
    fields = dict(outcome.fields)
    for name in template.personal:
        address = str(context["message"].get(name) or "")
        for part, text in fields.items():
            if isinstance(text, str):
                fields[part] = text.replace(_stand_in(name), escape(address) if part == "html" else address)
    return Rendered(fields)
