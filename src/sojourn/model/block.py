"""Content blocks: pieces of content that templates and other blocks name, and are written once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import Field

from sojourn.model.document import Catalog, Document
from sojourn.model.errors import Problem
from sojourn.model.expressions import Reference
from sojourn.model.forms import Model
from sojourn.model.template_text import Html, Liquid, Locale, Mjml

MENTION: Final = re.compile(
    r"""\{%-?\s*render\s+(?:'(?P<single>[\w-]+)'|"(?P<double>[\w-]+)")\s*-?%\}"""
    r"""|\{\{-?\s*content_blocks\.(?:\$\{\s*(?P<braced>[\w-]+)\s*\}|(?P<dotted>[\w-]+))\s*-?\}\}"""
)
"""``{% render 'footer' %}``, and as others write it ``{{ content_blocks.${footer} }}``."""
DEEPEST: Final = 8
"""Blocks inside one another."""
FORMS: Final[Mapping[str, tuple[str, ...]]] = {"html": ("html", "text"), "mjml": ("mjml", "text")}
"""By field of a template, which texts of a block can stand in it, the best first; for all other fields ``text``."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A block that a text names: its id, and the characters of the text."""

    id: str
    start: int
    end: int


def mentions(text: str) -> Iterator[Mention]:
    """Yield the blocks that a text names, in their order.

    Examples
    --------
    >>> [mention.id for mention in mentions("{% render 'head' %} Hi {{content_blocks.${foot}}}")]
    ['head', 'foot']
    """
    if "{" in text:
        for found in MENTION.finditer(text):
            yield Mention(found[found.lastgroup or 0], found.start(), found.end())


class BlockContent(Model):
    """What a block says; every text is Liquid, which reads what the template around it may read."""

    html: Html | None = Field(default=None, description="Stands in the HTML of mails.")
    mjml: Mjml | None = Field(default=None, description="Stands in the MJML of mails: sections, or what is in columns.")
    text: Liquid | None = Field(default=None, description="Stands in all other texts.")

    def present(self) -> list[str]:
        """Return the fields that are there."""
        return [name for name in BlockContent.model_fields if getattr(self, name) is not None]

    def texts(self, path: str = "") -> Iterator[tuple[str, str]]:
        """Yield every text with its path."""
        for name in self.present():
            yield f"{path}{name}", getattr(self, name)

    def form_in(self, field: str) -> str | None:
        """Return which of the block's texts stands in a field of a template; None if it has none for it."""
        present = self.present()
        return next((form for form in FORMS.get(field, ("text",)) if form in present), None)


class Block(BlockContent, Document):
    """A piece of content that templates name, such as a footer."""

    kind: Literal["block"]
    locales: dict[Locale, BlockContent] = Field(
        default_factory=dict, description="Translations: fields in place of the others, by language."
    )

    def every_text(self) -> Iterator[tuple[str, str]]:
        """Yield every text with its path, those of the locales included."""
        yield from self.texts()
        for locale, content in self.locales.items():
            yield from content.texts(f"locales.{locale}.")

    def references(self) -> Iterable[Reference]:
        """Return the blocks that it names."""
        return references_to_blocks(self.every_text())

    def check(self, catalog: Catalog) -> Iterable[Problem]:
        """Check that it says something, fits where it is named, and does not contain itself."""
        if not self.present():
            yield Problem("DOC-045", "a block needs one of `html`, `mjml` and `text`")
        yield from check_mentions(self.every_text(), catalog)
        yield from self._circle(catalog)

    def _circle(self, catalog: Catalog) -> Iterable[Problem]:
        ways: dict[str, list[str]] = {}
        for path, text in self.every_text():
            for mention in mentions(text):
                if mention.id not in ways:
                    ways[mention.id] = _way_to(self.id, mention.id, catalog, [self.id], {})
                way = ways[mention.id]
                if way:
                    said = " → ".join(f"`{id}`" for id in way)
                    what = "contains itself" if way[-1] == self.id else f"nests deeper than {DEEPEST} blocks"
                    span = (mention.start, mention.end)
                    yield Problem("DOC-091", f"the block `{self.id}` {what}: {said}", path, span=span)


def _way_to(goal: str, id: str, catalog: Catalog, way: list[str], fruitless: dict[str, int]) -> list[str]:
    """Return a way from a block to itself, or one that is too long; empty if there is none.

    `fruitless` has the blocks from which there was none, with the length of the longest way that led there.
    """
    way = [*way, id]
    if id == goal or len(way) > DEEPEST:
        return way
    if len(way) <= fruitless.get(id, 0):
        return []
    fruitless[id] = len(way)
    block: Block | None = catalog.get("block", id)
    inner = block.every_text() if block is not None and id not in way[:-1] else ()
    names = {mention.id for _, text in inner for mention in mentions(text)}
    return next((found for name in sorted(names) if (found := _way_to(goal, name, catalog, way, fruitless))), [])


def references_to_blocks(texts: Iterable[tuple[str, str]]) -> Iterator[Reference]:
    """Yield the blocks that texts (with their paths) name."""
    for path, text in texts:
        yield from (Reference(path, ("block",), mention.id) for mention in mentions(text))


def check_mentions(texts: Iterable[tuple[str, str]], catalog: Catalog) -> Iterator[Problem]:
    """Check that each block that is named has a text for the field in which it stands."""
    for path, text in texts:
        field = re.split(r"[.\[]", re.sub(r"^locales\.[^.]+\.", "", path))[0]
        for mention in mentions(text):
            block: Block | None = catalog.get("block", mention.id)
            if block is not None and block.form_in(field) is None:
                needed = " or ".join(f"`{form}`" for form in FORMS.get(field, ("text",)))
                message = f"the block `{mention.id}` cannot stand in `{field}`: it has no {needed}"
                yield Problem("DOC-090", message, path, span=(mention.start, mention.end))
