"""What mails lead back to: the open pixel, counted links, unsubscribing."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from importlib import resources
from typing import Any

import polars as pl
import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from sojourn.log.port import Clock, Log
from sojourn.messages.tokens import Purpose, Signer, Ticket
from sojourn.model.errors import SojournError
from sojourn.model.items import compact_json
from sojourn.model.reasons import FeedbackKind
from sojourn.service.readers import Haste, is_machine

GIF = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
PATIENCE_S = 2.0
"""How long a reader waits for the log; after that he gets his answer, and the log what is left of it."""
_PRIVATE = {
    "Cache-Control": "no-store, private, max-age=0",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}
_PAGE = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"}
_RECENT = 20_000
_log = structlog.get_logger(__name__)

Words = dict[str, str]
_ENGLISH: Words = {
    "lang": "en", "title": "Unsubscribe", "ask": "Do you want to stop receiving these messages?",
    "button": "Unsubscribe", "done": "You have been unsubscribed.",
    "later": "That did not work just now. Please try again in a minute.",
}  # fmt: skip
_KOREAN: Words = {
    "lang": "ko", "title": "수신 거부", "ask": "이 메시지를 더 이상 받지 않으시겠습니까?",
    "button": "수신 거부", "done": "수신 거부가 완료되었습니다.",
    "later": "지금은 처리할 수 없습니다. 잠시 후 다시 시도해 주세요.",
}  # fmt: skip


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

    Notes
    -----
    A HEAD request counts as nothing. A machine's click is a ``machine_opened`` with the link. A redirect and a pixel
    are answered even when the log is full or slow; what was lost is told to the process's own log.
    """

    def __init__(self, signer: Signer, log: Log, clock: Clock, haste: Haste | None = None) -> None:
        self._signer = signer
        self._items = log
        self._clock = clock
        self._haste = haste or Haste()
        self._clicks = Clicks()
        self._page = resources.files(__package__).joinpath("unsubscribe.html").read_text(encoding="utf-8")

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
        return Response(GIF, media_type="image/gif", headers=_PRIVATE)

    async def click(self, request: Request) -> Response:
        """Count a click; answer with the redirect that the token holds."""
        ticket = self._ticket("c", request)
        if ticket is None or not ticket.url:
            return _unknown()
        if request.method == "GET":
            await self._note(ticket, "machine_opened" if self._is_hasty(request, ticket) else "clicked")
        return RedirectResponse(ticket.url, status_code=302, headers=_PRIVATE)

    async def ask(self, request: Request) -> Response:
        """Show a page with a button; looking at it changes nothing, as scanners look too."""
        if self._ticket("u", request) is None:
            return _unknown()
        words = _words(request)
        return self._html(words, f"<p>{words['ask']}</p><form method=post><button>{words['button']}</button></form>")

    async def unsubscribe(self, request: Request) -> Response:
        """Unsubscribe, by the page's button or by a mail program's one click (RFC 8058)."""
        ticket = self._ticket("u", request)
        if ticket is None:
            return _unknown()
        words = _words(request)
        if not await self._note(ticket, "unsubscribed"):
            return self._html(words, f"<p>{words['later']}</p>", status=503)
        return self._html(words, f"<p>{words['done']}</p>")

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
        fields = {"occurred_at": self._clock.now(), "kind": "feedback", "profile_id": ticket.profile_id}
        frame = _frame(fields | {"name": kind, "data": compact_json(data)})
        try:
            appended = self._items.append_async(frame)
            await asyncio.wait_for(asyncio.shield(appended), PATIENCE_S)
        except TimeoutError:
            appended.add_done_callback(_late(ticket, kind))
            return False
        except (SojournError, OSError) as error:
            _lost(ticket, kind, error)
            return False
        return True

    def _html(self, words: Words, body: str, status: int = 200) -> Response:
        page = self._page.replace("{lang}", words["lang"]).replace("{title}", words["title"]).replace("{body}", body)
        return HTMLResponse(page, status_code=status, headers=_PRIVATE | _PAGE)


def _frame(fields: dict[str, Any]) -> pl.DataFrame:
    schema = {name: pl.Datetime("us", "UTC") if name == "occurred_at" else pl.String() for name in fields}
    return pl.DataFrame([fields], schema=schema)


def _late(ticket: Ticket, kind: str) -> Callable[[asyncio.Future[int]], None]:
    def finished(appended: asyncio.Future[int]) -> None:
        error = None if appended.cancelled() else appended.exception()
        if error is not None:
            _lost(ticket, kind, error)

    return finished


def _lost(ticket: Ticket, kind: str, error: BaseException) -> None:
    _log.error("feedback was lost", message=ticket.message, of=ticket.of, feedback=kind, reason=str(error))


def _unknown() -> Response:
    return PlainTextResponse("This link is not valid.\n", status_code=404, headers=_PRIVATE)


def _words(request: Request) -> Words:
    first = request.headers.get("accept-language", "").split(",")[0].strip().lower()
    return _KOREAN if first.split("-")[0].split(";")[0] == "ko" else _ENGLISH
