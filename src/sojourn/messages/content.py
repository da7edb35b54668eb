"""Content of messages: compiled templates, and what rendering them gives."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from liquid.exceptions import LiquidError
from liquid.template import BoundTemplate

from sojourn.messages import liquid
from sojourn.messages.analysis import WHOLE
from sojourn.messages.documents import nearest_locale, normal
from sojourn.messages.linking import Frozen
from sojourn.messages.plaintext import text_of, tidied

_SUBJECT = ("subject", "title")
_BODY = ("text", "body", "html", "columns")
PERSONAL = frozenset({"confirm_url", "preferences_url", "unsubscribe_url"})
"""Addresses of `message` that differ for everybody, and are mostly just printed."""
PAGES = PERSONAL - {"unsubscribe_url"}
"""Those of them that are only made for templates that read them."""
PLAIN = "plain"
"""Among the parts of a template: the text part that is made of its HTML."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message as it leaves: its fields by name, as in the template document."""

    fields: Mapping[str, Any]

    @property
    def subject(self) -> str | None:
        """Subject of an e-mail, title of a push, in-app message or card."""
        return self._first(_SUBJECT)

    @property
    def body(self) -> str | None:
        """The text, else the HTML; a webhook's body; direct mail's columns as JSON."""
        return self._first(_BODY)

    @property
    def text(self) -> str | None:
        """The plain text part of an e-mail, or the text of an SMS."""
        return self._first(("text",))

    @property
    def html(self) -> str | None:
        """The HTML part of an e-mail."""
        return self._first(("html",))

    def _first(self, names: tuple[str, ...]) -> str | None:
        for name in names:
            value = self.fields.get(name)
            if value is not None:
                return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return None


@dataclass(frozen=True, slots=True)
class Aborted:
    """The template said ``abort_message``; `detail` is its text, if any (reason ``aborted_by_template``)."""

    detail: str | None = None


@dataclass(frozen=True, slots=True)
class RenderError:
    """The template failed (reason ``render_error``); `detail` says how."""

    detail: str


Outcome = Rendered | Aborted | RenderError


@dataclass(frozen=True, slots=True)
class Text:
    """One compiled Liquid text of a template."""

    template: BoundTemplate
    reads: Mapping[str, frozenset[str]]
    may_refuse: bool
    node_count: int
    tells_time: bool
    source: str

    def only_prints(self, name: str) -> bool:
        """Tell whether all that is done with an address of the message is to print it."""
        return len(re.findall(rf"\{{\{{-?\s*message\.{name}\s*-?\}}\}}", self.source)) == self.source.count(name)

    def render(self, variables: Mapping[str, object]) -> str:
        """Render with these objects; see `sojourn.messages.liquid.render` for what it raises."""
        return liquid.render(
            self.template, variables, node_count=self.node_count, bounded=self.may_refuse, tells_time=self.tells_time
        )


Part = Text | str | bool | int | float | None | list["Part"] | dict[str, "Part"]
"""A field of a template: compiled texts in the field's own shape; texts without Liquid stay as they are."""


class Template:
    """A compiled template document.

    Attributes
    ----------
    id : str
        The document's id.
    channel : str
        The channel type.
    variables : dict of str to frozenset of str
        The names that it reads, by object, over all locales; `WHOLE` (``*``) for an object read as a whole.
    may_refuse : bool
        False only if no rendering can abort or fail.
    links : Frozen or None
        Its own settings of links.
    personal : frozenset of str
        Addresses of `PERSONAL` that it prints as they are, and does nothing else with.
    pages : frozenset of str
        Addresses of pages about consent that it may read: `PAGES`.
    key : callable
        Gives, for a context, what tells one rendering from another, but for `personal`.
    """

    def __init__(
        self,
        id: str,
        channel: str,
        parts: dict[str, Part],
        locales: dict[str, dict[str, Part]],
        links: Frozen | None = None,
    ) -> None:
        self.id = id
        self.channel = channel
        self.links = links
        self._own = parts
        self._by_locale = locales
        texts = [text for fields in (parts, *locales.values()) for text in _texts(fields)]
        self.variables = _merge(text.reads for text in texts)
        self.may_refuse = any(text.may_refuse for text in texts)
        read = self.variables.get("message", frozenset())
        self.personal = frozenset(
            name for name in PERSONAL & read if WHOLE not in read and all(text.only_prints(name) for text in texts)
        )
        self.pages = PAGES if WHOLE in read else PAGES & read
        self.key = _key_of(self.variables, self.personal)

    def render(self, context: Mapping[str, object], locale: str | None = None) -> Outcome:
        """Render for one profile.

        Parameters
        ----------
        context : mapping
            Objects by name: ``profile``, ``event``, ``entry``, node ids, ``message``, ``row``.
        locale : str, optional
            The profile's ``locale``: its exact tag is tried first, then its language, then the document itself.
        """
        try:
            parts = self._parts(locale).items()
            return Rendered({name: _render(part, context) for name, part in parts if name != PLAIN})
        except liquid.AbortedError as aborted:
            return Aborted(aborted.detail)
        except LiquidError as error:
            return RenderError(str(error.message))
        except Exception as error:  # a filter of the library may let any exception through; one message pays for it
            return RenderError(f"{type(error).__name__}: {error}"[:300])

    def text_of(self, rendered: Rendered, context: Mapping[str, object], locale: str | None = None) -> str | None:
        """Return the text of a rendered mail: its own, else what its HTML says."""
        if rendered.text is not None or rendered.html is None:
            return rendered.text
        part = self._parts(locale).get(PLAIN)
        return text_of(rendered.html) if part is None else tidied(str(_render(part, context)))

    def _parts(self, locale: str | None) -> dict[str, Part]:
        if not locale or not self._by_locale:
            return self._own
        found = nearest_locale(normal(locale), self._by_locale)
        return found if found is not None else self._own


def _texts(part: Part) -> Iterator[Text]:
    if isinstance(part, Text):
        yield part
    elif isinstance(part, dict):
        for value in part.values():
            yield from _texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from _texts(value)


def _merge(reads: Iterable[Mapping[str, frozenset[str]]]) -> dict[str, frozenset[str]]:
    merged: dict[str, frozenset[str]] = {}
    for read in reads:
        for root, names in read.items():
            merged[root] = merged.get(root, frozenset()) | names
    return merged


def _render(part: Part, context: Mapping[str, object]) -> Any:
    if isinstance(part, Text):
        return part.render(context)
    if isinstance(part, dict):
        return {name: _render(value, context) for name, value in part.items()}
    if isinstance(part, list):
        return [_render(value, context) for value in part]
    return part


def _key_of(variables: Mapping[str, frozenset[str]], personal: frozenset[str]) -> Callable[[Mapping[str, Any]], object]:
    known = {**variables, "message": variables.get("message", frozenset()) - personal}
    roots = [(root, None if WHOLE in names else sorted(names)) for root, names in sorted(known.items()) if names]

    def key(context: Mapping[str, Any]) -> object:
        found: list[object] = []
        for root, names in roots:
            value = context.get(root)
            if names is None or not isinstance(value, Mapping):
                found.append(value)
            else:
                found.extend([value.get(name) for name in names])
        return repr(found)

    return key
