"""The plain text part of a mail, made from its HTML."""

from __future__ import annotations

import re

from sojourn.messages.marks import marked, numbers_in
from sojourn.messages.markup import MarkupReader

_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote"})
_BLOCKS = _PARAGRAPHS | {"address", "article", "aside", "dd", "div", "dl", "dt", "figure", "footer", "form"}
_BLOCKS |= {"header", "hr", "main", "nav", "pre", "section", "tbody", "tfoot", "thead", "tr"}
_SILENT = frozenset({"head", "script", "style", "template", "title"})
_MARKUP = re.compile(
    r"\|\s*(?:safe|escape|escape_once|newline_to_br|strip_html|json)\b|\{%-?\s*(?:raw|comment|liquid)\b"
)
"""Liquid that means something else in text than in HTML."""
_BRANCH = re.compile(r"\{%-?\s*(?:if|elsif|else|endif|unless|endunless|case|when|endcase)\b")
_SPACE = re.compile(r"[ \t\r\n\f\v]+")


class _Reader(MarkupReader):
    def __init__(self) -> None:
        super().__init__()
        self.out: list[str] = []
        self._silent = 0
        self._links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in _SILENT:
            self._silent += 1
        elif tag == "br":
            self.out.append("\n")
        elif tag == "li":
            self.out.append("\n- ")
        elif tag in {"td", "th"}:
            self.out.append(" ")
        elif tag == "img" and values.get("alt"):
            self.out.append(str(values["alt"]))
        elif tag == "a":
            self._links.append((values.get("href") or "", len(self.out)))
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "a" and self._links:
            self._close_link(*self._links.pop())
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.out.append(_SPACE.sub(" ", data))

    def _break(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.out.append("\n\n" if tag in _PARAGRAPHS else "\n")

    def _close_link(self, href: str, start: int) -> None:
        words = "".join(self.out[start:]).strip()
        if href and not href.startswith("#") and href.removeprefix("mailto:") != words:
            self.out.append(f" ({href})" if words else href)


def text_source(html: str) -> str | None:
    r"""Return the Liquid of the text part of HTML with Liquid, or None where only each mail's own HTML tells it.

    Rendered as text and `tidied`, it is what `text_of` makes of the rendered HTML (but for the brackets around the
    address of a link whose words turn out empty); and reading HTML is done once for all mails.

    Examples
    --------
    >>> text_source("<p>Dear {{ profile.name }},</p>{% if profile.vip %}<p>thank you</p>{% endif %}")
    'Dear {{ profile.name }},\n\n{% if profile.vip %}\n\nthank you\n\n{% endif %}\n'
    >>> text_source("<p>{{ profile.story | safe }}</p>")
    """
    # Equal outputs are one, so that a link whose words are its address is told once.
    liquid = marked(html, joins=True)
    text, tokens = text_of(liquid.text), liquid.tokens
    kept = numbers_in(text)
    lost = [token for number, token in enumerate(tokens) if number not in kept]
    tags = [number for number in kept if tokens[number].startswith("{%")]
    if tags != sorted(set(tags)) or any(map(_MARKUP.search, tokens)) or not all(map(_is_spare, lost)):
        return None
    return liquid.restored(text)


def _is_spare(token: str) -> bool:
    """Tell whether a text can do without what stood in the markup: values, and choices between them."""
    return token.startswith("{{") or _BRANCH.match(token) is not None


def tidied(text: str) -> str:
    """Return text with single spaces, and one blank line between paragraphs."""
    lines = [_SPACE.sub(" ", line).strip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def text_of(html: str) -> str:
    r"""Return the text of an HTML mail, with links behind their words and one blank line between paragraphs.

    Examples
    --------
    >>> text_of("<h1>Hi</h1><p>See <a href='https://a.example/x'>this</a>.</p>")
    'Hi\n\nSee this (https://a.example/x).\n'
    """
    reader = _Reader()
    reader.read(html)
    return tidied("".join(reader.out))
