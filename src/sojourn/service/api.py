"""The management API under `/api`; what a route needs is a permission (`access.guard`)."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from fastapi import Depends, FastAPI, HTTPException, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from sojourn.model.sealing import Sealer
from sojourn.reports.speaking import spoken
from sojourn.service.access.access import Access
from sojourn.service.access.account_api import account_routes
from sojourn.service.access.audit_api import audit_routes
from sojourn.service.access.caller import Caller
from sojourn.service.access.keys_api import keys_routes
from sojourn.service.access.oidc.routes import oidc_routes
from sojourn.service.access.users_api import users_routes
from sojourn.service.answers.explanation import PathState
from sojourn.service.answers.report import Report
from sojourn.service.answers.status import (
    EngineClock,
    ImportProgress,
    Lifecycled,
    PublishedVersion,
    Status,
)
from sojourn.service.approval_api import approval_routes
from sojourn.service.backtest_api import backtest_routes
from sojourn.service.backup.api import backup_routes
from sojourn.service.bounces import bounce_routes
from sojourn.service.browsers_api import browser_routes
from sojourn.service.campaign_api import campaign_routes
from sojourn.service.channels_api import channel_routes
from sojourn.service.chunks import SIZE_LIMIT, from_bytes
from sojourn.service.documented import document_refusals, takes
from sojourn.service.health import Health, health_routes
from sojourn.service.housekeeping import housekeeping_routes
from sojourn.service.language import Language
from sojourn.service.letters_api import letter_routes
from sojourn.service.management import Command, Management
from sojourn.service.mapping_api import mapping_routes
from sojourn.service.metrics.page import metrics_routes
from sojourn.service.printed import printed_routes
from sojourn.service.refusals import Refusal, answer_errors
from sojourn.service.registry.api import registry_routes
from sojourn.service.rights.api import rights_routes
from sojourn.service.secrets_api import secret_routes
from sojourn.service.session_api import session_routes
from sojourn.service.studio.routes import studio_routes
from sojourn.service.uploads.api import upload_routes
from sojourn.service.workspace_facts import WorkspaceFacts
from sojourn.service.written import written_routes

Row = dict[str, Any]


class Speed(BaseModel):
    """Seconds of the engine's clock in one real second."""

    speed: float = Field(gt=0, le=10_000_000)


def make_api(management: Management, access: Access, health: Health) -> FastAPI:
    """Return the management API.

    It has no page of its own that shows the OpenAPI document: the usual ones run scripts of third parties, which could
    do all that whoever is signed in may do.
    """
    app = FastAPI(
        title="Sojourn", version=version("sojourn"), docs_url=None, redoc_url=None, openapi_url="/api/openapi.json",
    )  # fmt: skip
    guard = access.guard
    reads, configures = [Depends(guard.needs("read"))], [Depends(guard.needs("configure"))]
    publisher, importer = Depends(guard.needs("publish")), Depends(guard.needs("configure"))
    answer_errors(app)
    app.include_router(health_routes(health))
    app.include_router(metrics_routes(management.runtime, guard))

    @app.get("/api/status", response_model=Status, dependencies=reads)
    def status() -> Row:
        """Live counts of every document, per node."""
        return management.status()

    @app.get("/api/documents", response_model=list[PublishedVersion], dependencies=reads)
    def documents() -> list[Row]:
        """Every published version, oldest first."""
        return management.documents()

    @app.get("/api/documents/{id}/report", response_model=Report, dependencies=reads)
    def report(id: str) -> Row:
        """Return what a document did."""
        return management.report(id)

    @app.get(
        "/api/documents/{id}/explain/{profile:path}", response_model=PathState,
        dependencies=[Depends(guard.needs("read", "profiles"))],
    )  # fmt: skip
    def explain(id: str, profile: str, language: Language) -> Row:
        """Return what happened to a profile in a document, and why."""
        told: Row = spoken(management.explain(profile, id), language)
        return told

    @app.post("/api/documents/{id}/{command}", response_model=Lifecycled)
    def change(id: str, command: Command, older: bool = False, caller: Caller = publisher) -> Row:
        """Pause, resume, close or stop a document, or its `older` versions alone; confirm or retry a campaign's run."""
        return management.command(id, command, caller, older=older)

    @app.get("/api/import/{fingerprint}", response_model=ImportProgress, dependencies=configures)
    def import_progress(fingerprint: str) -> Row:
        """How far the import of a file is."""
        return vars(management.import_progress(fingerprint))

    @app.delete("/api/import/{fingerprint}", response_model=ImportProgress, dependencies=configures)
    def import_again(fingerprint: str) -> Row:
        """Let a file be imported from its beginning again."""
        return vars(management.import_progress(fingerprint, again=True))

    @app.post("/api/import", response_model=ImportProgress, openapi_extra=takes("application/octet-stream"))
    async def import_chunk(request: Request, caller: Caller = importer) -> Row:
        """Take a chunk of a file (`service.chunks`)."""
        body = await _bounded(request)
        try:
            chunk = from_bytes(body)
        except ValueError as error:
            raise HTTPException(400, str(error)) from error
        return vars(await run_in_threadpool(management.import_chunk, chunk, caller))

    @app.get("/api/clock", response_model=EngineClock, dependencies=reads)
    def clock() -> Row:
        """Return the engine's instant and speed."""
        return management.clock()

    @app.put("/api/clock", response_model=EngineClock, dependencies=configures)
    def set_clock(wanted: Speed) -> Row:
        """Let a virtual clock run at another speed."""
        return management.set_speed(wanted.speed)

    for routes in (users_routes, keys_routes, audit_routes, oidc_routes):
        app.include_router(routes(access))
    facts = WorkspaceFacts(management.runtime)
    app.include_router(account_routes(access, facts))
    app.include_router(approval_routes(management, guard, facts))
    app.include_router(backtest_routes(management, guard))
    app.include_router(backup_routes(management.runtime.backup, management.audit, guard))
    app.include_router(bounce_routes(management.runtime, guard))
    app.include_router(campaign_routes(management, guard))
    app.include_router(channel_routes(management.channeling, guard))
    app.include_router(letter_routes(management.letters, guard))
    app.include_router(housekeeping_routes(management.runtime.housekeeping, guard, management.audit.record))
    app.include_router(mapping_routes(management.runtime, management.audit, guard))
    app.include_router(registry_routes(management.registry, guard))
    app.include_router(rights_routes(management.rights, guard))
    sealer = Sealer(management.runtime.secret)
    vault = management.runtime.vault
    app.include_router(secret_routes(sealer, vault, management.changes, management.audit, guard))
    app.include_router(written_routes(management.runtime.places.data / "outbox", guard))
    app.include_router(printed_routes(management.runtime, guard))
    app.include_router(browser_routes(management.runtime, guard))
    app.include_router(session_routes(management.sessions, guard))
    app.include_router(studio_routes(management, guard))
    app.include_router(upload_routes(management.runtime.imports, guard))
    document_refusals(app, Refusal)
    return app


async def _bounded(request: Request) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > SIZE_LIMIT:
            raise HTTPException(413, f"a chunk has {SIZE_LIMIT} bytes at most")
        parts.append(part)
    return b"".join(parts)
