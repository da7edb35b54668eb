"""Turns a pending message into what a provider takes: renders it, tracks its links, signs its key."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from sojourn.channels.port import Failed, Outgoing
from sojourn.engine.outbox import Pending
from sojourn.messages.content import Aborted, Rendered, RenderError, Template
from sojourn.messages.context import template_context
from sojourn.messages.linking import Decoration
from sojourn.messages.links import Tracker
from sojourn.messages.memory import Memory
from sojourn.messages.tokens import Ticket
from sojourn.model.channels import CHANNELS, ChannelType
from sojourn.model.display import Display


@dataclass(frozen=True, slots=True)
class Route:
    """How the messages of one document, node, slot and variant are made and where they go.

    Attributes
    ----------
    of : str
        Their origin, ``journey/node`` or the id of a triggered campaign.
    channel_type : str
        Type of the channel.
    channel : str or None
        Id of the channel document; None if the workspace has none of the type: the provider ``log`` takes them.
    template : Template
        Compiled.
    group : str or None
        Subscription group that its unsubscribe link is about.
    transactional : bool
        Messages that nobody can unsubscribe from have no unsubscribe header.
    json_names : sequence of str
        Attributes of profiles that are stored as JSON.
    decoration : Decoration or None
        What is put behind the addresses of their links.
    display : Display or None
        When and how pages show them.
    """

    of: str
    channel_type: ChannelType
    channel: str | None
    template: Template
    group: str | None = None
    transactional: bool = False
    json_names: Sequence[str] = ()
    decoration: Decoration | None = None
    display: Display | None = None

    @property
    def reports(self) -> bool:
        """Whether providers of the channel say later what became of a message."""
        return CHANNELS[self.channel_type].reports

    @property
    def is_on_screen(self) -> bool:
        """Whether pages show the messages."""
        return CHANNELS[self.channel_type].on_screen


class Job(msgspec.Struct, frozen=True):
    """A message on its way through delivery; `again` says that a provider may have had it before."""

    message: Pending
    route: Route
    again: bool = False


@dataclass(frozen=True, slots=True)
class Postman:
    """Makes outgoing messages.

    Parameters
    ----------
    tracker : Tracker
        Puts links and pixels into e-mails.
    secret : bytes
        The workspace's secret: makes a message's key unguessable, and the same after a crash.
    """

    tracker: Tracker
    secret: bytes
    memory: Memory = field(default_factory=Memory, repr=False, compare=False)
    _mac: hmac.HMAC = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_mac", hmac.new(self.secret, b"key:", hashlib.sha256))

    def key(self, no: int) -> str:
        """Return ``no.nonce``; the left part of the ``Message-ID``."""
        mac = self._mac.copy()  # which keeps the interpreter's lock; `hmac.digest` gives it up each time
        mac.update(b"%d" % no)
        return f"{no}.{mac.hexdigest()[:16]}"

    def number_of(self, key: str) -> int | None:
        """Return the number that a key was made of; None if it was not made here."""
        digits = key.partition(".")[0]
        number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None
        if number is None or not key.isascii():  # `compare_digest` takes no other text
            return None
        return number if hmac.compare_digest(self.key(number), key) else None

    def prepare(self, job: Job) -> Outgoing | Failed:
        """Render one message; it fails if its template refuses now, which passed when the gate looked."""
        message, route = job.message, job.route
        ticket = self._ticket(message, route)
        is_mail = route.channel_type == "email"
        unsubscribe_url = self.tracker.unsubscribe_url(ticket) if is_mail else None
        about = {"no": message.no, "at": message.at, "of": route.of, "channel": route.channel_type, "to": message.to}
        if unsubscribe_url:
            about["unsubscribe_url"] = unsubscribe_url
        if route.template.pages:
            about |= self._pages(route.template, ticket)
        context = template_context(
            route.template, message.profile, message.entry, message.vars, about, route.json_names
        )
        locale = message.profile.get("locale")
        match self.memory.render(route.template, context, locale, route.decoration, self.tracker.base_url):
            case Aborted(detail):
                return Failed(f"aborted by template: {detail}" if detail else "aborted by template")
            case RenderError(detail):
                return Failed(f"render error: {detail}")
            case Rendered(fields):
                sent = fields
                if is_mail and "html" in fields:
                    sent = {**fields, "html": self.tracker.track(fields["html"], ticket)}
        header = None if route.transactional else unsubscribe_url
        status_url = self.tracker.status_url(route.channel, ticket) if route.reports and route.channel else None
        return Outgoing(
            message.no, self.key(message.no), message.profile_id, route.of, message.to, sent, message.at, header,
            status_url, route.display, self.tracker.screen_token(ticket) if route.is_on_screen else None,
        )  # fmt: skip

    def _pages(self, template: Template, ticket: Ticket) -> dict[str, str]:
        """Return the addresses of pages about consent that a template asks for."""
        pages = {"preferences_url": self.tracker.preferences_url, "confirm_url": self.tracker.confirm_url}
        return {name: pages[name](ticket) for name in template.pages}

    def _ticket(self, message: Pending, route: Route) -> Ticket:
        return Ticket(
            message.no,
            message.profile_id,
            route.of,
            int(message.at.timestamp()),
            channel=route.channel_type,
            group=route.group or "",
        )


Routes = Callable[[int, int, int, int], Route | None]
"""Gives the route of (doc, node, slot, variant); None for a message of a document that is not there any more."""
