"""Ingestion over HTTP: calls of the Segment specification, answered when they are durable."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any, Protocol

import msgspec
import structlog

from sojourn.ingest.body import ENDPOINTS, SHORT, Check, Role, Unreadable, read_body, to_items
from sojourn.ingest.call import micros
from sojourn.ingest.gathering import Gathering
from sojourn.ingest.reject import RejectSink
from sojourn.ingest.seen import Seen
from sojourn.log.port import Clock, Log
from sojourn.model.errors import SojournError
from sojourn.service import browser_settings
from sojourn.service.cross_origin import Headers, allowed_origin, preflight
from sojourn.service.keys import Key
from sojourn.service.request_body import BodyLimits, Problem, read_text

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

logger = structlog.get_logger(__name__)

SUCCESS = b'{"success":true}'
JSON_TYPE = (b"content-type", b"application/json")
NO_SPACE = ("LOG-001", "STORE-001")


class Keys(Protocol):
    """Knows the write keys."""

    def charge(self, key: str) -> tuple[Key | None, float]:
        """Count a request; return its key, None when there is no such key, and for how many seconds it has to wait."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """What one server takes at a time.

    Attributes
    ----------
    body : BodyLimits
        Of one request.
    waiting_bytes : int
        Of all requests that wait for the log; more are answered 429.
    """

    body: BodyLimits = field(default_factory=BodyLimits)
    waiting_bytes: int = 64 * 1024 * 1024


class Ingestion:
    """An ASGI application, mounted under `/v1`.

    Parameters
    ----------
    log : Log
        Takes the items.
    keys : Keys
        Knows the write keys.
    rejects : RejectSink
        Takes the calls that cannot be items.
    clock : Clock
        Tells when a request arrived.
    limits : Limits
        What is taken at a time.
    seen : Seen, optional
        Knows what the log has; read from the log's tail when it is not given.
    door : callable, optional
        Gives what refuses calls that the documents do not declare; None where nothing is refused.
    mount : str
        What stands before `/v1` in the addresses of this workspace.
    """

    def __init__(
        self,
        log: Log,
        keys: Keys,
        rejects: RejectSink,
        clock: Clock,
        limits: Limits | None = None,
        seen: Seen | None = None,
        door: Callable[[], Check | None] = lambda: None,
        mount: str = "",
    ) -> None:
        self._keys = keys
        self._rejects = rejects
        self._clock = clock
        self._limits = limits or Limits()
        self._door = door
        self._mount = mount
        self.gathering = Gathering(log, seen or Seen.of(log), clock)
        self._waiting_bytes = 0

    @property
    def waiting_bytes(self) -> int:
        """Return how many bytes of requests wait for the log."""
        return self._waiting_bytes

    @property
    def is_full(self) -> bool:
        """Whether so much waits that a batch of the largest size would be answered 429."""
        return self._waiting_bytes + self._limits.body.size > self._limits.waiting_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        headers = dict(scope["headers"])
        origin = allowed_origin(headers)
        if scope["method"] == "OPTIONS":
            await answer(send, 204, b"", origin + preflight(headers))
            return
        body = SUCCESS
        try:
            if browser_settings.is_asked(scope["path"]):
                body = self._settings(scope, headers)
            else:
                await self._take(scope, headers, receive)
        except Problem as problem:
            await answer_problem(send, problem, origin)
        except SojournError as error:  # the log or the store of rejects; nothing was acknowledged
            status = 507 if error.code in NO_SPACE else 503
            await answer_problem(send, Problem(status, error.code, str(error)), origin)
        except Exception:
            logger.exception("ingestion failed", path=scope["path"])
            await answer_problem(
                send, Problem(500, "internal", "something is wrong in the server; see its log"), origin
            )
        else:
            await answer(send, 200, body, [JSON_TYPE, *origin])

    def _settings(self, scope: Scope, headers: dict[bytes, bytes]) -> bytes:
        """Return what a browser client asks for before it sends."""
        path = str(scope["path"])
        if scope["method"] not in ("GET", "HEAD"):
            raise Problem(405, "method_not_allowed", f"{path} takes GET")
        key = basic_user(headers) or browser_settings.key_of(path, scope.get("query_string", b""))
        self._role(key)
        return browser_settings.document(path, str(key), scope.get("scheme", "http"), headers, self._mount)

    async def _take(self, scope: Scope, headers: dict[bytes, bytes], receive: Receive) -> None:
        endpoint = endpoint_of(scope)
        key = basic_user(headers)
        role = None if key is None else self._role(key)
        self._check_room(content_length(headers, self._limits.body.size))
        weight = 0

        async def weighed() -> MutableMapping[str, Any]:
            """Count what has come, not what was announced: who announces much and sends nothing takes no room."""
            nonlocal weight
            message = await receive()
            size = len(message.get("body", b""))
            self._check_room(size)
            weight += size
            self._waiting_bytes += size
            return message

        try:
            text = await read_text(weighed, headers, self._limits.body)
            self._waiting_bytes += len(text) - weight  # what was sent as gzip is larger now
            weight = len(text)
            await self._take_body(text, endpoint, role)
        finally:
            self._waiting_bytes -= weight

    def _check_room(self, size: int) -> None:
        if self._waiting_bytes + size > self._limits.waiting_bytes:
            raise Problem(429, "busy", "too much waits to be written; send it again later")

    async def _take_body(self, text: str, endpoint: str, role: Role | None) -> None:
        try:
            body = read_body(text, endpoint)
        except Unreadable as error:
            raise Problem(400, "unreadable", str(error)) from error
        role = role or self._role(body.write_key)
        intake = to_items(body, role, micros(self._clock.now()), self._door())
        if intake.rejects:
            await self._rejects.put(intake.rejects)
        await self.gathering.put(intake.columns)

    def _role(self, key: str | None) -> Role:
        found, wait_s = self._keys.charge(key) if key else (None, 0.0)
        if wait_s > 0:
            raise Problem(
                429, "rate_limited", "the key has made as many requests as it may; send it again later", wait_s
            )
        if found is None:
            raise Problem(401, "unauthorized", "the write key is missing or not known; see `sojourn key`")
        if not found.sends:
            raise Problem(403, "forbidden", f"a key of the role `{found.role}` sends nothing; see `sojourn key`")
        return "ingest" if found.role == "ingest" else "server"


def endpoint_of(scope: Scope) -> str:
    """Return the last part of the path as the name of an endpoint."""
    name = str(scope["path"]).rsplit("/", 1)[-1]
    name = SHORT.get(name, name)
    if name not in ENDPOINTS:
        raise Problem(404, "not_found", f"there is no {scope['path']}; calls go to /v1/batch, /v1/track, /v1/identify")
    if scope["method"] != "POST":
        raise Problem(405, "method_not_allowed", f"{scope['path']} takes POST")
    return name


def basic_user(headers: dict[bytes, bytes]) -> str | None:
    """Return the user of Basic authentication, None when there is none."""
    scheme, _, value = headers.get(b"authorization", b"").partition(b" ")
    if scheme.lower() != b"basic":
        return None
    try:
        user = base64.b64decode(value.strip(), validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Problem(401, "unauthorized", "the Authorization header is not Basic authentication") from error
    return user or None


def content_length(headers: dict[bytes, bytes], default: int) -> int:
    """Return the announced length of the body; `default` when it is not announced."""
    value = headers.get(b"content-length", b"")
    return int(value) if value.isdigit() else default


async def answer_problem(send: Send, problem: Problem, headers: Headers) -> None:
    """Answer with a status and what is wrong; a temporary problem names when to come back."""
    body = msgspec.json.encode({"success": False, "code": problem.code, "message": problem.message})
    again = str(max(ceil(problem.wait_s), 1)).encode()
    retry = [(b"retry-after", again)] if problem.status in (429, 503, 507) else []
    await answer(send, problem.status, body, [JSON_TYPE, *headers, *retry])


async def answer(send: Send, status: int, body: bytes, headers: Headers) -> None:
    """Send one answer."""
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length] if body else headers})
    await send({"type": "http.response.body", "body": body})
