"""What a push message says, as the page's or the app's own code reads it."""

from __future__ import annotations

from typing import Any

from sojourn.channels.port import Outgoing

SHOWN = ("title", "body", "url")


def shown(message: Outgoing) -> dict[str, str]:
    """Return the fields that are there: ``title``, ``body``, ``url``."""
    return {name: str(message.fields[name]) for name in SHOWN if message.fields.get(name)}


def alert(message: Outgoing) -> dict[str, Any]:
    """Return the title and the text without the address."""
    return {name: text for name, text in shown(message).items() if name != "url"}
