"""The frame of the pages about subscriptions, as the workspace's brand wants it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape
from importlib import resources
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from sojourn.model.brand import Brand
from sojourn.service.preferences.words import LANGUAGES, Words, accepted, spoken

PRIVATE: Final = {
    "Cache-Control": "no-store, private, max-age=0",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
}
_PLACE: Final = re.compile(r"\{(lang|title|color|on_color|header|body|footer)\}")


class Shell:
    """Puts a body into a page; everything but the body is text, and escaped here.

    Parameters
    ----------
    brand : callable
        Gives the brand as it is now.
    """

    def __init__(self, brand: Callable[[], Brand] = Brand) -> None:
        self._brand = brand
        self._frame = resources.files(__package__).joinpath("page.html").read_text(encoding="utf-8")

    def words(self, request: Request, locale: str | None = None) -> Words:
        """Return the words for a reader: as asked for, as the profile says, as the browser says."""
        return spoken(request.query_params.get("lang"), locale, *accepted(request.headers.get("accept-language", "")))

    def page(self, words: Words, title: str, body: str, status: int = 200) -> Response:
        """Return a page.

        Parameters
        ----------
        title : str
            Text.
        body : str
            HTML.
        """
        brand = self._brand()
        parts = {
            "lang": words.language, "title": escape(title), "color": brand.color, "on_color": readable_on(brand.color),
            "header": _header(brand, words), "body": body, "footer": _footer(brand, words),
        }  # fmt: skip
        page = _PLACE.sub(lambda place: parts[place[1]], self._frame)
        return HTMLResponse(page, status, PRIVATE | {"Content-Security-Policy": _policy(brand)})

    def said(self, words: Words, title: str, text: str, status: int = 200, more: str = "") -> Response:
        """Return a page that says one thing."""
        return self.page(words, title, f'<p class="said" role="status">{escape(text)}</p>{more}', status)


def _header(brand: Brand, words: Words) -> str:
    name = brand.texts(words.language).name or ""
    if brand.logo:
        return f'<img src="{escape(brand.logo)}" alt="{escape(name)}">'
    return f"<p>{escape(name)}</p>" if name else ""


def _footer(brand: Brand, words: Words) -> str:
    texts = brand.texts(words.language)
    links = [
        f'<a href="?lang={other.language}" lang="{other.language}" hreflang="{other.language}">{other.own_name}</a>'
        for other in LANGUAGES.values() if other is not words
    ]  # fmt: skip
    if texts.privacy_url:
        links.append(f'<a href="{escape(texts.privacy_url)}">{words.privacy}</a>')
    return f"<p>{escape(texts.footer or '')}</p><nav>{' '.join(links)}</nav>"


def _policy(brand: Brand) -> str:
    picture = ""
    if brand.logo:
        parts = urlsplit(brand.logo)
        picture = f"; img-src {parts.scheme}://{parts.netloc}"
    return f"default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'{picture}"


def readable_on(color: str) -> str:
    """Return black or white, whichever can be read better on a colour (WCAG 2, relative luminance).

    Examples
    --------
    >>> readable_on("#1a56a8"), readable_on("#ffd500")
    ('#ffffff', '#000000')
    """
    parts: Mapping[int, float] = {i: int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)}
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts.values()]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#ffffff" if 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 else "#000000"
