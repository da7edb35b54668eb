"""The provider ``sdk``: content cards that pages with the browser SDK show."""

from __future__ import annotations

from typing import ClassVar

from sojourn.channels.screen import ScreenProvider
from sojourn.store.inbox import Kind


class ContentCardProvider(ScreenProvider):
    """Content cards through the browser SDK."""

    kind: ClassVar[Kind] = "content_card"


PROVIDER = ContentCardProvider
