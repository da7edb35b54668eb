"""The route of the monitor: what `/api/status` does not tell, of the whole workspace."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, BeforeValidator, Field

from sojourn.engine.clock import AcceleratedClock
from sojourn.model.instants import format_instant, parse_instant
from sojourn.reports.channels import lately
from sojourn.reports.trouble import troubles
from sojourn.service.access.guard import Guard
from sojourn.service.monitoring import EVERY_S, LEVELS, RATES, Sample
from sojourn.service.runtime import Runtime
from sojourn.store.duckdb.patience import patience

PATIENCE_S = 10.0
Instant = Annotated[datetime, BeforeValidator(parse_instant)]


class Series(BaseModel):
    """Samples of the last hour: lists of one length, in the order of `at`."""

    at: list[str] = Field(description="By this machine's clock.")
    levels: dict[str, list[float]] = Field(description="What was there: " + ", ".join(f"`{name}`" for name in LEVELS))
    rates: dict[str, list[float]] = Field(description="Per second: " + ", ".join(f"`{name}`" for name in RATES))


class Lane(BaseModel):
    """A channel document in use."""

    id: str
    resting_s: float = Field(description="Seconds until it is tried again.")
    trouble: str | None


class ChannelActivity(BaseModel):
    """Messages of one channel type in the last hour of the engine's clock."""

    type: str
    sent: int
    failed: int
    pending: int = Field(description="To be handed over now.")
    delivered: int
    bounced: int
    opened: int
    clicked: int
    complained: int
    unsubscribed: int
    lanes: list[Lane]


class Trouble(BaseModel):
    """Something that went wrong in the last day, as often as it did."""

    kind: Literal["engine", "channel", "alert", "task", "discard", "reject", "call"]
    at: str | None = Field(description="The last time; null: now.")
    count: int
    document: str | None
    document_kind: str | None
    node: str | None
    code: str | None
    name: str | None
    detail: str | None


class Monitor(BaseModel):
    """How the workspace does."""

    now: str = Field(description="The engine's instant.")
    speed: float = Field(description="Seconds of the engine's clock in a real one.")
    running: bool
    appended: int
    processed: int
    lag_s: float = Field(description="For how long the first thing that is not done has been due.")
    every_s: float = Field(description="Seconds between two samples.")
    series: Series
    channels: list[ChannelActivity]
    troubles: list[Trouble]


def monitor_routes(runtime: Runtime, guard: Guard) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api", tags=["operation"])

    @router.get("/monitor", dependencies=[Depends(guard.needs("read"))])
    def monitor(after: Instant | None = None) -> Monitor:
        """Return throughput, queue, lag, channels and troubles; with `after` only newer samples."""
        program, now = runtime.engine.processor.program, runtime.clock.now()
        with closing(runtime.cursor()) as cursor, patience(cursor, PATIENCE_S, "the monitor"):
            channels, found = lately(cursor, now), troubles(cursor, program, now)
        lanes = _lanes(runtime)
        clock = runtime.clock
        return Monitor(
            now=format_instant(now), speed=clock.speed if isinstance(clock, AcceleratedClock) else 1,
            running=runtime.engine.is_running, appended=runtime.log.end(), processed=runtime.engine.offset,
            lag_s=round(runtime.monitoring.lag_s(), 3), every_s=EVERY_S,
            series=_series(runtime.monitoring.since(after)), channels=_channels(channels, lanes),
            troubles=[*_standing(runtime, lanes), *(Trouble(**row) for row in found)],
        )  # fmt: skip

    return router


def _series(samples: list[Sample]) -> Series:
    return Series(
        at=[format_instant(sample.at) for sample in samples],
        levels={name: [sample.levels[name] for sample in samples] for name in LEVELS},
        rates={name: [sample.rates[name] for sample in samples] for name in RATES},
    )


def _lanes(runtime: Runtime) -> dict[str, list[Lane]]:
    """Return the channels in use by their type."""
    lanes: dict[str, list[Lane]] = {}
    for id, state in sorted(runtime.channel_status().items()):
        channel = runtime.channel(id)
        lane = Lane(id=id, resting_s=float(str(state["resting_s"])), trouble=_text(state["trouble"]))
        lanes.setdefault(channel.type if channel is not None else id, []).append(lane)
    return lanes


def _channels(rows: list[dict[str, Any]], lanes: dict[str, list[Lane]]) -> list[ChannelActivity]:
    quiet = [name for name in lanes if name not in {row["type"] for row in rows}]
    none = dict.fromkeys(set(ChannelActivity.model_fields) - {"type", "lanes"}, 0)
    return [
        *(ChannelActivity(**row, lanes=lanes.get(row["type"], [])) for row in rows),
        *(ChannelActivity.model_validate({"type": name, **none, "lanes": lanes[name]}) for name in quiet),
    ]


def _standing(runtime: Runtime, lanes: dict[str, list[Lane]]) -> list[Trouble]:
    """Return what is wrong at this moment: the engine, channels that rest."""
    nothing = dict.fromkeys(("at", "document", "document_kind", "node", "code", "name", "detail"), None)
    found = [
        Trouble.model_validate({**nothing, "kind": "channel", "count": 1, "name": lane.id, "detail": lane.trouble})
        for several in lanes.values()
        for lane in several
        if lane.trouble is not None
    ]
    if runtime.engine.failures:
        found.insert(0, Trouble.model_validate({**nothing, "kind": "engine", "count": runtime.engine.failures}))
    return found


def _text(value: object) -> str | None:
    return None if value is None else str(value)
