"""Who calls, and whether the caller may: the one place where permissions are enforced."""

from __future__ import annotations

import base64
import binascii
import hmac

from fastapi import Request

from sojourn.service.access.caller import MACHINE, Caller
from sojourn.service.access.errors import NotAllowed, NotSignedIn
from sojourn.service.access.permissions import OF_KEY, Permission
from sojourn.service.keys import KeyFile
from sojourn.service.places import LOCAL


class Needs:
    """A dependency of a route: returns the caller when the caller has all permissions.

    Parameters
    ----------
    guard : Guard
        Knows the callers.
    permissions : sequence of str
        All are needed; none: anybody who is known.
    """

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
    keys : KeyFile
        The workspace's keys: user name of Basic authentication.
    token : str
        Of the commands of this machine, which may do everything.
    """

    def __init__(self, keys: KeyFile, token: str) -> None:
        self._keys = keys
        self._token = token

    def needs(self, *permissions: Permission) -> Needs:
        """Return a dependency that lets in only who has all of these permissions; it gives the `Caller`.

        Examples
        --------
        A route that wants to know who calls::

            Publisher = Annotated[Caller, Depends(guard.needs("publish"))]
        """
        return Needs(self, permissions)

    def caller(self, request: Request) -> Caller:
        """Return who sent a request.

        Raises
        ------
        NotSignedIn
            Nobody who is known.
        """
        given = basic_of(request)
        found = self._by_basic(*given) if given is not None else None
        if found is None:
            raise NotSignedIn(is_browser=is_browser(request))
        return found

    def _by_basic(self, name: str, password: str) -> Caller | None:
        if name == LOCAL:
            return MACHINE if hmac.compare_digest(password.encode(), self._token.encode()) else None
        key = self._keys.find(name)
        return None if key is None else Caller(f"key:{key.id}", key.role, OF_KEY[key.role])


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
