"""Runs of campaigns (`reports.runs`)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from sojourn.service.answers.counts import Reconciled

Row = dict[str, Any]
RunState = Literal["running", "waiting", "completed", "failed", "stopped"]
TaskState = Literal["waiting", "unconfirmed", "sending", "done", "failed", "stopped"]


class ActivityState(BaseModel):
    """What an activity of a run does."""

    id: str
    state: TaskState
    began_at: str | None
    due_at: str | None
    ended_at: str | None
    code: str | None
    error: str | None


class Transition(BaseModel):
    """A transition that was counted."""

    source: str = Field(alias="from", description="`activity` or `activity.outlet`.")
    rows: int
    at: str | None


class Alert(BaseModel):
    """A notification that an activity gave."""

    source: str = Field(alias="from", description="The activity.")
    at: str | None
    title: str | None
    message: str | None
    to: Any = Field(description="Who was to be told, as it is kept.")
    rows: int | None


class RunMessages(Reconciled):
    """What became of the targets of a run's message activities."""

    missing: int = Field(description="Targets that nothing is known of: 0, unless they are being decided.")


class Run(BaseModel):
    """One run of a campaign."""

    run: int
    state: RunState
    started_at: str | None
    ended_at: str | None
    confirmed_at: str | None
    parameters: Any = Field(description="JSON, as it is kept.")
    activities: list[ActivityState]
    transitions: list[Transition]
    messages: RunMessages | None = Field(description="Null where they are not counted.")
    alerts: list[Alert]


class Signalled(BaseModel):
    """A campaign that a signal started."""

    id: str
    runs: list[Run] = Field(description="Its newest run.")


class TransitionRows(BaseModel):
    """Rows of a transition."""

    source: str = Field(alias="from", description="`activity` or `activity.outlet`.")
    rows: int = Field(description="How many there are.")
    sample: list[Row]
