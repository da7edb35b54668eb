"""The activity that notifies people."""

from __future__ import annotations

from typing import Literal

from sojourn.campaigns.activities.activity import Following, register


@register
class Alert(Following):
    """Notify, the same rows go on."""

    type: Literal["alert"]
    title: str
    message: str | None = None
    to: str | list[str] | None = None
