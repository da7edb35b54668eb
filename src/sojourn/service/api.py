"""The management API under `/api`, for server and admin keys and for the commands of this machine."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from sojourn.model.errors import DocumentError, SojournError
from sojourn.service.backtest_api import backtest_routes
from sojourn.service.campaign_api import campaign_routes
from sojourn.service.chunks import SIZE_LIMIT, from_bytes
from sojourn.service.keys import KeyFile
from sojourn.service.management import Command, Management
from sojourn.service.places import LOCAL
from sojourn.service.session_api import session_routes

ApiRole = Literal["server", "admin"]
Row = dict[str, Any]
STATUSES = {
    "BACKTEST-001": 422, "RUN-003": 404, "RUN-004": 503, "RUN-005": 504, "REPORT-001": 404, "REPORT-003": 404,
    "LOG-001": 507, "LOG-002": 503, "STORE-001": 507, "TEST-001": 404, "TEST-002": 429, "TEST-003": 422,
    "TEST-004": 422, "TEST-005": 404,
}  # fmt: skip
basic = HTTPBasic(auto_error=False, realm="Sojourn")
Given = Annotated[HTTPBasicCredentials | None, Depends(basic)]


class Publish(BaseModel):
    """What to publish; no ids mean all that can run."""

    ids: list[str] = []


class Speed(BaseModel):
    """Seconds of the engine's clock in one real second."""

    speed: float = Field(gt=0, le=10_000_000)


class Guard:
    """Knows who may call what.

    Parameters
    ----------
    keys : KeyFile
        The workspace's keys: user name of Basic authentication.
    token : str
        Of the commands of this machine, which may do everything.
    """

    def __init__(self, keys: KeyFile, token: str) -> None:
        self._keys = keys
        self._token = token

    def needs(self, role: ApiRole) -> Callable[[Given], None]:
        """Return a dependency that lets only callers of this role in (admin may all that server may)."""

        def check(given: Given) -> None:
            held = self._role(given)
            if held is None:
                raise HTTPException(
                    401, "the key is missing or not known; see `sojourn key`", {"WWW-Authenticate": "Basic"}
                )
            if held != "admin" and held != role:
                raise HTTPException(403, f"this needs a key with the role `{role}`; this one has `{held}`")

        return check

    def _role(self, given: HTTPBasicCredentials | None) -> str | None:
        if given is None:
            return None
        if given.username == LOCAL:
            return "admin" if hmac.compare_digest(given.password.encode(), self._token.encode()) else None
        return self._keys.role(given.username)


def make_api(management: Management, keys: KeyFile, token: str) -> FastAPI:
    """Return the management API."""
    app = FastAPI(title="Sojourn", docs_url="/api/docs", openapi_url="/api/openapi.json", redoc_url=None)
    guard = Guard(keys, token)
    server, admin = [Depends(guard.needs("server"))], [Depends(guard.needs("admin"))]
    app.add_exception_handler(SojournError, _problem)
    app.get("/healthz", tags=["operation"])(health)

    @app.get("/api/status", dependencies=server)
    def status() -> Row:
        """Live counts of every document, per node."""
        return management.status()

    @app.get("/api/documents", dependencies=server)
    def documents() -> list[Row]:
        """Every published version, oldest first."""
        return management.documents()

    @app.get("/api/documents/{id}/report", dependencies=server)
    def report(id: str) -> Row:
        """Return what a document did."""
        return management.report(id)

    @app.get("/api/documents/{id}/explain/{profile:path}", dependencies=server)
    def explain(id: str, profile: str) -> Row:
        """Return what happened to a profile in a document, and why."""
        return management.explain(profile, id)

    @app.post("/api/publish", dependencies=admin)
    def publish(wanted: Publish) -> list[Row]:
        """Publish documents of the workspace's folder, all or none."""
        return management.publish(wanted.ids)

    @app.post("/api/documents/{id}/{command}", dependencies=admin)
    def change(id: str, command: Command) -> Row:
        """Pause, resume, close or stop a document; confirm or retry a campaign's run."""
        return management.command(id, command)

    @app.get("/api/import/{fingerprint}", dependencies=admin)
    def import_progress(fingerprint: str, again: bool = False) -> Row:
        """How far the import of a file is."""
        return vars(management.import_progress(fingerprint, again=again))

    @app.post("/api/import", dependencies=admin)
    async def import_chunk(request: Request) -> Row:
        """Take a chunk of a file (`service.chunks`)."""
        body = await _bounded(request)
        try:
            chunk = from_bytes(body)
        except ValueError as error:
            raise HTTPException(400, str(error)) from error
        return vars(await run_in_threadpool(management.import_chunk, chunk))

    @app.get("/api/clock", dependencies=server)
    def clock() -> Row:
        """Return the engine's instant and speed."""
        return management.clock()

    @app.put("/api/clock", dependencies=admin)
    def set_clock(wanted: Speed) -> Row:
        """Let a virtual clock run at another speed."""
        return management.set_speed(wanted.speed)

    @app.get("/api/channels", dependencies=server)
    def channels() -> Row:
        """Return the channels in use, and what is wrong with them."""
        return dict(management.runtime.channel_status())

    app.include_router(backtest_routes(management, server))
    app.include_router(campaign_routes(management, server, admin))
    app.include_router(session_routes(management.sessions, server))
    return app


def health() -> dict[str, str]:
    """Answer that the process is up."""
    return {"status": "ok"}


async def _bounded(request: Request) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > SIZE_LIMIT:
            raise HTTPException(413, f"a chunk has {SIZE_LIMIT} bytes at most")
        parts.append(part)
    return b"".join(parts)


async def _problem(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, SojournError)
    body: Row = {"code": error.code, "message": error.message, "hint": error.hint, "retryable": error.retryable}
    if isinstance(error, DocumentError):
        body["errors"] = [
            {"code": p.code, "message": p.message, "path": p.path, "file": p.file, "line": p.line, "column": p.column,
             "severity": p.severity, "hint": p.hint}
            for p in error.errors
        ]  # fmt: skip
    return JSONResponse(body, STATUSES.get(error.code, 409))
