"""What mails lead back to: the open pixel, counted links, unsubscribing."""

from __future__ import annotations

from base64 import b64decode
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from sojourn.log.port import Clock, Log
from sojourn.messages.tokens import Purpose, Signer, Ticket
from sojourn.model.items import compact_json
from sojourn.model.reasons import FeedbackKind
from sojourn.service.patient_append import appended
from sojourn.service.preferences.shell import PRIVATE, Shell
from sojourn.service.preferences.words import Words
from sojourn.service.readers import Haste, is_machine

GIF = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_RECENT = 20_000
_log = structlog.get_logger(__name__)


class Clicks:
    """Remembers the last click of recent messages, to see when all links are followed at once."""

    def __init__(self) -> None:
        self._last: OrderedDict[int, tuple[str, datetime]] = OrderedDict()

    def is_burst(self, ticket: Ticket, now: datetime, burst_s: float) -> bool:
        """Note a click; tell whether it came right after one on another link of the message."""
        last = self._last.get(ticket.message)
        self._last[ticket.message] = (ticket.link, now)
        self._last.move_to_end(ticket.message)
        if len(self._last) > _RECENT:
            self._last.popitem(last=False)
        return last is not None and last[0] != ticket.link and (now - last[1]).total_seconds() < burst_s


class Tracking:
    """Answers tracking addresses, and puts what they say on the log before it answers.

    Parameters
    ----------
    signer : Signer
        Of the workspace.
    log : Log
        Gets feedback items ``opened``, ``machine_opened``, ``clicked`` and ``unsubscribed``.
    clock : Clock
        The engine's.
    haste : Haste, optional
        What is too fast for a person.
    shell : Shell, optional
        The frame of pages.
    locale : callable, optional
        Gives the language tag of a profile.

    Notes
    -----
    A HEAD request counts as nothing. A machine's click is a ``machine_opened`` with the link. A redirect and a pixel
    are answered even when the log is full or slow; what was lost is told to the process's own log.
    """

    def __init__(
        self, signer: Signer, log: Log, clock: Clock, haste: Haste | None = None, shell: Shell | None = None,
        locale: Callable[[str], str | None] = lambda _: None,
    ) -> None:  # fmt: skip
        self._signer = signer
        self._items = log
        self._clock = clock
        self._haste = haste or Haste()
        self._clicks = Clicks()
        self._shell = shell or Shell()
        self._locale = locale

    def routes(self) -> list[Route]:
        """Return the routes to mount at the root."""
        return [
            Route("/o/{token}.gif", self.open, methods=["GET"]),
            Route("/c/{token}", self.click, methods=["GET"]),
            Route("/u/{token}", self.ask, methods=["GET"]),
            Route("/u/{token}", self.unsubscribe, methods=["POST"]),
        ]

    async def open(self, request: Request) -> Response:
        """Count an open; answer with a transparent image."""
        ticket = self._ticket("o", request)
        if ticket is None:
            return _unknown()
        if request.method == "GET":
            machine = is_machine(request.headers) or self._age_s(ticket) < self._haste.open_s
            await self._note(ticket, "machine_opened" if machine else "opened")
        return Response(GIF, media_type="image/gif", headers=PRIVATE)

    async def click(self, request: Request) -> Response:
        """Count a click; answer with the redirect that the token holds."""
        ticket = self._ticket("c", request)
        if ticket is None or not ticket.url:
            return _unknown()
        if request.method == "GET":
            await self._note(ticket, "machine_opened" if self._is_hasty(request, ticket) else "clicked")
        return RedirectResponse(ticket.url, status_code=302, headers=PRIVATE)

    async def ask(self, request: Request) -> Response:
        """Show a page with a button; looking at it changes nothing, as scanners look too."""
        ticket = self._ticket("u", request)
        if ticket is None:
            return _unknown()
        words = await self._words(request, ticket)
        button = f'<form method="post"><button>{words.unsubscribe}</button></form>'
        return self._shell.page(words, words.unsubscribe, f"<p>{words.ask}</p>{button}{self._manage(words, ticket)}")

    async def unsubscribe(self, request: Request) -> Response:
        """Unsubscribe, by the page's button or by a mail program's one click (RFC 8058)."""
        ticket = self._ticket("u", request)
        if ticket is None:
            return _unknown()
        words = await self._words(request, ticket)
        if not await self._note(ticket, "unsubscribed"):
            return self._shell.said(words, words.unsubscribe, words.later, 503)
        return self._shell.said(words, words.unsubscribe, words.done, more=self._manage(words, ticket))

    async def _words(self, request: Request, ticket: Ticket) -> Words:
        locale = await run_in_threadpool(self._locale, ticket.profile_id)
        return self._shell.words(request, locale)

    def _manage(self, words: Words, ticket: Ticket) -> str:
        """Return a link to the preference centre."""
        return f'<p><a href="../p/{self._signer.sign("p", ticket)}">{words.manage}</a></p>'

    def _ticket(self, purpose: Purpose, request: Request) -> Ticket | None:
        return self._signer.read(purpose, request.path_params["token"])

    def _age_s(self, ticket: Ticket) -> float:
        return self._clock.now().timestamp() - ticket.sent_s

    def _is_hasty(self, request: Request, ticket: Ticket) -> bool:
        burst = self._clicks.is_burst(ticket, self._clock.now(), self._haste.burst_s)
        return burst or is_machine(request.headers) or self._age_s(ticket) < self._haste.click_s

    async def _note(self, ticket: Ticket, kind: FeedbackKind) -> bool:
        """Append a feedback item; return whether it is durable."""
        data = {"of": ticket.of, "message": ticket.message} | ({"link": ticket.link} if ticket.link else {})
        item = {
            "occurred_at": self._clock.now(), "kind": "feedback", "profile_id": ticket.profile_id, "name": kind,
            "data": compact_json(data),
        }  # fmt: skip
        return await appended(self._items, [item], lambda error: _lost(ticket, kind, error))


def _lost(ticket: Ticket, kind: str, error: BaseException) -> None:
    _log.error("feedback was lost", message=ticket.message, of=ticket.of, feedback=kind, reason=str(error))


def _unknown() -> Response:
    return PlainTextResponse("This link is not valid.\n", status_code=404, headers=PRIVATE)
