"""Access tokens of a Google service account, each used until shortly before it ends."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from sojourn.channels.http import Http, HttpFailed, HttpRefused, HttpRequest

SCOPE: Final = "https://www.googleapis.com/auth/firebase.messaging"
GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
EARLY: Final = timedelta(minutes=1)
LASTS_S: Final = 3_600


class TokenRefused(Exception):
    """The token endpoint gives no token; the message has no secrets."""


@dataclass(frozen=True, slots=True)
class GoogleAccount:
    """What a service account's key file says."""

    project_id: str
    client_email: str
    token_uri: str
    key: RSAKey = field(repr=False)

    @classmethod
    def read(cls, text: str) -> GoogleAccount:
        """Read a key file.

        Raises
        ------
        ValueError
            It is none.
        """
        try:
            said = json.loads(text)
            key = RSAKey.import_key(said["private_key"])
            account = cls(str(said["project_id"]), str(said["client_email"]), str(said["token_uri"]), key)
        except (ValueError, KeyError, TypeError, JoseError) as error:
            raise ValueError("the service account is no JSON of a Google key file") from error
        if not re.fullmatch(r"[A-Za-z0-9:._-]{1,100}", account.project_id):
            raise ValueError("the service account has no `project_id`")
        return account


class GoogleTokens:
    """Gets access tokens.

    Parameters
    ----------
    account : GoogleAccount
        Whose they are.
    http : Http
        Asks the token endpoint.
    now : callable
        Returns the instant.

    References
    ----------
    RFC 7523; https://developers.google.com/identity/protocols/oauth2/service-account#httprest
    """

    def __init__(self, account: GoogleAccount, http: Http, now: Callable[[], datetime]) -> None:
        self._account = account
        self._http = http
        self._now = now
        self._kept: tuple[str, datetime] | None = None
        self._asking = asyncio.Lock()

    def forget(self) -> None:
        """Ask for a new token at the next time: this one was refused."""
        self._kept = None

    async def token(self) -> str:
        """Return a token that is good now.

        Raises
        ------
        TokenRefused
            There is none.
        """
        async with self._asking:
            if self._kept is None or self._kept[1] <= self._now():
                self._kept = await self._ask()
            return self._kept[0]

    async def _ask(self) -> tuple[str, datetime]:
        now = self._now()
        second = int(now.timestamp())
        account = self._account
        claims = {
            "iss": account.client_email, "scope": SCOPE, "aud": account.token_uri, "iat": second,
            "exp": second + LASTS_S,
        }  # fmt: skip
        assertion = jwt.encode({"alg": "RS256", "typ": "JWT"}, claims, account.key)
        form = urlencode({"grant_type": GRANT, "assertion": assertion}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        try:
            reply = await self._http.send(HttpRequest("POST", account.token_uri, headers, form))
        except (HttpFailed, HttpRefused) as error:
            raise TokenRefused(f"the token endpoint: {error}") from error
        if reply.code != 200:
            raise TokenRefused(f"the token endpoint answered {reply.code}")
        try:
            said = json.loads(reply.body)
            text, lasts_s = str(said["access_token"]), float(said.get("expires_in") or LASTS_S)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise TokenRefused("the token endpoint gave no token") from error
        return text, now + max(timedelta(seconds=lasts_s) - EARLY, timedelta(seconds=1))
