"""What callers may do, and which role may do it."""

from __future__ import annotations

from typing import Final, Literal, get_args

from sojourn.service.keys import KeyRole

Permission = Literal[
    "read", "build", "test", "publish", "configure", "profiles", "accounts", "keys", "audit", "approve", "metrics",
    "host",
]  # fmt: skip
Role = Literal["viewer", "marketer", "technical", "admin"]

PERMISSIONS: Final[tuple[Permission, ...]] = get_args(Permission)
ROLES: Final[tuple[Role, ...]] = get_args(Role)
"""Each may do all that those before it may."""

EVERYTHING: Final = frozenset(PERMISSIONS)
OVER_HTTP: Final = EVERYTHING - {"host"}
"""What concerns other files of the machine is for its own commands, whose owner may write these files anyway."""
_MARKETER: Final[frozenset[Permission]] = frozenset({"read", "profiles", "build", "test", "publish"})

OF_ROLE: Final[dict[Role, frozenset[Permission]]] = {
    "viewer": frozenset({"read"}),
    "marketer": _MARKETER,
    "technical": _MARKETER | {"configure", "approve", "metrics"},
    "admin": OVER_HTTP,
}
"""Permissions of an account, by its role."""

OF_KEY: Final[dict[KeyRole, frozenset[Permission]]] = {
    "ingest": frozenset(),
    "server": frozenset({"read", "profiles", "test", "metrics"}),
    "admin": OVER_HTTP,
    "metrics": frozenset({"metrics"}),
}
"""Permissions of an API key, by its role; sending data under `/v1` is not among them."""


def listed(permissions: frozenset[Permission]) -> list[Permission]:
    """Return permissions in their usual order."""
    return [permission for permission in PERMISSIONS if permission in permissions]
