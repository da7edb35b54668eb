"""The channel types and what is true of each; the position in `CHANNEL_TYPES` is the code in the store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

ChannelType = Literal["email", "sms", "push", "in_app", "content_card", "whatsapp", "webhook", "direct_mail"]
CHANNEL_TYPES: tuple[ChannelType, ...] = get_args(ChannelType)


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """What is true of one channel type.

    Attributes
    ----------
    address : str or None
        Profile attribute that holds the address; None when the channel needs none.
    needs : tuple of str
        Content fields of which a template must have at least one.
    fields : tuple of str
        All content fields that a template of this channel may have.
    """

    address: str | None
    needs: tuple[str, ...]
    fields: tuple[str, ...]


_CARD = ChannelFacts(None, ("title", "body"), ("title", "body", "url", "image", "buttons"))

CHANNELS: dict[ChannelType, ChannelFacts] = {
    "email": ChannelFacts("email", ("html", "mjml", "text"), ("subject", "html", "mjml", "text")),
    "sms": ChannelFacts("phone", ("text",), ("text",)),
    "push": ChannelFacts("push_token", ("title", "body"), ("title", "body", "url")),
    "in_app": _CARD,
    "content_card": _CARD,
    "whatsapp": ChannelFacts("phone", ("text",), ("text",)),
    "webhook": ChannelFacts(None, ("url",), ("method", "url", "headers", "body")),
    "direct_mail": ChannelFacts(None, ("columns",), ("columns",)),
}
