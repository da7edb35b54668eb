"""How long a workspace keeps what it has done."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from pydantic import Field, model_validator

from sojourn.model.forms import Model
from sojourn.model.instants import Duration

SHORTEST: Final = {
    "events": timedelta(days=1), "steps": timedelta(days=1), "message_contents": timedelta(days=7),
    "calls": timedelta(days=1), "rejects": timedelta(days=1), "log": timedelta(days=8),
}  # fmt: skip
"""Calls are told apart from their repetitions for seven days, by what the log has."""


class Retention(Model):
    """How long each sort of record is kept; what is left out is kept for ever.

    A condition counts only what is kept: `events` must be longer than the longest window that a document asks for.
    """

    events: Duration | None = Field(default=None, description="Events of profiles.")
    steps: Duration | None = Field(default=None, description="Nodes that were passed, of those who have left.")
    message_contents: Duration | None = Field(
        default=None, description="Addresses and values of messages; that they were sent stays, for caps and reports."
    )
    calls: Duration | None = Field(default=None, description="Outcomes of calls of other systems.")
    rejects: Duration | None = Field(default=timedelta(days=90), description="What could not be taken in.")
    log: Duration | None = Field(default=None, description="Items as they came; a back-test needs them.")

    @model_validator(mode="after")
    def _is_long_enough(self) -> Retention:
        for name, shortest in SHORTEST.items():
            kept = getattr(self, name)
            if kept is not None and kept < shortest:
                raise ValueError(f"`{name}` is {shortest.days} day{'s' if shortest.days > 1 else ''} at least")
        return self
