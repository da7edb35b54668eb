"""Channels over HTTP: how they do, pausing and resuming."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends

from sojourn.service.access.caller import Caller
from sojourn.service.access.guard import Guard
from sojourn.service.answers.status import ChannelPause, ChannelStates
from sojourn.service.channeling import Channeling


def channel_routes(channeling: Channeling, guard: Guard) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api/channels", tags=["operation"])
    publisher = Depends(guard.needs("publish"))

    @router.get("", response_model=ChannelStates, dependencies=[Depends(guard.needs("read"))])
    def channels() -> dict[str, Any]:
        """Return the channels, how each and its providers do, and which are paused."""
        return channeling.all()

    @router.post("/{id}/pause", response_model=ChannelPause)
    def pause(id: str, caller: Caller = publisher) -> dict[str, Any]:
        """Keep a channel's messages in the outbox until it is resumed."""
        return channeling.pause(id, caller)

    @router.post("/{id}/resume", response_model=ChannelPause)
    def resume(id: str, caller: Caller = publisher) -> dict[str, Any]:
        """Let a channel go on with all that has waited."""
        return channeling.resume(id, caller)

    return router
