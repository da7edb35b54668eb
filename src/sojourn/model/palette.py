"""Where a node or an activity stands among the others when a person picks one."""

from __future__ import annotations

from typing import Literal, get_args

from sojourn.model.channels import CHANNELS

Category = Literal["message", "wait", "branch", "target", "data", "flow"]
CATEGORIES: tuple[Category, ...] = get_args(Category)


def title_of(name: str) -> str:
    """Return what a person calls a type.

    Examples
    --------
    >>> title_of("update_profile"), title_of("sms")
    ('Update profile', 'SMS')
    """
    facts = CHANNELS.get(name)  # type: ignore[call-overload]
    return facts.title if facts is not None else name.replace("_", " ").capitalize()
