"""Where browsers find a workspace of a server."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Door:
    """Below which path a workspace is, and under which names browsers keep what it gives them.

    Browsers send all cookies of a host to all workspaces there; names of their own keep them apart.

    Attributes
    ----------
    name : str, optional
        Letters, digits and hyphens; None: the workspace is at the root of the server.

    Examples
    --------
    >>> Door().mount, Door("eu").mount, Door("eu").cookie
    ('', '/w/eu', 'sojourn_session_eu')
    """

    name: str | None = None

    @property
    def mount(self) -> str:
        """What stands before all paths, without a slash at its end."""
        return "" if self.name is None else f"/w/{self.name}"

    @property
    def cookie(self) -> str:
        """The name of the cookie that has a session's token."""
        return self._named("sojourn_session")

    @property
    def oidc_cookie(self) -> str:
        """The name of the cookie that has a sign-in that was begun."""
        return self._named("sojourn_oidc")

    def _named(self, what: str) -> str:
        return what if self.name is None else f"{what}_{self.name}"
