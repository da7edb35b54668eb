"""Rules about HTML and MJML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from sojourn.messages.lint.finding import Finding
from sojourn.messages.lint.tags import FILL, MarkupTag, tags_of

_VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_OPTIONAL_END: Final = frozenset(
    {"html", "head", "body", "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "colgroup"}
)
_IMAGES: Final = frozenset({"img", "mj-image", "mj-carousel-image"})
_LINKS: Final = frozenset({"a", "mj-button", "mj-navbar-link"})
_DROPPED: Final = frozenset({"script", "form", "input", "iframe", "object", "embed", "video", "audio", "canvas"})
_CLIENTS: Final = "mail clients take it out, and many filters refuse such mails"


@lru_cache(maxsize=1_024)
def findings_in_markup(text: str) -> tuple[Finding, ...]:
    """Return what is wrong with single elements of HTML or MJML."""
    return tuple(finding for tag in tags_of(text) if tag.kind != "end" for finding in _of_tag(tag))


def _of_tag(tag: MarkupTag) -> Iterator[Finding]:
    if tag.name in _IMAGES:
        yield from _image(tag)
    if tag.name in _LINKS or tag.value("href") is not None:
        yield from _link(tag)
    if tag.name in _DROPPED:
        message, hint = f"`<{tag.name}>` does nothing in a mail: {_CLIENTS}", "link to a page that has it"
        yield Finding("LINT-011", message, hint, tag.span)


def _image(tag: MarkupTag) -> Iterator[Finding]:
    if "alt" not in tag.attributes:
        hint = 'say what is on it, or write `alt=""` where it only decorates'
        yield Finding("LINT-001", f"an image without `alt`: `<{tag.name}>`", hint, tag.span)
    source = tag.value("src")
    if source is None or FILL in source[:8]:
        return
    if not source:
        yield Finding("LINT-012", "an image without an address", "give its address in `src`", tag.span)
    elif not source.lower().startswith(("https://", "cid:")):
        embedded = source.lower().startswith("data:")
        what = "an embedded image, which many mail clients do not show" if embedded else f"`{source[:80]}` is not https"
        yield Finding("LINT-012", what, "put the image on the web, and give its whole https address", tag.span)


def _link(tag: MarkupTag) -> Iterator[Finding]:
    url = tag.value("href")
    if url is None and ("name" in tag.attributes or "id" in tag.attributes):
        return
    if url is None or url in ("", "#"):
        yield Finding("LINT-005", f"`<{tag.name}>` leads nowhere", "give its address in `href`", tag.span)
    elif url.lower().startswith("http://"):
        message = f"`{url.replace(FILL, '…')[:80]}` is not https: it can be read and changed on its way"
        yield Finding("LINT-006", message, "write `https://`", tag.span)


def findings_in_nesting(html: str) -> Iterator[Finding]:
    """Yield the elements of HTML that are not closed, and ends without a beginning."""
    open_: list[MarkupTag] = []
    names: Counter[str] = Counter()
    for tag in tags_of(html):
        if tag.kind == "start" and tag.name not in _VOID:
            open_.append(tag)
            names[tag.name] += 1
        elif tag.kind == "end" and tag.name not in _VOID:
            if not names[tag.name]:
                message = f"`</{tag.name}>` closes nothing"
                yield Finding("LINT-004", message, "take it out, or open it before", tag.span)
                continue
            while (last := open_.pop()).name != tag.name:
                names[last.name] -= 1
                yield from _unclosed(last)
            names[tag.name] -= 1
    for tag in open_:
        yield from _unclosed(tag)


def _unclosed(tag: MarkupTag) -> Iterator[Finding]:
    if tag.name not in _OPTIONAL_END:
        message = f"`<{tag.name}>` is not closed where it should be"
        yield Finding("LINT-004", message, f"put `</{tag.name}>` where it ends", tag.span)
