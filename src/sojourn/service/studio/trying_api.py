"""The routes that try what is set up, saved or not: a call of a source or action, a message over a channel."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from sojourn.model.documents import Channel
from sojourn.model.external import External
from sojourn.service.access.audit import Audit
from sojourn.service.access.caller import Caller
from sojourn.service.access.guard import Guard
from sojourn.service.calling import address_rules_of
from sojourn.service.runtime import Runtime
from sojourn.service.studio.probing import send_test
from sojourn.service.studio.trying import try_call
from sojourn.service.studio.unsaved import read_unsaved
from sojourn.workspace.drafting import Drafting

Body = dict[str, Any]


class Attempt(BaseModel):
    """A call to make."""

    model_config = ConfigDict(extra="forbid")

    document: Body = Field(description="The source or action, as it is being edited.")
    parameters: Body = {}


class AskedOutside(BaseModel):
    """The request, without its credentials."""

    method: str
    url: str
    headers: dict[str, str]
    body: str | None


class AnsweredOutside(BaseModel):
    """What came back."""

    code: int
    content_type: str | None
    body: str
    cut: bool = Field(description="Whether the body is longer than what is shown.")


class Attempted(BaseModel):
    """One call, and what a node would get of it."""

    status: str = Field(description="The HTTP code, `timed_out` or `failed`.")
    detail: str | None
    fields: Body
    request: AskedOutside | None
    reply: AnsweredOutside | None
    took_ms: float


class TestMessage(BaseModel):
    """A message to send."""

    __test__ = False
    model_config = ConfigDict(extra="forbid")

    document: Body = Field(description="The channel, as it is being edited.")
    to: str | None = Field(default=None, max_length=2_000, description="The address; none for channels without.")
    profile: str = Field(default="", max_length=500, description="Whose message it is, for channels inside of apps.")
    fields: Body = Field(description="Fields of the channel, such as `subject` and `text`.")


class TestReceipt(BaseModel):
    """What the provider said."""

    __test__ = False
    outcome: Literal["sent", "failed", "bounced", "soft_bounced", "retry"]
    reason: str | None
    code: int | None
    detail: Body = Field(description="What the provider says of a message that it took.")
    took_ms: float


def trying_routes(runtime: Runtime, drafting: Drafting, audit: Audit, guard: Guard) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api/try", tags=["setup"])
    configurer = Depends(guard.needs("configure"))

    @router.post("/call")
    async def call(wanted: Attempt, caller: Caller = configurer) -> Attempted:
        """Make one real call of a source or action, saved or not; nothing of it comes to profiles."""
        called = await run_in_threadpool(read_unsaved, drafting, wanted.document, ("source", "action"))
        assert isinstance(called, External)
        key = f"try-{_micros(runtime)}"
        rules = address_rules_of(lambda: runtime.engine.processor)
        told = await try_call(called, wanted.parameters, rules, key, runtime.vault)
        after = {"parameters": wanted.parameters, "status": told["status"]}
        await run_in_threadpool(audit.record, caller, f"{called.kind}.try", f"{called.kind}/{called.id}", None, after)
        return Attempted(**told)

    @router.post("/message")
    async def message(wanted: TestMessage, caller: Caller = configurer) -> TestReceipt:
        """Send one message over a channel, saved or not, to one address; nothing of it comes to profiles or reports."""
        channel = await run_in_threadpool(read_unsaved, drafting, wanted.document, ("channel",))
        assert isinstance(channel, Channel)
        key = f"test.{_micros(runtime)}"
        told = await send_test(runtime, channel, wanted.to, wanted.profile, wanted.fields, key)
        after = {"to": wanted.to, "outcome": told["outcome"]}
        await run_in_threadpool(audit.record, caller, "channel.test", f"channel/{channel.id}", None, after)
        return TestReceipt(**told)

    return router


def _micros(runtime: Runtime) -> int:
    return int(runtime.clock.now().timestamp() * 1_000_000)
