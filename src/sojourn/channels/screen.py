"""Messages that wait in the workspace's inbox until a page with the browser SDK fetches and shows them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from sojourn.channels.port import Failed, Outgoing, Receipt, Retry, Sent, Settings, Surroundings
from sojourn.model.display import Display
from sojourn.model.errors import SojournError
from sojourn.store.inbox import Inbox, Kind, Shown

SCHEMES: Final = ("http", "https", "mailto", "tel", "")
"""Of addresses that a click may lead to; none is an address of the page's own site."""
_CONTROL: Final = re.compile(r"[\x00-\x20\x7f]")


class ScreenSettings(Settings):
    """The provider ``sdk`` has no settings."""


class ScreenProvider:
    """Put messages into the inbox. A message is there once, however often it is sent."""

    settings_model: ClassVar[type[Settings]] = ScreenSettings
    kind: ClassVar[Kind]
    parallel = 1

    def __init__(self, settings: ScreenSettings, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._inbox: Inbox | None = None

    async def send(self, batch: Sequence[Outgoing]) -> list[Receipt]:
        """Put a batch into the inbox, durably."""
        receipts: list[Receipt] = [_fault(message) or Sent() for message in batch]
        good = [self._shown(message) for message, receipt in zip(batch, receipts, strict=True) if receipt == Sent()]
        try:
            await asyncio.to_thread(self._put, good)
        except (SojournError, OSError) as error:
            return [Retry(str(error)) if receipt == Sent() else receipt for receipt in receipts]
        return receipts

    async def close(self) -> None:
        """Close the file."""
        if self._inbox is not None:
            self._inbox.close()
            self._inbox = None

    def _put(self, messages: list[Shown]) -> None:
        if self._inbox is None:
            self._inbox = Inbox(self._surroundings.data_dir)
        if messages:
            self._inbox.put(messages, max(message.sent_s for message in messages))

    def _shown(self, message: Outgoing) -> Shown:
        display, fields = message.display or Display(), message.fields
        sent_s = int(message.at.timestamp())
        body: dict[str, Any] = {name: fields[name] for name in ("title", "body", "url", "image") if fields.get(name)}
        body |= {"buttons": fields["buttons"]} if fields.get("buttons") else {}
        body |= display.model_dump(mode="json", include={"on", "priority", "style", "pinned"}, exclude_none=True)
        expires_s = sent_s + int(display.expires.total_seconds())
        return Shown(message.no, self.kind, message.profile_id, message.ticket or "", sent_s, expires_s, body)


def _fault(message: Outgoing) -> Failed | None:
    """Refuse addresses that would run as a script of the page."""
    fields = message.fields
    buttons = fields.get("buttons") or []
    for url in [fields.get("url"), fields.get("image"), *(button.get("url") for button in buttons)]:
        if url and not is_harmless(str(url)):
            return Failed(f"`{str(url)[:80]}` is no address to lead to")
    return None


def is_harmless(url: str) -> bool:
    r"""Tell whether a click may lead to an address.

    Examples
    --------
    >>> [is_harmless(url) for url in ("https://a.example/", "/sale", "javascript:alert(1)", "java\nscript:x")]
    [True, True, False, False]
    """
    if _CONTROL.search(url):
        return False
    try:
        return urlsplit(url).scheme.lower() in SCHEMES
    except ValueError:
        return False
