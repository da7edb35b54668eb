"""Links of a mail: hrefs that count clicks, the open pixel, the unsubscribe address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape
from typing import NamedTuple

from msgspec.structs import replace

from sojourn.messages.anchors import ANCHOR, HREF, alias_of, is_web, value_of
from sojourn.messages.tokens import Signer, Ticket

_BODY_END = re.compile(r"</body\s*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tracker:
    """Puts tracking into mails.

    Parameters
    ----------
    base_url : str
        Where the server is reached from outside, such as ``https://mail.example.com``.
    signer : Signer
        Signs the tokens.
    """

    base_url: str
    signer: Signer

    def pixel_url(self, ticket: Ticket) -> str:
        """Return the address of the open pixel."""
        return f"{self.base_url}/o/{self.signer.sign('o', ticket)}.gif"

    def unsubscribe_url(self, ticket: Ticket) -> str:
        """Return the address that unsubscribes (a page for GET, one click for POST, RFC 8058)."""
        return f"{self.base_url}/u/{self.signer.sign('u', ticket)}"

    def preferences_url(self, ticket: Ticket) -> str:
        """Return the address of the profile's preference centre."""
        return f"{self.base_url}/p/{self.signer.sign('p', replace(ticket, link='', url=''))}"

    def confirm_url(self, ticket: Ticket) -> str:
        """Return the address that confirms the subscription to the message's group, else to its channel."""
        return f"{self.base_url}/y/{self.signer.sign('y', ticket)}"

    def status_url(self, channel: str, ticket: Ticket) -> str:
        """Return the address at which a channel's provider says what becomes of a message."""
        return f"{self.base_url}/callbacks/{channel}/{self.signer.sign('s', ticket)}"

    def screen_token(self, ticket: Ticket) -> str:
        """Return what a page reports about a message with that it shows."""
        return self.signer.sign("m", ticket)

    def click_url(self, ticket: Ticket, alias: str, url: str) -> str:
        """Return the address that counts a click and redirects to `url`."""
        return f"{self.base_url}/c/{self.signer.sign('c', replace(ticket, link=alias, url=url))}"

    def track(self, html: str, ticket: Ticket) -> str:
        """Return HTML with counted links and the open pixel.

        Links to other than http(s) addresses (``mailto:``, ``tel:``, ``#part``) and to this server's own
        pages about consent stay as they are. A link's alias is its ``data-alias``, else its ``id``, else its
        place among the counted links, from 1.
        """
        plain = replace(ticket, group="") if ticket.group else ticket
        return add_pixel(self._count_clicks(html, plain), self.pixel_url(plain))

    def _count_clicks(self, html: str, ticket: Ticket) -> str:
        place = 0

        def rewrite(anchor: re.Match[str]) -> str:
            nonlocal place
            tag = anchor.group()
            link = _link(tag, self.base_url)
            if link is None:
                return tag
            place += 1
            counted = self.click_url(ticket, link.alias or str(place), link.url)
            return f'{tag[: link.start]}href="{counted}"{tag[link.end :]}'

        return ANCHOR.sub(rewrite, html)


class _Link(NamedTuple):
    """What a counted link leads to, its own name, and where in its tag the address stands."""

    url: str
    alias: str
    start: int
    end: int


@lru_cache(1_024)
def _link(tag: str, base_url: str) -> _Link | None:
    """Read the tag of a link, which most mails of a template share; None if it is not counted."""
    href = HREF.search(tag)
    url = unescape(value_of(href)).strip().replace(" ", "%20") if href else ""
    own = tuple(f"{base_url}/{page}/" for page in "ucpy")
    if href is None or not is_web(url) or url.startswith(own):
        return None
    return _Link(url, alias_of(tag), href.start(), href.end())


def add_pixel(html: str, url: str) -> str:
    """Put an invisible image before the end of the body."""
    pixel = f'<img src="{escape(url)}" width="1" height="1" alt="" style="display:none">'
    ends = list(_BODY_END.finditer(html))
    at = ends[-1].start() if ends else len(html)
    return f"{html[:at]}{pixel}{html[at:]}"
