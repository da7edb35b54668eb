"""The first administrator."""

from __future__ import annotations

import hmac
import secrets

from sojourn.service.access.accounts import Account, Accounts, checked_display_name, checked_name
from sojourn.service.access.audit import Audit
from sojourn.service.access.caller import Caller
from sojourn.service.access.errors import NoSetup
from sojourn.service.access.passwords import Passwords, check_password
from sojourn.service.access.permissions import EVERYTHING


class Setup:
    """Lets who has the code of the server's terminal make the first account; the code is made anew at each start."""

    def __init__(self, accounts: Accounts, passwords: Passwords, audit: Audit) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._audit = audit
        self._code = secrets.token_urlsafe(16)

    @property
    def is_needed(self) -> bool:
        """Tell whether there is no account yet."""
        return not self._accounts.exist()

    def address(self, url: str) -> str | None:
        """Return where the first account is made; None when there is one."""
        return f"{url.rstrip('/')}/setup?code={self._code}" if self.is_needed else None

    def make(self, code: str, name: str, password: str, display_name: str | None) -> Account:
        """Make the first account, an administrator.

        Raises
        ------
        NoSetup, BadAccount, BadPassword
            There is none now that was not there before.
        """
        if not self.is_needed:
            raise NoSetup("there is an account already: sign in")
        if not hmac.compare_digest(code.encode(), self._code.encode()):
            raise NoSetup("this is not the code of the server that runs now")
        shown = checked_display_name(display_name or checked_name(name))
        check_password(password, checked_name(name), shown)
        made = self._accounts.add(
            name, "admin", password=self._passwords.hash(password), display_name=shown, only_first=True
        )
        if made is None:
            raise NoSetup("there is an account already: sign in")
        self._audit.record(
            Caller(f"user:{made.name}", "admin", EVERYTHING, made.id), "user.create", f"user/{made.name}", None,
            made.told(),
        )  # fmt: skip
        return made
