"""The page that Prometheus reads."""

from __future__ import annotations

import threading
from typing import Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from prometheus_client.exposition import choose_encoder

from sojourn.service.access.guard import Guard
from sojourn.service.metrics.workspace import WorkspaceCollector
from sojourn.service.runtime import Runtime

PLAIN: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The metrics.",
        "content": {kind: {"schema": {"type": "string"}} for kind in ("text/plain", "application/openmetrics-text")},
    }
}


def metrics_routes(runtime: Runtime, guard: Guard) -> APIRouter:
    """Return the route."""
    router = APIRouter(tags=["operation"])
    registry = runtime.meters.registry
    registry.register(WorkspaceCollector(runtime))
    turn = threading.Lock()

    @router.get("/metrics", dependencies=[Depends(guard.needs("metrics"))], response_class=Response, responses=PLAIN)
    def metrics(request: Request) -> Response:
        """Return the metrics for Prometheus: as OpenMetrics where that is accepted, else as its text."""
        encode, kind = choose_encoder(request.headers.get("accept", ""))
        with turn:
            return Response(encode(registry), headers={"Content-Type": kind})

    return router
