"""Why a call is refused."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
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


class WrongPassword(AccessError):
    """Name and password do not belong together, or the account is disabled: nobody is told which."""

    code = "AUTH-002"
    status = 401

    def __init__(self) -> None:
        super().__init__("the name or the password is wrong", hint="`sojourn user password` sets a new one")


class TooOften(AccessError):
    """There were more calls of a kind than are allowed; every 429 of the API is one of these.

    Parameters
    ----------
    what : str
        What there was too much of.
    wait_s : float
        After so long it may go; told as ``Retry-After``.
    """

    status = 429

    def __init__(self, what: str, wait_s: float, *, hint: str | None = None) -> None:
        seconds = max(ceil(wait_s), 1)
        super().__init__(
            f"{what}; try again in {seconds} s", hint=hint, retryable=True, headers={"Retry-After": str(seconds)}
        )


class TooManyAttempts(TooOften):
    """Too many sign-ins failed, or too many are being checked."""

    code = "AUTH-003"

    def __init__(self, wait_s: float) -> None:
        super().__init__("too many attempts to sign in", wait_s)


class TooManyCalls(TooOften):
    """A key has made as many requests as it may."""

    code = "KEY-002"

    def __init__(self, id: str, wait_s: float) -> None:
        super().__init__(
            f"the key {id} has made as many requests as it may", wait_s, hint="`sojourn key limit` changes how many"
        )


class WrongToken(AccessError):
    """A call with a session's cookie that changes something does not have the session's header."""

    code = "AUTH-004"
    status = 403

    def __init__(self) -> None:
        super().__init__(
            "the header X-CSRF-Token is missing or does not belong to the session",
            hint="send the `csrf` that GET /api/session answers",
        )


class ForeignOrigin(AccessError):
    """A page of another site made the call."""

    code = "AUTH-005"
    status = 403

    def __init__(self, origin: str) -> None:
        super().__init__(
            f"a page of {origin:.200} may not call this server",
            hint="behind a proxy, name the address that browsers use with `sojourn serve --base-url`",
        )


class BadPassword(AccessError):
    """The password cannot be used."""

    code = "AUTH-007"
    status = 422

    def __init__(self, why: str) -> None:
        super().__init__(f"this password cannot be used: {why}", hint="three or four words of your own are good")


class BadAccount(AccessError):
    """The account cannot be as wanted."""

    code = "AUTH-008"
    status = 422


class NameTaken(AccessError):
    """There is an account of that name."""

    code = "AUTH-009"
    status = 409

    def __init__(self, name: str) -> None:
        super().__init__(f"there is an account `{name}` already", hint="choose another name")


class NoAccount(AccessError):
    """There is no such account."""

    code = "AUTH-010"
    status = 404

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no account `{name:.100}`", hint="`sojourn user list` shows them")


class LastAdmin(AccessError):
    """Nobody would be left who can manage accounts."""

    code = "AUTH-011"
    status = 409

    def __init__(self, name: str) -> None:
        super().__init__(f"`{name}` is the last administrator", hint="make somebody else an administrator first")


class NoSetup(AccessError):
    """The set-up code is wrong, or there is an account already."""

    code = "AUTH-012"
    status = 403

    def __init__(self, why: str) -> None:
        super().__init__(why, hint="`sojourn serve` prints the address with the code while there is no account")


class NoPasswords(AccessError):
    """People sign in at the OpenID Connect provider only."""

    code = "AUTH-013"
    status = 403

    def __init__(self) -> None:
        super().__init__("nobody signs in by a password here", hint="sign in at the provider")
