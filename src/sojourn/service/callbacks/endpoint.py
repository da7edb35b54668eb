"""The public addresses of callbacks: what a channel's provider has signed goes on the log."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import polars as pl
import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sojourn.channels.callbacks import Callback, Forged, Inbound, ReadsCallbacks, Status, Unreadable
from sojourn.channels.registry import providers
from sojourn.log.port import Clock, Log
from sojourn.messages.tokens import Signer, Ticket
from sojourn.model.documents import Channel
from sojourn.model.errors import SojournError
from sojourn.model.items import ITEM_SCHEMA, compact_json
from sojourn.model.secrets import Vault
from sojourn.service.callbacks.senders import profiles_of
from sojourn.service.callbacks.told import Told

MOST_BYTES: Final = 65_536
"""Bytes of a callback; no provider needs as many."""
_COLUMNS: Final = ("occurred_at", "kind", "profile_id", "name", "data", "message_id")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Said:
    """A callback that was believed."""

    channel: Channel
    ticket: Ticket | None
    what: Status | Inbound | None


class Callbacks:
    """Answers callbacks of providers, after what they say is durable.

    Parameters
    ----------
    base_url : str
        Where providers reach this server: part of what they sign.
    signer : Signer
        Has signed the addresses that messages were sent with.
    log : Log
        Gets items ``feedback`` and ``inbound``.
    clock : Clock
        The engine's.
    channel : callable
        Returns the channel document by id, or None.
    cursor : callable
        Returns a connection of its own to the store, from any thread.
    vault : Vault, optional
        Reveals the secrets that providers sign with.

    Notes
    -----
    204: taken, or known already. 403: not signed by the provider. 404: no such channel, or an address that was not made
    here. 503: the log refuses; the provider tells it again.
    """

    def __init__(
        self, base_url: str, signer: Signer, log: Log, clock: Clock, channel: Callable[[str], Channel | None],
        cursor: Callable[[], duckdb.DuckDBPyConnection], vault: Vault | None = None,
    ) -> None:  # fmt: skip
        self._base_url = base_url.rstrip("/")
        self._signer = signer
        self._items = log
        self._clock = clock
        self._channel = channel
        self._cursor = cursor
        self._vault = vault or Vault()
        self._told = Told(log, cursor)

    def routes(self) -> list[Route]:
        """Return the routes to mount at the root."""
        return [
            Route("/callbacks/{channel}", self.take, methods=["POST"]),
            Route("/callbacks/{channel}/{token}", self.take, methods=["POST"]),
        ]

    async def take(self, request: Request) -> Response:
        """Take a callback."""
        try:
            said = self._read(request, await _bounded(request))
            if said is None:
                return PlainTextResponse("This address is not valid.\n", 404)
            await self._note(said)
        except (Forged, Unreadable) as error:
            _log.warning("callback refused", channel=request.path_params["channel"], reason=str(error))
            return PlainTextResponse(f"{error}\n", 403 if isinstance(error, Forged) else 400)
        except (SojournError, OSError) as error:
            _log.error("callback cannot be taken", channel=request.path_params["channel"], reason=str(error))
            return PlainTextResponse("Try again later.\n", 503, {"Retry-After": "10"})
        except ClientDisconnect:
            return Response(status_code=400)
        return Response(status_code=204)

    def _read(self, request: Request, body: bytes) -> _Said | None:
        channel = self._channel(request.path_params["channel"])
        readers = [] if channel is None else _readers(channel)
        if channel is None or not readers:
            return None
        token, ticket = request.path_params.get("token"), None
        if token is not None:
            ticket = self._signer.read("s", token)
            if ticket is None or ticket.channel != channel.type:
                return None
        url = self._base_url + request.scope["raw_path"].decode("latin-1")
        url += f"?{request.url.query}" if request.url.query else ""
        headers = {name.lower(): text for name, text in request.headers.items()}
        return _Said(channel, ticket, _believed(readers, Callback(url, headers, body, self._vault)))

    async def _note(self, said: _Said) -> None:
        match said.what:
            case Status() as status if said.ticket is not None:
                await self._note_status(said.ticket, status)
            case Inbound() as inbound if said.ticket is None:
                await self._note_inbound(said.channel, inbound)
            case None:
                return
            case _:
                raise Unreadable("this address takes something else")

    async def _note_status(self, ticket: Ticket, status: Status) -> None:
        if await asyncio.to_thread(self._told.is_known, ticket.message, status.kind):
            return
        detail = {name: value for name, value in status.detail.items() if value is not None}
        data = {"of": ticket.of, "message": ticket.message, **detail}
        await self._append(f"{ticket.message}:{status.kind}", [
            {"kind": "feedback", "profile_id": ticket.profile_id, "name": status.kind, "data": compact_json(data)}
        ])  # fmt: skip

    async def _note_inbound(self, channel: Channel, inbound: Inbound) -> None:
        """Note a text for everybody who has the number: a STOP is meant for the number, not for one profile."""
        profiles = await asyncio.to_thread(profiles_of, self._cursor, channel.type, inbound.sender)
        if not profiles:
            _log.warning("a text from nobody known", channel=channel.id)
            return
        data = compact_json({"text": unicodedata.normalize("NFC", inbound.text)})
        key = f"{channel.id}:{inbound.id}"
        await self._append(key, [
            {"kind": "inbound", "profile_id": id, "name": channel.type, "data": data, "message_id": key}
            for id in profiles
        ])  # fmt: skip

    async def _append(self, key: str, rows: list[dict[str, Any]]) -> None:
        if not await asyncio.to_thread(self._told.claim, key):
            return
        now = self._clock.now()
        schema = {name: ITEM_SCHEMA[name] for name in _COLUMNS}
        frame = pl.DataFrame([{"occurred_at": now, "message_id": None, **row} for row in rows], schema=schema)
        try:
            await self._items.append_async(frame)
        except BaseException:
            self._told.release(key)
            raise


async def _bounded(request: Request) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise Unreadable(f"it has more than {MOST_BYTES:,} bytes")
        parts.append(part)
    return b"".join(parts)


def _readers(channel: Channel) -> list[tuple[type[ReadsCallbacks], Any]]:
    """Return the providers of a channel that call back, with their settings."""
    found: list[tuple[type[ReadsCallbacks], Any]] = []
    for way in channel.ways:
        kind: Any = providers(channel.type).get(way.provider)
        if kind is not None and issubclass(kind, ReadsCallbacks):
            found.append((kind, kind.settings_model.model_validate(dict(way.settings))))
    return found


def _believed(readers: Sequence[tuple[type[ReadsCallbacks], Any]], callback: Callback) -> Status | Inbound | None:
    """Return what the first provider says who has signed it."""
    for kind, settings in readers[:-1]:
        with suppress(Forged):
            return kind.read_callback(settings, callback)
    kind, settings = readers[-1]
    return kind.read_callback(settings, callback)
