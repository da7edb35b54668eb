"""Ids of profiles: of users, and of visitors whom nobody knows yet."""

from __future__ import annotations

from typing import Final

ANONYMOUS: Final = "anon:"
"""What the id of a profile begins with that is known by its `anonymousId` only."""


def anonymous(id: str) -> str:
    """Return the profile's id of an `anonymousId`.

    >>> anonymous("x1")
    'anon:x1'
    """
    return ANONYMOUS + id


def is_anonymous(id: str) -> bool:
    """Tell whether an id is that of a visitor whom nobody knows yet.

    >>> is_anonymous("anon:x1"), is_anonymous("ann")
    (True, False)
    """
    return id.startswith(ANONYMOUS)
