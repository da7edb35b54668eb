"""The channel types and what is true of each; the position in `CHANNEL_TYPES` is the code in the store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from sojourn.model.reasons import FeedbackKind

ChannelType = Literal["email", "sms", "push", "in_app", "content_card", "whatsapp", "webhook", "direct_mail"]
CHANNEL_TYPES: tuple[ChannelType, ...] = get_args(ChannelType)


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """What is true of one channel type.

    Attributes
    ----------
    title : str
        What a person calls it.
    address : str or None
        Profile attribute that holds the address; None when the channel needs none.
    needs : tuple of str
        Content fields of which a template must have at least one.
    fields : tuple of str
        All content fields that a template of this channel may have.
    never : frozenset of str
        Feedback kinds that nothing sent over this channel can give.
    reports : bool
        Whether its providers call back with what becomes of a message.
    on_screen : bool
        Whether pages show its messages, and report what becomes of them.
    """

    title: str
    address: str | None
    needs: tuple[str, ...]
    fields: tuple[str, ...]
    never: frozenset[FeedbackKind] = frozenset()
    reports: bool = False
    on_screen: bool = False


Kinds = frozenset[FeedbackKind]

_IN_MAIL_ONLY: Kinds = frozenset(["machine_opened"])
_ON_SCREEN_ONLY: Kinds = frozenset(["dismissed", "viewed"])
_OF_ADDRESSES: Kinds = frozenset(["bounced", "soft_bounced", "complained"])
_OPENED: Kinds = frozenset(["opened"])
_REPLIED: Kinds = frozenset(["replied"])
_COMPLAINED: Kinds = frozenset(["complained"])
_SOFT: Kinds = frozenset(["soft_bounced"])
_UNSEEN = _IN_MAIL_ONLY | _ON_SCREEN_ONLY | _OPENED
_CARD_FIELDS = ("title", "body", "url", "image", "buttons")
_NEVER_OF_CARDS = _IN_MAIL_ONLY | _OF_ADDRESSES | _REPLIED

CHANNELS: dict[ChannelType, ChannelFacts] = {
    "email": ChannelFacts(
        "E-mail", "email", ("html", "mjml", "text"), ("subject", "html", "mjml", "text"), _ON_SCREEN_ONLY
    ),
    "sms": ChannelFacts("SMS", "phone", ("text",), ("text",), _UNSEEN, reports=True),
    "push": ChannelFacts(
        "Push", "push_token", ("title", "body"), ("title", "body", "url"), _IN_MAIL_ONLY | _COMPLAINED | _REPLIED
    ),
    "in_app": ChannelFacts("In-app", None, ("title", "body"), _CARD_FIELDS, _NEVER_OF_CARDS, on_screen=True),
    "content_card": ChannelFacts(
        "Content card", None, ("title", "body"), _CARD_FIELDS, _NEVER_OF_CARDS, on_screen=True
    ),
    "whatsapp": ChannelFacts("WhatsApp", "phone", ("text",), ("text",), _IN_MAIL_ONLY | _ON_SCREEN_ONLY, reports=True),
    "webhook": ChannelFacts("Webhook", None, ("url",), ("method", "url", "headers", "body"), _UNSEEN | _OF_ADDRESSES),
    "direct_mail": ChannelFacts("Direct mail", None, ("columns",), ("columns",), _UNSEEN | _SOFT),
}
