"""The provider ``twilio`` for WhatsApp: the same API, with another name before each number."""

from __future__ import annotations

from typing import Any

from sojourn.channels.sms.twilio import TwilioProvider


class WhatsAppProvider(TwilioProvider):
    """Send WhatsApp messages through Twilio, or a service with its API.

    Free text reaches only people who have written within 24 hours; others need a template that WhatsApp has approved.
    """

    prefix = "whatsapp:"

    def details(self, text: str) -> dict[str, Any]:
        """Return nothing: WhatsApp has no segments."""
        return {}


PROVIDER = WhatsAppProvider
