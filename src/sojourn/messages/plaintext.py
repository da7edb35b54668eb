"""The plain text part of a mail, made from its HTML."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote"})
_BLOCKS = _PARAGRAPHS | {"address", "article", "aside", "dd", "div", "dl", "dt", "figure", "footer", "form"}
_BLOCKS |= {"header", "hr", "main", "nav", "pre", "section", "tbody", "tfoot", "thead", "tr"}
_SILENT = frozenset({"head", "script", "style", "template", "title"})
_SPACE = re.compile(r"[ \t\r\n\f\v]+")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
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


def text_of(html: str) -> str:
    r"""Return the text of an HTML mail, with links behind their words and one blank line between paragraphs.

    Examples
    --------
    >>> text_of("<h1>Hi</h1><p>See <a href='https://a.example/x'>this</a>.</p>")
    'Hi\n\nSee this (https://a.example/x).\n'
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = [_SPACE.sub(" ", line).strip() for line in "".join(reader.out).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"
