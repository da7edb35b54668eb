"""Whether a server works, and whether it should be given requests."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from sojourn.service.runtime import Runtime

LONG_S: Final = 60.0
"""After so long that the engine could not go on, the server is not well."""
SHORT_S: Final = 5.0
"""After so long it should not be given requests; a single failure passes by itself."""
LEAST_FREE: Final = 64 * 1024 * 1024
"""Bytes on the disk of `data`, of a small one a twentieth; with less, what comes might not be kept."""

Status = Literal["ok", "failing", "not ready"]
ReasonCode = Literal[
    "engine_stopped", "delivery_stopped", "log_stopped", "engine_failing", "replaying", "busy", "disk_full",
]  # fmt: skip
SAID: Final[dict[ReasonCode, str]] = {
    "engine_stopped": "the engine has stopped; start the server again",
    "delivery_stopped": "delivery has stopped; start the server again",
    "log_stopped": "the log takes nothing any more; start the server again",
    "engine_failing": "the engine cannot go on; the server's log says why",
    "replaying": "the engine takes what is in the log since the last stop",
    "busy": "more comes than can be written",
    "disk_full": "the disk of the data is full",
}


class Hindrance(BaseModel):
    """Something that is wrong."""

    code: ReasonCode
    message: str
    workspace: str | None = Field(None, description="Of a server with several.")


class ServerCondition(BaseModel):
    """How a server does."""

    status: Status
    reasons: list[Hindrance] = []


class Health:
    """How a workspace's server does.

    Parameters
    ----------
    runtime : Runtime
        Started.
    is_full : callable
        Tells whether ingestion has no room for more.
    """

    def __init__(self, runtime: Runtime, is_full: Callable[[], bool]) -> None:
        self._runtime = runtime
        self._is_full = is_full

    def faults(self) -> Iterator[ReasonCode]:
        """Yield why the process does not do what it is for: to start it again is the best that can be done."""
        engine = self._runtime.engine
        if engine.has_died:
            yield "engine_stopped"
        if self._runtime.delivery_has_died:
            yield "delivery_stopped"
        if not self._runtime.log.is_writing:
            yield "log_stopped"
        if engine.failing_s > LONG_S:
            yield "engine_failing"

    def hindrances(self) -> Iterator[ReasonCode]:
        """Yield why it should get no requests now."""
        yield from (found := list(self.faults()))
        if self._runtime.engine.failing_s > SHORT_S and "engine_failing" not in found:
            yield "engine_failing"
        if not self._runtime.is_caught_up:
            yield "replaying"
        if self._is_full():
            yield "busy"
        disk = shutil.disk_usage(self._runtime.places.data)
        if disk.free < min(LEAST_FREE, disk.total // 20):
            yield "disk_full"


def alive(of: Sequence[tuple[str | None, Health]]) -> JSONResponse:
    """Answer whether the process works, for all its workspaces (name, health)."""
    return _answer([_reason(code, name) for name, health in of for code in health.faults()], "failing")


def ready(of: Sequence[tuple[str | None, Health]]) -> JSONResponse:
    """Answer whether the process should be given requests, for all its workspaces."""
    return _answer([_reason(code, name) for name, health in of for code in health.hindrances()], "not ready")


def _reason(code: ReasonCode, workspace: str | None) -> Hindrance:
    return Hindrance(code=code, message=SAID[code], workspace=workspace)


def _answer(reasons: list[Hindrance], bad: Status) -> JSONResponse:
    told = ServerCondition(status=bad if reasons else "ok", reasons=reasons)
    return JSONResponse(told.model_dump(exclude_none=True), 503 if reasons else 200, {"Cache-Control": "no-store"})


def health_routes(health: Health) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["operation"])
    unwell: dict[int | str, dict[str, Any]] = {
        503: {"model": ServerCondition, "description": "It is not; `reasons` says why."}
    }

    @router.get("/healthz", response_model=ServerCondition, responses=unwell)
    def healthz() -> JSONResponse:
        """Answer whether the process works; where it does not, start it again."""
        return alive([(None, health)])

    @router.get("/readyz", response_model=ServerCondition, responses=unwell)
    def readyz() -> JSONResponse:
        """Answer whether requests should be sent here now."""
        return ready([(None, health)])

    return router
