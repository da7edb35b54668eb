"""Signing in by name and password."""

from __future__ import annotations

from sojourn.service.access.accounts import Account, Accounts, folded
from sojourn.service.access.errors import WrongPassword
from sojourn.service.access.passwords import Passwords
from sojourn.service.access.throttle import Throttle


class SignIn:
    """Compares names and passwords; every refusal takes as long and says the same."""

    def __init__(self, accounts: Accounts, passwords: Passwords, throttle: Throttle) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._throttle = throttle

    def account(self, name: str, password: str, address: str) -> Account:
        """Return the account that name and password belong to.

        Parameters
        ----------
        address : str
            Where the call came from.

        Raises
        ------
        WrongPassword, TooManyAttempts
            Nobody signs in.
        """
        self._throttle.begin(folded(name), address)
        found = self._accounts.named(name)
        usable = found is not None and not found.is_disabled
        if not self._passwords.is_right(password, found.password if found is not None and usable else None):
            raise WrongPassword
        assert found is not None and found.password is not None
        self._throttle.succeed(folded(name), address)
        if self._passwords.is_outdated(found.password):
            self._accounts.rehash(found.id, self._passwords.hash(password))
        return found
