"""Who makes a call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sojourn.service.access.permissions import EVERYTHING, Permission


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a call, and what the caller may do.

    Attributes
    ----------
    id : str
        ``user:ann``, ``key:ab12cd34`` or ``local``: the name in the record of changes.
    role : str
        What the caller is, for people to read.
    permissions : frozenset of str
        What the caller may do.
    user : str, optional
        Id of the account; None for keys and the commands of this machine.
    session : str, optional
        Hash of the session's token, of a caller who is signed in by a cookie.
    """

    id: str
    role: str
    permissions: frozenset[Permission]
    user: str | None = None
    session: str | None = None

    def may(self, *wanted: Permission) -> bool:
        """Tell whether the caller has all of these permissions."""
        return self.permissions.issuperset(wanted)


MACHINE: Final = Caller("local", "local", EVERYTHING)
"""The commands of this machine: whoever can read the workspace's folder may do everything."""
