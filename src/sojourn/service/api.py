"""The management API under `/api`; what a route needs is a permission (`access.guard`)."""

from __future__ import annotations

from typing import Any

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from sojourn.model.errors import DocumentError, SojournError
from sojourn.service.access.caller import Caller
from sojourn.service.access.errors import AccessError
from sojourn.service.access.guard import Guard
from sojourn.service.backtest_api import backtest_routes
from sojourn.service.campaign_api import campaign_routes
from sojourn.service.chunks import SIZE_LIMIT, from_bytes
from sojourn.service.keys import KeyFile
from sojourn.service.management import Command, Management
from sojourn.service.session_api import session_routes
from sojourn.service.studio.routes import studio_routes

Row = dict[str, Any]
STATUSES = {
    "BACKTEST-001": 422, "RUN-003": 404, "RUN-004": 503, "RUN-005": 504, "REPORT-001": 404, "REPORT-003": 404,
    "LOG-001": 507, "LOG-002": 503, "STORE-001": 507, "TEST-001": 404, "TEST-002": 429, "TEST-003": 422,
    "TEST-004": 422, "TEST-005": 404, "DRAFT-001": 404, "DRAFT-004": 422, "DRAFT-005": 422, "DRAFT-006": 507,
    "DRAFT-007": 404,
}  # fmt: skip


class Publish(BaseModel):
    """What to publish; no ids mean all that can run."""

    ids: list[str] = []


class Speed(BaseModel):
    """Seconds of the engine's clock in one real second."""

    speed: float = Field(gt=0, le=10_000_000)


def make_api(management: Management, keys: KeyFile, token: str) -> FastAPI:
    """Return the management API."""
    app = FastAPI(title="Sojourn", docs_url="/api/docs", openapi_url="/api/openapi.json", redoc_url=None)
    guard = Guard(keys, token)
    reads, configures = [Depends(guard.needs("read"))], [Depends(guard.needs("configure"))]
    publisher, importer = Depends(guard.needs("publish")), Depends(guard.needs("configure"))
    app.add_exception_handler(SojournError, _problem)
    app.get("/healthz", tags=["operation"])(health)

    @app.get("/api/status", dependencies=reads)
    def status() -> Row:
        """Live counts of every document, per node."""
        return management.status()

    @app.get("/api/documents", dependencies=reads)
    def documents() -> list[Row]:
        """Every published version, oldest first."""
        return management.documents()

    @app.get("/api/documents/{id}/report", dependencies=reads)
    def report(id: str) -> Row:
        """Return what a document did."""
        return management.report(id)

    @app.get("/api/documents/{id}/explain/{profile:path}", dependencies=[Depends(guard.needs("read", "profiles"))])
    def explain(id: str, profile: str) -> Row:
        """Return what happened to a profile in a document, and why."""
        return management.explain(profile, id)

    @app.post("/api/publish")
    def publish(wanted: Publish, caller: Caller = publisher) -> list[Row]:
        """Publish documents of the workspace's folder, all or none."""
        return management.publish(wanted.ids, caller)

    @app.post("/api/documents/{id}/{command}")
    def change(id: str, command: Command, caller: Caller = publisher) -> Row:
        """Pause, resume, close or stop a document; confirm or retry a campaign's run."""
        return management.command(id, command, caller)

    @app.get("/api/import/{fingerprint}", dependencies=configures)
    def import_progress(fingerprint: str) -> Row:
        """How far the import of a file is."""
        return vars(management.import_progress(fingerprint))

    @app.delete("/api/import/{fingerprint}", dependencies=configures)
    def import_again(fingerprint: str) -> Row:
        """Let a file be imported from its beginning again."""
        return vars(management.import_progress(fingerprint, again=True))

    @app.post("/api/import")
    async def import_chunk(request: Request, caller: Caller = importer) -> Row:
        """Take a chunk of a file (`service.chunks`)."""
        body = await _bounded(request)
        try:
            chunk = from_bytes(body)
        except ValueError as error:
            raise HTTPException(400, str(error)) from error
        return vars(await run_in_threadpool(management.import_chunk, chunk, caller))

    @app.get("/api/clock", dependencies=reads)
    def clock() -> Row:
        """Return the engine's instant and speed."""
        return management.clock()

    @app.put("/api/clock", dependencies=configures)
    def set_clock(wanted: Speed) -> Row:
        """Let a virtual clock run at another speed."""
        return management.set_speed(wanted.speed)

    @app.get("/api/channels", dependencies=reads)
    def channels() -> Row:
        """Return the channels in use, and what is wrong with them."""
        return dict(management.runtime.channel_status())

    app.include_router(backtest_routes(management, guard))
    app.include_router(campaign_routes(management, guard))
    app.include_router(session_routes(management.sessions, guard))
    app.include_router(studio_routes(management, guard))
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
    if isinstance(error, AccessError):
        return JSONResponse(body, error.status, error.headers)
    return JSONResponse(body, STATUSES.get(error.code, 409))
