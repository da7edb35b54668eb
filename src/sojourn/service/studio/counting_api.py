"""The route that counts a condition over the live store while it is edited."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import closing
from typing import Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sojourn.model.entity import PROFILE
from sojourn.reports.population import Population
from sojourn.service.access.caller import Caller
from sojourn.service.access.guard import Guard
from sojourn.service.runtime import Runtime
from sojourn.workspace.drafting import Drafting
from sojourn.workspace.reading import FolderFiles

Body = dict[str, Any]


class Wish(BaseModel):
    """What to count: a condition, or the members of an audience."""

    model_config = ConfigDict(extra="forbid")

    condition: str | Body | bool | None = None
    audience: str | None = None
    entity: str = Field(default=PROFILE, description="Whose rows are counted.")
    parameters: Body = Field(default={}, description="What `vars.x` stands for.")
    documents: list[Body] = Field(default=[], max_length=500, description="Unsaved documents that it may name.")
    sample: int = Field(default=10, ge=0, le=100)
    timeout_s: float = Field(default=30, gt=0, le=120)

    @model_validator(mode="after")
    def _is_one(self) -> Wish:
        if (self.condition is None) == (self.audience is None):
            raise ValueError("give `condition` or `audience`")
        return self

    def value(self) -> str | Mapping[str, Any]:
        """Return the condition."""
        if self.audience is not None:
            return {"in": self.audience}
        return str(self.condition).lower() if isinstance(self.condition, bool) else self.condition or ""


class Counted(BaseModel):
    """An exact count."""

    count: int
    of: int = Field(description="All that there are.")
    sql: str = Field(description="The query; `$now` is the engine's instant.")
    sample: list[Body] = Field(description="The first of them; empty for callers who may not see profiles.")
    took_ms: float


def counting_routes(runtime: Runtime, drafting: Drafting, guard: Guard) -> APIRouter:
    """Return the route."""
    router = APIRouter(prefix="/api/conditions", tags=["studio"])
    reader = Depends(guard.needs("read"))

    @router.post("/count")
    def count(wanted: Wish, caller: Caller = reader) -> Counted:
        """Count, exactly and now, who meets a condition of a draft; nothing is saved."""
        began = time.perf_counter()
        catalog = drafting.catalog(wanted.documents)
        with closing(runtime.cursor()) as cursor:
            population = Population(
                cursor, catalog, FolderFiles(drafting.folder.directory), runtime.clock.now(), wanted.timeout_s,
                wanted.parameters,
            )  # fmt: skip
            sample = wanted.sample if caller.may("profiles") else 0
            found = population.count(wanted.value(), wanted.entity, sample)
        return Counted(**found, took_ms=round((time.perf_counter() - began) * 1_000, 1))

    return router
