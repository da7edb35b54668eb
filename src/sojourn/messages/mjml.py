"""MJML made HTML once, when a template is compiled: its Liquid stays where it stands."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from mjml import mjml2html

from sojourn.messages.anchors import ALIAS, HREF, value_of
from sojourn.messages.marks import MARK, Marked, marked, numbers_in

_PLACE = re.compile(r"at position (\d+):(\d+)")
_ROOT = re.compile(r"<mjml\b")
AROUND = "put it into texts and links, around whole elements, or in the head into `<mj-raw>`"
_ALIASED = re.compile(r"""<mj-[\w-]+\s(?:"[^"]*"|'[^']*'|[^'">])*>""")
_CARRIED = re.compile(r"""(href=["']?)la(\d+)al""")
_TAG = re.compile(r"<(/?)([A-Za-z][\w-]*)(?:\"[^\"]*\"|'[^']*'|[^'\">])*?(/?)>")
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
MAX_DEPTH = 100
"""Elements inside one another; the converter's stack overflows at some thousands, and takes the process with it."""
_SPARE = re.compile(r"<mj-attributes\b.*?</mj-attributes\s*>", re.DOTALL)


class MjmlError(ValueError):
    """The text is not MJML, or Liquid stands where MJML has no place for it."""


@lru_cache(maxsize=256)
def html_of(source: str) -> str:
    """Return the HTML of MJML, with the Liquid of the source.

    Liquid may stand wherever text or the value of an attribute may: between sections and columns, in a text, in a link.
    What stands before `<mjml>` comes first in the HTML, too.

    Raises
    ------
    MjmlError
        The text is not MJML; or a tag of Liquid got lost or out of order, as MJML drops what it does not know.

    Examples
    --------
    >>> source = "<mjml><mj-body><mj-section>{% if profile.vip %}<mj-column/>{% endif %}</mj-section></mj-body></mjml>"
    >>> html = html_of(source)
    >>> html.startswith("<!doctype html>"), html.index("{% if profile.vip %}") < html.index("{% endif %}")
    (True, True)
    """
    root = _ROOT.search(source)
    head, body = (source[: root.start()], source[root.start() :]) if root else ("", source)
    liquid = marked(body)
    aliases: list[str] = []
    html = _converted(replace(liquid, text=_ALIASED.sub(lambda tag: _carry_alias(tag, aliases), liquid.text)))
    _check(html, liquid)
    return head.strip() + liquid.restored(_CARRIED.sub(lambda href: f"{aliases[int(href[2])]} {href[1]}", html))


def _carry_alias(tag: re.Match[str], aliases: list[str]) -> str:
    """Put a mark of a link's alias into its address: the converter drops the alias, and keeps the address."""
    alias, href = ALIAS.search(tag[0]), HREF.search(tag[0])
    if alias is None or href is None:
        return tag[0]
    aliases.append('data-alias="{}"'.format(value_of(alias).replace('"', "&quot;")))
    start = next(href.start(group) for group in (1, 2, 3) if href[group] is not None)
    return f"{tag[0][:start]}la{len(aliases) - 1}al{tag[0][start:]}"


def _converted(liquid: Marked) -> str:
    depth = 0
    for tag in _TAG.finditer(liquid.text):
        depth += -1 if tag[1] else int(not tag[3] and tag[2].lower() not in _VOID)
        if depth > MAX_DEPTH:
            raise MjmlError(f"elements nest deeper than {MAX_DEPTH}")
    try:
        html: str = mjml2html(liquid.text)
    except ValueError as error:
        raise MjmlError(_reason(str(error), liquid)) from None
    except BaseException as error:  # a panic of the library is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise MjmlError("the converter cannot read it") from None
    return html


def _check(html: str, liquid: Marked) -> None:
    """Refuse what would not do the same in the HTML: lost outputs, and tags that are lost, doubled or moved."""
    found, tokens = numbers_in(html), liquid.tokens
    spare = {number for part in _SPARE.findall(liquid.text) for number in numbers_in(part)}
    for number, token in enumerate(tokens):
        if number not in found and not (number in spare and token.startswith("{{")):
            raise MjmlError(f"{_shown(token)} gets lost in the HTML; {AROUND}")
    tags = [number for number in found if tokens[number].startswith("{%")]
    moved = next((after for before, after in pairwise(tags) if after <= before), None)
    if moved is not None:
        raise MjmlError(f"{_shown(tokens[moved])} would come twice or elsewhere in the HTML; {AROUND}")


def _reason(told: str, liquid: Marked) -> str:
    """Say what the converter says of marked text in terms of the source."""
    place = _PLACE.search(told)
    if place is None:
        return told.removesuffix(" in root template")
    near = MARK.search(liquid.text, max(0, int(place[1]) - 12), int(place[2]) + 12)
    line = liquid.restored(liquid.text[: int(place[1])]).count("\n") + 1
    what = f"{_shown(liquid.tokens[int(near[1])])} cannot stand here; {AROUND}" if near else told[: place.start()]
    return f"{what.strip().removesuffix(' in root template')} (line {line} of the text)"


def _shown(token: str) -> str:
    flat = " ".join(token.split())
    return f"`{flat if len(flat) <= 60 else flat[:57] + '…'}`"
