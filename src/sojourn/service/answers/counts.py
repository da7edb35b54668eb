"""Counts that several answers have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, Field, create_model

from sojourn.model.reasons import FEEDBACK_KINDS, PASSAGE_STATES, DiscardReason

Reasons = dict[DiscardReason, int]
"""Entries or messages by the reason for which they were refused, the most frequent first."""


def counted(name: str, doc: str, fields: Iterable[str], base: type[BaseModel] = BaseModel) -> Any:
    """Return a model whose fields are counts."""
    return create_model(name, __base__=base, __doc__=doc, **dict.fromkeys(fields, (int, ...)))  # type: ignore[call-overload]


PassageCounts: Any = counted(
    "PassageCounts", "Passages of all versions: those that entered, are inside, and ended, by state.",
    ["entered", "inside", *(state for state in PASSAGE_STATES if state != "active")],
)  # fmt: skip
MessageCounts: Any = counted(
    "MessageCounts", "What became of messages, and how many got each kind of feedback, each message once.",
    ["sent", "pending", "held", "failed", *(kind for kind in FEEDBACK_KINDS if kind not in ("sent", "failed"))],
)  # fmt: skip


class Reconciled(BaseModel):
    """What became of all that were targeted: `targeted` is the sum of the others."""

    targeted: int
    sent: int
    pending: int
    held: int = Field(description="They wait for the end of quiet hours, or for their wave.")
    failed: int
    discarded: Reasons


class NodeCounts(BaseModel):
    """One node."""

    id: str
    type: str
    entered: int = Field(description="Passages that came to it.")
    waiting: int = Field(description="Passages that are there now.")
    left: dict[str, int] = Field(description="Passages by the way they left, the most frequent first.")
