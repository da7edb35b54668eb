"""Who calls, and whether the caller may: the one place where permissions are enforced."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import ClassVar, Final

from fastapi import Request

from sojourn.service.access.accounts import Account
from sojourn.service.access.browser_sessions import BrowserSessions, csrf_of, digest
from sojourn.service.access.caller import MACHINE, Caller
from sojourn.service.access.door import Door
from sojourn.service.access.errors import NotAllowed, NotSignedIn, WrongToken
from sojourn.service.access.keyring import Keyring
from sojourn.service.access.origin import SAFE, check_origin
from sojourn.service.access.permissions import OF_KEY, OF_ROLE, Permission
from sojourn.service.places import LOCAL

COOKIE: Final = Door().cookie
CSRF_HEADER: Final = "x-csrf-token"


class Needs:
    """A dependency of a route: returns the caller when the caller has all permissions.

    Parameters
    ----------
    guard : Guard
        Knows the callers.
    permissions : sequence of str
        All are needed; none: anybody who is known.
    """

    guards: ClassVar = True
    """Routes that depend on it refuse who is not known."""

    def __init__(self, guard: Guard, permissions: tuple[Permission, ...]) -> None:
        self.permissions = permissions
        self._guard = guard

    def __call__(self, request: Request) -> Caller:
        """Return the caller.

        Raises
        ------
        NotSignedIn, NotAllowed
            The call is refused.
        """
        caller = self._guard.caller(request)
        for permission in self.permissions:
            if not caller.may(permission):
                raise NotAllowed(permission, caller.role)
        return caller


class Guard:
    """Knows who calls.

    Parameters
    ----------
    keyring : Keyring
        The workspace's keys: user name of Basic authentication.
    token : str
        Of the commands of this machine, which may do everything.
    sessions : BrowserSessions
        Who is signed in by a cookie.
    base_url : str
        Where browsers reach the server.
    cookie : str
        The cookie that has a session's token.
    """

    def __init__(
        self, keyring: Keyring, token: str, sessions: BrowserSessions, base_url: str, cookie: str = COOKIE
    ) -> None:
        self._keyring = keyring
        self._token = token
        self._sessions = sessions
        self._base_url = base_url
        self._cookie = cookie

    def needs(self, *permissions: Permission) -> Needs:
        """Return a dependency that lets in only who has all of these permissions; it gives the `Caller`.

        Examples
        --------
        A route that wants to know who calls::

            publisher = Depends(guard.needs("publish"))

            def publish(wanted: Publish, caller: Caller = publisher): ...
        """
        return Needs(self, permissions)

    def caller(self, request: Request) -> Caller:
        """Return who sent a request.

        Raises
        ------
        NotSignedIn
            Nobody who is known.
        ForeignOrigin, WrongToken
            Somebody else's page may have sent it.
        """
        self.check_origin(request)
        given = basic_of(request)
        found = self._by_basic(*given) if given is not None else self._by_cookie(request)
        if found is None:
            raise NotSignedIn(is_browser=is_browser(request))
        if given is not None and given[0] != LOCAL:
            self._keyring.charge(given[0])
        return found

    def knows(self, request: Request) -> bool:
        """Tell whether a key, this machine's token or a session came with a request, whatever it may do."""
        given = basic_of(request)
        if given is not None:
            return self._by_basic(*given) is not None
        token = request.cookies.get(self._cookie)
        return token is not None and self._sessions.account(token) is not None

    def check_origin(self, request: Request) -> None:
        """Check that no other site's page sent what changes something."""
        check_origin(request, self._base_url)

    def _by_basic(self, name: str, password: str) -> Caller | None:
        if name == LOCAL:
            return MACHINE if hmac.compare_digest(password.encode(), self._token.encode()) else None
        key = self._keyring.find(name)
        return None if key is None else Caller(f"key:{key.id}", key.role, OF_KEY[key.role])

    def _by_cookie(self, request: Request) -> Caller | None:
        token = request.cookies.get(self._cookie)
        account = None if token is None else self._sessions.account(token)
        if token is None or account is None:
            return None
        sent = request.headers.get(CSRF_HEADER, "")
        if request.method not in SAFE and not hmac.compare_digest(sent.encode(), csrf_of(token).encode()):
            raise WrongToken
        return caller_of(account, token)


def caller_of(account: Account, token: str) -> Caller:
    """Return the caller that is signed in to an account."""
    return Caller(f"user:{account.name}", account.role, OF_ROLE[account.role], account.id, digest(token))


def basic_of(request: Request) -> tuple[str, str] | None:
    """Return name and password of Basic authentication, None when there are none."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, password = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return name, password


def is_browser(request: Request) -> bool:
    """Tell whether a browser sent a request, which would answer a challenge with a dialogue of its own."""
    headers = request.headers
    return "sec-fetch-mode" in headers or headers.get("user-agent", "").startswith("Mozilla/")
