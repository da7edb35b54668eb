"""Closed lists; the position of an entry is its code in the store, so entries are only ever added at the end."""

from __future__ import annotations

from typing import Literal, get_args

DiscardReason = Literal[
    "holdout",
    "no_address",
    "bad_address",
    "suppressed",
    "no_consent",
    "quiet_hours",
    "capped",
    "aborted_by_template",
    "render_error",
    "failed",
    "no_key",
    "loop",
    "already_inside",
    "already_pending",
    "not_eligible_again",
    "not_in_audience",
    "left_audience",
    "outside_duration",
    "outside_window",
    "exception_event",
    "exit_criteria",
    "validation_failed",
    "control_group",
    "closed",
    "paused",
    "stopped",
    "timed_out",
    "bad_wait",
]
PassageState = Literal["active", "completed", "exited", "failed", "timed_out", "stopped"]
PassageReason = Literal[
    "exit_criteria", "validation_failed", "bad_wait", "outside_duration", "failed", "timed_out", "stopped"
]
FeedbackKind = Literal[
    "sent",
    "delivered",
    "bounced",
    "soft_bounced",
    "complained",
    "opened",
    "machine_opened",
    "clicked",
    "unsubscribed",
    "dismissed",
    "viewed",
    "replied",
    "failed",
]
ConsentStatus = Literal["subscribed", "unsubscribed", "opted_in", "pending"]
"""`pending`: asked for, and not yet confirmed by a click (double opt-in)."""
REFUSING: tuple[ConsentStatus, ...] = ("unsubscribed", "pending")
"""Statuses with which nothing promotional is sent."""
Lifecycle = Literal["draft", "testing", "live", "paused", "closed", "stopped", "finished"]

DISCARD_REASONS: tuple[DiscardReason, ...] = get_args(DiscardReason)
PASSAGE_STATES: tuple[PassageState, ...] = get_args(PassageState)
PASSAGE_REASONS: tuple[PassageReason, ...] = get_args(PassageReason)
FEEDBACK_KINDS: tuple[FeedbackKind, ...] = get_args(FeedbackKind)
CONSENT_STATUSES: tuple[ConsentStatus, ...] = get_args(ConsentStatus)
LIFECYCLES: tuple[Lifecycle, ...] = get_args(Lifecycle)

Inside = Literal["finish", "move", "leave"]
"""What becomes of those inside older versions when a document is published: they go to the end as it stood when they
entered, go on in the new version where they wait, or leave at once."""
