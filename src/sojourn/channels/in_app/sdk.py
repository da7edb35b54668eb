"""The provider ``sdk``: in-app messages that pages with the browser SDK show."""

from __future__ import annotations

from typing import ClassVar

from sojourn.channels.screen import ScreenProvider
from sojourn.store.inbox import Kind


class InAppProvider(ScreenProvider):
    """In-app messages through the browser SDK."""

    kind: ClassVar[Kind] = "in_app"


PROVIDER = InAppProvider
