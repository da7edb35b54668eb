"""How large an audience was, over HTTP."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from sojourn.service.access.guard import Guard
from sojourn.service.runtime import Runtime
from sojourn.service.sizes import AudienceSizes


class AudienceSize(BaseModel):
    """A count of an audience."""

    at: datetime
    size: int = Field(description="Profiles in it at that instant.")


def size_routes(runtime: Runtime, guard: Guard) -> APIRouter:
    """Return the route."""
    router = APIRouter(prefix="/api/audiences", tags=["profiles"])
    sizes = AudienceSizes(runtime)

    @router.get("/{id}/sizes", dependencies=[Depends(guard.needs("read"))])
    def history(id: str) -> list[AudienceSize]:
        """Return what was counted of an audience day by day, oldest first."""
        with closing(runtime.cursor()) as cursor:
            cursor.execute("SET TimeZone = 'UTC'")
            return [AudienceSize(**row) for row in sizes.history(cursor, id)]

    return router
