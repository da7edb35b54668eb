"""The preference centre and the confirmation of a subscription: pages that work without a script."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from html import escape
from itertools import groupby
from typing import Any, Final
from urllib.parse import parse_qsl

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sojourn.log.port import Clock, Log
from sojourn.messages.tokens import Purpose, Signer, Ticket
from sojourn.model.items import compact_json
from sojourn.service.patient_append import appended
from sojourn.service.preferences.choices import Choice, Reader, Readers, choices_of, masked
from sojourn.service.preferences.shell import Shell
from sojourn.service.preferences.words import Words, spoken

CONFIRM_WITHIN: Final = timedelta(days=30)
"""So long a link confirms a subscription."""
MAX_FORM: Final = 32_768
"""Bytes of a form."""
MAX_FIELDS: Final = 1_000
_log = structlog.get_logger(__name__)


class Centre:
    """Answers the pages, and puts what they say on the log before it answers.

    Parameters
    ----------
    signer : Signer
        Of the workspace; a signed link is all that a reader needs.
    log : Log
        Gets items of the kind `subscription`.
    clock : Clock
        The engine's.
    readers : Readers
        Knows the profiles.
    shell : Shell
        The frame of the pages.
    """

    def __init__(self, signer: Signer, log: Log, clock: Clock, readers: Readers, shell: Shell) -> None:
        self._signer = signer
        self._items = log
        self._clock = clock
        self._readers = readers
        self._shell = shell

    def routes(self) -> list[Route]:
        """Return the routes to mount at the root."""
        return [
            Route("/p/{token}", self.show, methods=["GET"]),
            Route("/p/{token}", self.save, methods=["POST"]),
            Route("/y/{token}", self.ask, methods=["GET"]),
            Route("/y/{token}", self.confirm, methods=["POST"]),
        ]

    # ---- preferences ---------------------------------------------------------------------------------------------

    async def show(self, request: Request) -> Response:
        """Show what the profile gets, with boxes to change it; looking changes nothing."""
        found = await self._found("p", request)
        if found is None:
            return self._unknown(request)
        ticket, reader = found
        words = self._shell.words(request, reader.locale)
        return self._form(words, reader, choices_of(reader, self._readers.catalog, ticket.channel))

    async def save(self, request: Request) -> Response:
        """Put on the log what was changed."""
        found = await self._found("p", request)
        if found is None:
            return self._unknown(request)
        ticket, reader = found
        words = self._shell.words(request, reader.locale)
        form = await _form_of(request)
        if form is None:
            return self._shell.said(words, words.preferences, words.later, 413)
        choices = choices_of(reader, self._readers.catalog, ticket.channel)
        ends_all = ("none", "1") in form
        shown = {value for name, value in form if name == "shown"}
        wanted = set() if ends_all else {value for name, value in form if name == "topic"}
        after = [_after(choice, choice.topic in wanted) if choice.topic in shown else choice for choice in choices]
        if not await self._say(reader, [new for old, new in zip(choices, after, strict=True) if new != old]):
            return self._shell.said(words, words.preferences, words.later, 503)
        return self._form(words, reader, after, words.all_ended if ends_all else words.saved)

    def _form(self, words: Words, reader: Reader, choices: Sequence[Choice], said: str = "") -> Response:
        told = f'<p class="said" role="status">{escape(said)}</p>' if said else ""
        parts = [_fieldset(words, reader, channel, list(of)) for channel, of in groupby(choices, _channel)]
        buttons = (
            f'<p><button>{words.save}</button> <button class="second" name="none" value="1">{words.none}</button></p>'
        )
        return self._shell.page(words, words.preferences, f'{told}<form method="post">{"".join(parts)}{buttons}</form>')

    # ---- double opt-in -------------------------------------------------------------------------------------------

    async def ask(self, request: Request) -> Response:
        """Show a page with a button: scanners of mails follow links too, and must not subscribe anybody."""
        return await self._confirmation(request, asks=True)

    async def confirm(self, request: Request) -> Response:
        """Put on the log that the subscription is wanted."""
        return await self._confirmation(request, asks=False)

    async def _confirmation(self, request: Request, *, asks: bool) -> Response:
        found = await self._found("y", request)
        if found is None:
            return self._unknown(request)
        ticket, reader = found
        words = self._shell.words(request, reader.locale)
        topic = f"group:{ticket.group}" if ticket.group else f"channel:{ticket.channel}"
        said = reader.said.get(topic)
        if said == "opted_in":
            return self._shell.said(words, words.confirm, words.confirmed)
        is_old = self._clock.now().timestamp() - ticket.sent_s > CONFIRM_WITHIN.total_seconds()
        if is_old or said == "unsubscribed":  # who left after the mail was sent comes back by subscribing again
            return self._shell.said(words, words.confirm, words.expired, 410)
        if asks:
            about = escape(words.ask_confirm.format(topic=self._name(ticket, words)))
            button = f'<form method="post"><button>{words.confirm}</button></form>'
            return self._shell.page(words, words.confirm, f"<p>{about}</p>{button}")
        if not await self._say(reader, [Choice(topic, ticket.channel, "opted_in")]):
            return self._shell.said(words, words.confirm, words.later, 503)
        return self._shell.said(words, words.confirm, words.confirmed)

    def _name(self, ticket: Ticket, words: Words) -> str:
        group = self._readers.catalog.get("group", ticket.group) if ticket.group else None
        if group is not None:
            return str(group.texts(words.language).title)
        return words.channels.get(ticket.channel, ticket.channel)

    # ---- both ----------------------------------------------------------------------------------------------------

    async def _found(self, purpose: Purpose, request: Request) -> tuple[Ticket, Reader] | None:
        ticket = self._signer.read(purpose, request.path_params["token"])
        if ticket is None:
            return None
        reader = await run_in_threadpool(self._readers.find, ticket.profile_id)
        return None if reader is None else (ticket, reader)

    async def _say(self, reader: Reader, changed: Sequence[Choice]) -> bool:
        if not changed:
            return True
        now = self._clock.now()
        items: list[dict[str, Any]] = [
            {"occurred_at": now, "kind": "subscription", "profile_id": reader.id, "name": choice.topic,
             "data": compact_json({"status": choice.status})}
            for choice in changed
        ]  # fmt: skip
        return await appended(self._items, items, _lost)

    def _unknown(self, request: Request) -> Response:
        words = spoken(*request.headers.get("accept-language", "").split(",")[:1])
        return self._shell.said(words, words.preferences, words.unknown, 404)


def _channel(choice: Choice) -> str:
    return choice.channel


def _after(choice: Choice, wanted: bool) -> Choice:
    """Return a choice as the form leaves it."""
    if wanted == choice.stands:
        return choice
    if not wanted:
        return Choice(choice.topic, choice.channel, "unsubscribed", choice.group)
    return Choice(choice.topic, choice.channel, choice.chosen, choice.group)


def _fieldset(words: Words, reader: Reader, channel: str, choices: Sequence[Choice]) -> str:
    address = reader.addresses.get(channel)
    about = f"<p>{escape(words.about.format(address=masked(address)))}</p>" if address else ""
    back = f"<p>{escape(words.suppressed)}</p>" if channel in reader.suppressed else ""
    rows = [_row(words, choice) for choice in choices]
    topics = f"<p>{words.groups}</p>" if len(rows) > 1 else ""
    legend = f"<legend>{escape(words.channels[channel])}</legend>"
    return f"<fieldset>{legend}{about}{back}{rows[0]}{topics}{''.join(rows[1:])}</fieldset>"


def _row(words: Words, choice: Choice) -> str:
    topic = escape(choice.topic)
    title, small = words.receive, ""
    if choice.group is not None:
        texts = choice.group.texts(words.language)
        title, small = str(texts.title), texts.description or ""
    if choice.status == "pending":
        small = f"{small} ({words.pending})".strip()
    note = f"<small>{escape(small)}</small>" if small else ""
    checked = " checked" if choice.stands else ""
    box = f'<input type="checkbox" name="topic" value="{topic}"{checked}>'
    return f'<input type="hidden" name="shown" value="{topic}"><label>{box}<span>{escape(title)}</span>{note}</label>'


async def _form_of(request: Request) -> list[tuple[str, str]] | None:
    """Return the fields of a form, None when it is larger than any of ours."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MAX_FORM:
            return None
    try:
        return parse_qsl(body.decode("ascii", "replace"), max_num_fields=MAX_FIELDS)
    except ValueError:
        return None


def _lost(error: BaseException) -> None:
    _log.error("a subscription was lost", reason=str(error))
