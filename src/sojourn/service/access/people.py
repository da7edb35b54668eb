"""What administrators do with accounts: checked, done and recorded."""

from __future__ import annotations

from sojourn.service.access.accounts import Account, Accounts
from sojourn.service.access.audit import Audit
from sojourn.service.access.caller import Caller
from sojourn.service.access.passwords import Passwords, check_password
from sojourn.service.access.permissions import Role


class People:
    """Changes accounts for a caller, with a running server or without.

    Parameters
    ----------
    accounts : Accounts
        Keeps them.
    passwords : Passwords
        Hashes passwords.
    audit : Audit
        The record of changes.
    """

    def __init__(self, accounts: Accounts, passwords: Passwords, audit: Audit) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._audit = audit

    def add(self, caller: Caller, name: str, role: Role, password: str, display_name: str | None = None) -> Account:
        """Make an account.

        Raises
        ------
        BadAccount, NameTaken, BadPassword
            None was made.
        """
        check_password(password, name, display_name or "")
        made = self._accounts.add(name, role, password=self._passwords.hash(password), display_name=display_name)
        assert made is not None  # only `only_first` answers None
        self._audit.record(caller, "user.create", f"user/{made.name}", None, made.told())
        return made

    def change(
        self, caller: Caller, id: str, *, role: Role | None = None, password: str | None = None,
        display_name: str | None = None, is_disabled: bool | None = None,
    ) -> Account:  # fmt: skip
        """Change an account, by its id or name.

        Raises
        ------
        NoAccount, BadAccount, BadPassword, LastAdmin
            Nothing has changed.
        """
        hashed = None
        if password is not None:
            known = self._accounts.find(id)
            check_password(password, known.name, known.display_name)
            hashed = self._passwords.hash(password)
        before, after = self._accounts.change(
            id, role=role, password=hashed, display_name=display_name, is_disabled=is_disabled
        )
        if before.told() != after.told():
            self._audit.record(caller, "user.change", f"user/{after.name}", before.told(), after.told())
        if hashed is not None:
            self._audit.record(caller, "user.password", f"user/{after.name}")
        return after

    def delete(self, caller: Caller, id: str) -> None:
        """Delete an account, by its id or name.

        Raises
        ------
        NoAccount, LastAdmin
            It is still there.
        """
        before = self._accounts.delete(id)
        self._audit.record(caller, "user.delete", f"user/{before.name}", before.told(), None)
