"""All that decides who may do what in a server, put together."""

from __future__ import annotations

from sojourn.service.access.accounts import Accounts
from sojourn.service.access.audit import Audit
from sojourn.service.access.browser_sessions import BrowserSessions
from sojourn.service.access.database import Database
from sojourn.service.access.door import Door
from sojourn.service.access.guard import Guard
from sojourn.service.access.keyring import Keyring
from sojourn.service.access.neighbours import Neighbours
from sojourn.service.access.oidc.settings import OidcSettings
from sojourn.service.access.oidc.sign_in import OidcSignIn
from sojourn.service.access.passwords import Passwords
from sojourn.service.access.people import People
from sojourn.service.access.setup import Setup
from sojourn.service.access.sign_in import SignIn
from sojourn.service.access.throttle import Throttle


class Access:
    """Accounts, sessions, keys and the guard of one server.

    Parameters
    ----------
    database : Database
        Keeps accounts and sessions.
    audit : Audit
        The record of changes.
    keyring : Keyring
        The workspace's keys.
    token : str
        Of the commands of this machine.
    base_url : str
        Where browsers reach the server.
    secret : bytes
        Signs what browsers keep.
    oidc : OidcSettings, optional
        The OpenID Connect provider that people may sign in at.
    door : Door, optional
        Where browsers find the workspace.
    neighbours : Neighbours, optional
        The other workspaces of the server.
    """

    def __init__(
        self, database: Database, audit: Audit, keyring: Keyring, token: str, base_url: str, secret: bytes,
        oidc: OidcSettings | None = None, door: Door | None = None, neighbours: Neighbours | None = None,
    ) -> None:  # fmt: skip
        self.audit = audit
        self.base_url = base_url
        self.door = door or Door()
        self.neighbours = neighbours or Neighbours()
        self.passwords = Passwords()
        self.accounts = Accounts(database)
        self.sessions = BrowserSessions(database)
        self.people = People(self.accounts, self.passwords, audit)
        self.keyring = keyring
        self.guard = Guard(keyring, token, self.sessions, base_url, self.door.cookie)
        self.setup = Setup(self.accounts, self.passwords, audit)
        self.sign_in = SignIn(self.accounts, self.passwords, Throttle())
        self.oidc = None if oidc is None else OidcSignIn(oidc, self.accounts, audit, secret, base_url)

    @property
    def takes_passwords(self) -> bool:
        """Tell whether one may sign in by name and password."""
        return self.oidc is None or not self.oidc.settings.is_only
