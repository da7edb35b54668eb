"""What pages with the browser SDK fetch and report, besides the calls of the Segment specification."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from math import ceil
from typing import Any, Final, TypeVar
from weakref import WeakValueDictionary

import msgspec
import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sojourn.channels.push.keys import public_text, workspace_key
from sojourn.ingest.call import micros
from sojourn.ingest.columns import Columns
from sojourn.ingest.gathering import Gathering
from sojourn.messages.tokens import Signer, Ticket
from sojourn.model.errors import SojournError
from sojourn.model.instants import format_instant
from sojourn.model.items import compact_json
from sojourn.service.patient_append import PATIENCE_S, appended
from sojourn.service.runtime import Runtime
from sojourn.service.sdk.calls import Call, Located, Reported, Reports
from sojourn.service.sdk.visitors import NotYours, Visitors
from sojourn.store.inbox import Inbox

MOST_BYTES: Final = 65_536
PRIVATE: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
REPEATED: Final = ("clicked",)
"""Reactions of which each counts; others count once a message."""
Body = TypeVar("Body")
Answer = Callable[[Request], Awaitable[Response]]
_log = structlog.get_logger(__name__)


class Refused(Exception):
    """A call that is not answered; `code` and the text say why."""

    def __init__(self, status: int, code: str, message: str, wait_s: float = 5.0) -> None:
        super().__init__(message)
        self.status, self.code = status, code
        self.headers = {"Retry-After": str(max(ceil(wait_s), 1))} if status in (429, 503) else {}


class Sdk:
    """Answers pages.

    Parameters
    ----------
    runtime : Runtime
        The workspace.
    signer : Signer
        Has signed the tickets of messages.
    gathering : Gathering
        Puts on the log what has a `messageId`, once.

    Notes
    -----
    Every call has a write key in its body, so that a page can send it as a beacon, without asking the browser first. No
    cookie is used, and every origin may call: who may read what is decided by `Visitors`.
    """

    def __init__(self, runtime: Runtime, signer: Signer, gathering: Gathering) -> None:
        self._runtime = runtime
        self._signer = signer
        self._gathering = gathering
        self._inbox = Inbox(runtime.places.data)
        self._visitors = Visitors(runtime.secret, runtime.cursor)
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def routes(self) -> list[Route]:
        """Return the routes to mount at the root."""
        answers: dict[str, Answer] = {
            "messages": self.messages, "reports": self.reports, "session": self.session, "location": self.location,
            "config": self.config,
        }  # fmt: skip
        return [
            Route(f"/sdk/v1/{name}", _guarded(answer), methods=["POST", "OPTIONS"]) for name, answer in answers.items()
        ]

    async def messages(self, request: Request) -> Response:
        """Return the messages that the visitor may be shown."""
        call = await self._read(request, Call)
        try:
            ids = await asyncio.to_thread(
                self._visitors.inboxes, call.anonymous_id, call.user_id, call.signature
            )  # fmt: skip
        except NotYours as error:
            raise Refused(403, "SDK-003", str(error)) from error
        rows = await asyncio.to_thread(self._inbox.open, ids, self._now_s())
        told: dict[str, list[dict[str, Any]]] = {"in_app": [], "content_card": []}
        for row in rows:
            told[row["kind"]].append(_shown(row))
        return JSONResponse({"inApp": told["in_app"], "cards": told["content_card"], "now": self._now_s()})

    async def reports(self, request: Request) -> Response:
        """Put on the log what became of messages on the page."""
        reports = await self._read(request, Reports)
        tickets = [self._signer.read("m", event.token) for event in reports.events]
        made_here = [(event, ticket) for event, ticket in zip(reports.events, tickets, strict=True) if ticket]
        if reports.events and not made_here:
            raise Refused(404, "SDK-004", "a token was not made here")
        for event, ticket in made_here:
            turn = self._turns.setdefault(ticket.message, asyncio.Lock())
            async with turn:  # a page that reports twice at once has seen it once
                await self._take(event, ticket)
        return JSONResponse({"success": True, "unknown": len(tickets) - len(made_here)})

    async def session(self, request: Request) -> Response:
        """Put the start of a session on the log."""
        await self._note(await self._read(request, Call), "session", None)
        return JSONResponse({"success": True})

    async def location(self, request: Request) -> Response:
        """Put where the visitor is on the log."""
        call = await self._read(request, Located)
        await self._note(call, "location", {"lat": call.lat, "lon": call.lon})
        return JSONResponse({"success": True})

    async def config(self, request: Request) -> Response:
        """Return the public key that browsers subscribe to push messages with."""
        await self._read(request, Call)
        key = await asyncio.to_thread(workspace_key, self._runtime.places.data)
        return JSONResponse({"vapid": public_text(key)})

    async def _take(self, event: Reported, ticket: Ticket) -> None:
        known = await asyncio.to_thread(self._inbox.reactions, ticket.message)
        if known is None or (event.kind in known and event.kind not in REPEATED):
            return
        data = {"of": ticket.of, "message": ticket.message} | ({"link": event.link} if event.link else {})
        await self._append({"kind": "feedback", "profile_id": ticket.profile_id, "name": event.kind}, data)
        await asyncio.to_thread(self._inbox.react, ticket.message, event.kind, self._now_s())

    async def _note(self, call: Call, kind: str, data: dict[str, Any] | None) -> None:
        if call.profile is None:
            raise Refused(400, "SDK-002", "a call has `anonymousId` or `userId`")
        columns, now_us = Columns(), micros(self._runtime.clock.now())
        told = None if data is None else compact_json(data)
        columns.put(kind, call.profile, None, told, None, call.message_id or None, now_us)
        waiting = asyncio.ensure_future(self._gathering.put(columns))
        waiting.add_done_callback(_heard)
        try:
            async with asyncio.timeout(PATIENCE_S):
                await asyncio.shield(waiting)
        except TimeoutError as error:
            raise Refused(503, "SDK-005", "the log is busy; send it again") from error

    async def _append(self, item: dict[str, Any], data: dict[str, Any] | None) -> None:
        told = {"occurred_at": self._runtime.clock.now(), **item} | (
            {} if data is None else {"data": compact_json(data)}
        )

        def lost(error: BaseException) -> None:
            _log.error("what a page told was lost", kind=item["kind"], reason=str(error))

        if not await appended(self._runtime.log, [told], lost):
            raise Refused(503, "SDK-005", "the log is busy; send it again")

    async def _read(self, request: Request, kind: type[Body]) -> Body:
        """Read a body and check its key."""
        try:
            body = msgspec.json.decode(await _bounded(request), type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise Refused(400, "SDK-002", str(error)[:200]) from error
        key: str = body.write_key  # type: ignore[attr-defined]
        found, wait_s = self._runtime.keys.charge(key)
        if found is None:
            raise Refused(401, "SDK-001", "the write key is not known; see `sojourn key`")
        if not found.sends:
            raise Refused(403, "SDK-007", f"a key of the role `{found.role}` sends nothing; see `sojourn key`")
        if wait_s > 0:
            raise Refused(429, "SDK-006", "the key has made as many requests as it may; send it again later", wait_s)
        return body

    def _now_s(self) -> int:
        return int(self._runtime.clock.now().timestamp())


def _heard(waiting: asyncio.Future[None]) -> None:
    """Log why what a page told never came onto the log; who still waits is told, too."""
    error = None if waiting.cancelled() else waiting.exception()
    if error is not None:
        _log.error("what a page told was lost", reason=str(error))


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    instants = {"sentAt": row["sent_s"], "expiresAt": row["expires_s"]}
    return {
        **row["body"], "id": str(row["no"]), "token": row["token"], "viewed": row["viewed_s"] is not None,
        "clicked": row["clicked_s"] is not None,
        **{name: format_instant(datetime.fromtimestamp(value, UTC)) for name, value in instants.items()},
    }  # fmt: skip


def _guarded(answer: Answer) -> Answer:
    """Let every origin call, and answer what is wrong in one form."""

    async def guarded(request: Request) -> Response:
        headers = PRIVATE | {"Access-Control-Allow-Origin": "*"}
        if request.method == "OPTIONS":
            allowed = {"Access-Control-Allow-Methods": "POST", "Access-Control-Allow-Headers": "content-type"}
            return Response(status_code=204, headers=headers | allowed | {"Access-Control-Max-Age": "86400"})
        try:
            response = await answer(request)
        except Refused as error:
            body = {"code": error.code, "message": str(error)}
            response = JSONResponse(body, error.status, error.headers)
        except SojournError as error:
            response = JSONResponse({"code": error.code, "message": error.message}, 503, {"Retry-After": "5"})
        except ClientDisconnect:
            return Response(status_code=400)
        response.headers.update(headers)
        return response

    return guarded


async def _bounded(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise Refused(413, "SDK-002", f"a call has {MOST_BYTES} bytes at most")
    return body
