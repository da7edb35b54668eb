"""The accounts of a workspace."""

from __future__ import annotations

import re
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from sojourn.engine.clock import SystemClock
from sojourn.model.instants import format_instant
from sojourn.service.access.database import Database
from sojourn.service.access.errors import BadAccount, LastAdmin, NameTaken, NoAccount
from sojourn.service.access.permissions import ROLES, Role

NAME: Final = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,99}")
ADMINS: Final = "SELECT count(*) FROM account WHERE role = 'admin' AND NOT is_disabled"


@dataclass(frozen=True, slots=True)
class Account:
    """One account.

    Attributes
    ----------
    password : str, optional
        Its hash; None: it signs in by OpenID Connect only.
    issuer, subject : str, optional
        Who it is at the OpenID Connect provider.
    language, theme, time_zone : str, optional
        What its user chose; None: nothing yet.
    """

    id: str
    name: str
    display_name: str
    role: Role
    password: str | None
    issuer: str | None
    subject: str | None
    is_disabled: bool
    language: str | None
    theme: str | None
    time_zone: str | None
    created_at: str
    signed_in_at: str | None

    def told(self) -> dict[str, Any]:
        """Return what the record of changes compares."""
        return {name: value for name, value in asdict(self).items() if name in TOLD}


TOLD: Final = ("name", "display_name", "role", "is_disabled", "issuer", "subject")


class Accounts:
    """Keeps the accounts; their sessions end when a password, a role or the right to sign in changes.

    Parameters
    ----------
    database : Database
        Keeps them.
    now : callable, optional
        Tells the instant; by default that of this machine.
    """

    def __init__(self, database: Database, now: Callable[[], datetime] | None = None) -> None:
        self._database = database
        self._now = now or SystemClock().now

    # ---- reading -------------------------------------------------------------------------------------------------

    def all(self) -> list[Account]:
        """Return every account, by name."""
        return [account_of(row) for row in self._database.read("SELECT * FROM account ORDER BY name")]

    def exist(self) -> bool:
        """Tell whether there is any account."""
        return bool(self._database.read("SELECT 1 FROM account LIMIT 1"))

    def find(self, id: str) -> Account:
        """Return the account of an id or a name.

        Raises
        ------
        NoAccount
            There is none.
        """
        rows = self._database.read("SELECT * FROM account WHERE id = ? OR name = ?", [id, folded(id)])
        if not rows:
            raise NoAccount(id)
        return account_of(rows[0])

    def named(self, name: str) -> Account | None:
        """Return the account of a name, None when there is none."""
        rows = self._database.read("SELECT * FROM account WHERE name = ?", [folded(name)])
        return account_of(rows[0]) if rows else None

    def known_as(self, issuer: str, subject: str) -> Account | None:
        """Return the account of somebody at an OpenID Connect provider, None when there is none."""
        rows = self._database.read("SELECT * FROM account WHERE issuer = ? AND subject = ?", [issuer, subject])
        return account_of(rows[0]) if rows else None

    # ---- writing -------------------------------------------------------------------------------------------------

    def add(
        self, name: str, role: Role, *, password: str | None = None, display_name: str | None = None,
        issuer: str | None = None, subject: str | None = None, only_first: bool = False,
    ) -> Account | None:  # fmt: skip
        """Make an account.

        Parameters
        ----------
        password : str, optional
            Its hash.
        only_first : bool
            Make it only when there is none yet; the answer is None otherwise.

        Raises
        ------
        BadAccount, NameTaken
            It cannot be made.
        """
        name = checked_name(name)
        shown = checked_display_name(display_name or name)
        id, at = secrets.token_hex(6), format_instant(self._now())
        try:
            with self._database.writing() as connection:
                if only_first and connection.execute("SELECT 1 FROM account LIMIT 1").fetchone():
                    return None
                connection.execute(
                    "INSERT INTO account (id, name, display_name, role, password, issuer, subject, created_at) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    [id, name, shown, checked_role(role), password, issuer, subject, at],
                )
        except sqlite3.IntegrityError as error:
            raise NameTaken(name) from error
        return self.find(id)

    def change(
        self, id: str, *, role: Role | None = None, password: str | None = None, display_name: str | None = None,
        is_disabled: bool | None = None,
    ) -> tuple[Account, Account]:  # fmt: skip
        """Change an account; return it as it was and as it is.

        Raises
        ------
        NoAccount, BadAccount, LastAdmin
            Nothing has changed.
        """
        with self._database.writing() as connection:
            before = self.find(id)
            new = {
                "role": before.role if role is None else checked_role(role),
                "password": before.password if password is None else password,
                "display_name": before.display_name if display_name is None else checked_display_name(display_name),
                "is_disabled": before.is_disabled if is_disabled is None else is_disabled,
            }
            connection.execute(
                "UPDATE account SET role = $role, password = $password, display_name = $display_name, "
                "is_disabled = $is_disabled WHERE id = $id",
                {**new, "id": before.id},
            )
            self._keep_an_admin(connection, before)
            if any(new[name] != getattr(before, name) for name in ("role", "password", "is_disabled")):
                connection.execute("DELETE FROM session WHERE account = ?", [before.id])
        return before, self.find(before.id)

    def prefer(
        self, id: str, *, language: str | None = None, theme: str | None = None, time_zone: str | None = None
    ) -> None:
        """Keep what an account's user chose; None leaves it as it is."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE account SET language = coalesce(?, language), theme = coalesce(?, theme), "
                "time_zone = coalesce(?, time_zone) WHERE id = ?",
                [language, theme, time_zone, id],
            )

    def rehash(self, id: str, password: str) -> None:
        """Keep the hash of the same password with today's parameters; sessions go on."""
        with self._database.writing() as connection:
            connection.execute("UPDATE account SET password = ? WHERE id = ?", [password, id])

    def delete(self, id: str) -> Account:
        """Delete an account with its sessions; return what it was.

        Raises
        ------
        NoAccount, LastAdmin
            Nothing has changed.
        """
        with self._database.writing() as connection:
            before = self.find(id)
            connection.execute("DELETE FROM account WHERE id = ?", [before.id])
            self._keep_an_admin(connection, before)
        return before

    def _keep_an_admin(self, connection: sqlite3.Connection, before: Account) -> None:
        """Refuse what leaves no administrator who can sign in."""
        [(admins,)] = connection.execute(ADMINS).fetchall()
        if before.role == "admin" and not before.is_disabled and not admins:
            raise LastAdmin(before.name)


def account_of(row: dict[str, Any]) -> Account:
    """Return the account that a row of the table is."""
    return Account(**{**row, "is_disabled": bool(row["is_disabled"])})


def folded(name: str) -> str:
    """Return a name as it is kept and compared."""
    return name.strip().lower()


def checked_name(name: str) -> str:
    """Return a name that an account can have."""
    read = folded(name)
    if NAME.fullmatch(read) is None:
        raise BadAccount(
            f"`{name:.100}` cannot be the name of an account",
            hint="a name has letters a–z, digits and . _ @ + -, begins with a letter or digit, and has 100 at most",
        )
    return read


def checked_display_name(name: str) -> str:
    """Return a name that can be shown."""
    read = name.strip()
    if not read or len(read) > 100 or not read.isprintable():
        raise BadAccount("the name that is shown has 1 to 100 printable characters")
    return read


def checked_role(role: str) -> Role:
    """Return a role that an account can have."""
    for known in ROLES:
        if known == role:
            return known
    raise BadAccount(f"there is no role `{role:.40}`", hint=f"the roles are {', '.join(ROLES)}")
