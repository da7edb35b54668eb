"""The route that lets an event happen for one profile."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from sojourn.service.access.audit import Audit
from sojourn.service.access.caller import Caller
from sojourn.service.access.guard import Guard
from sojourn.service.runtime import Runtime
from sojourn.service.studio.allowance import Allowance
from sojourn.service.studio.happening import Happening, TooManyEvents
from sojourn.service.studio.proofs import hidden


class WantedEvent(BaseModel):
    """An event that is to happen."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    event: str = Field(max_length=200, description="Id of the event document.")
    profile: str = Field(min_length=1, max_length=500, description="Whose event it is; one that is new is made.")
    properties: dict[str, Any] = {}
    email: str = Field(default="", max_length=1_000, description="Address of a profile that has none yet.")


class EventSent(BaseModel):
    """An event that is durable."""

    items: int = Field(description="Items on the log: the event, and where it was set the address.")


def happening_routes(runtime: Runtime, audit: Audit, guard: Guard) -> APIRouter:
    """Return the route."""
    router = APIRouter(prefix="/api/try", tags=["setup"])
    tester = Depends(guard.needs("test", "profiles"))
    happening, allowance = Happening(runtime), Allowance(TooManyEvents)

    @router.post("/event")
    async def send_event(wanted: WantedEvent, caller: Caller = tester) -> EventSent:
        """Let a declared event happen for one profile, as if its server had sent it: what is live takes it.

        An address is set only where the profile has none: nobody's mail is sent elsewhere by a test.
        """
        allowance.take(caller.id, 1)
        columns = await run_in_threadpool(
            happening.items, wanted.event, wanted.profile, wanted.properties, wanted.email
        )
        after = {
            "profile": wanted.profile, "properties": sorted(wanted.properties),
            **({"address": hidden(wanted.email)} if wanted.email else {}),
        }  # fmt: skip
        await runtime.log.append_async(columns.frame())
        await run_in_threadpool(audit.record, caller, "event.send", f"event/{wanted.event}", None, after)
        return EventSent(items=len(columns))

    return router
