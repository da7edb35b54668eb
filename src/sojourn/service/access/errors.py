"""Why a call is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from sojourn.model.errors import SojournError


class AccessError(SojournError):
    """A call that is refused.

    Attributes
    ----------
    status : int
        Of the HTTP answer.
    headers : mapping of str to str
        Of the HTTP answer, beside the usual ones.
    """

    code = "AUTH-000"
    status: ClassVar[int] = 400

    def __init__(
        self, message: str, *, hint: str | None = None, retryable: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(message, hint=hint, retryable=retryable)
        self.headers = dict(headers or {})


class NotSignedIn(AccessError):
    """Nobody is signed in, the session is over, or the key is not known."""

    code = "AUTH-001"
    status = 401

    def __init__(self, *, is_browser: bool) -> None:
        super().__init__(
            "nobody is signed in, or the key is not known",
            hint="sign in, or send a key as the user name of Basic authentication; see `sojourn key`",
            # A browser would ask for name and password in a dialogue of its own.
            headers={} if is_browser else {"WWW-Authenticate": 'Basic realm="Sojourn"'},
        )


class NotAllowed(AccessError):
    """The caller's role does not have the permission."""

    code = "AUTH-006"
    status = 403

    def __init__(self, lacking: str, role: str) -> None:
        super().__init__(
            f"this needs the permission `{lacking}`, which the role `{role}` does not have",
            hint="an administrator can give another role; `docs/guide/access.md` has the table",
        )
