"""Who calls: headers and query parameters of each way to sign in, and OAuth 2.0 tokens while they are good."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import quote, quote_plus, urlencode

import httpx

from sojourn.model.external import ApiKeyAuth, Auth, BasicAuth, BearerAuth, NoAuth, OAuth2Auth, Secret
from sojourn.model.secrets import SecretMissing, Vault
from sojourn.sources.exchange import ExchangeFailed, exchange
from sojourn.sources.request import Request

EARLY_S = 30.0
"""A token is asked for anew so long before it ends."""
USUAL_S = 300.0
"""How long a token is used that does not say how long it is good."""
TOKEN_TIMEOUT_S = 10.0


class NoCredentials(ExchangeFailed):
    """The credentials are not there: a variable that is not set, or a token that was refused."""


@dataclass(frozen=True, slots=True)
class Token:
    """An access token, and until when (monotonic seconds) it is used."""

    text: str
    until_s: float


class Credentials:
    """Signs requests.

    Parameters
    ----------
    client : httpx.AsyncClient
        For token endpoints.
    now_s : callable, optional
        Seconds since some fixed moment; by default those of the running event loop.
    vault : Vault, optional
        Reveals secrets.
    """

    def __init__(
        self, client: httpx.AsyncClient, now_s: Callable[[], float] | None = None, vault: Vault | None = None
    ) -> None:
        self._client = client
        self._vault = vault or Vault()
        self._now_s = now_s or asyncio.get_running_loop().time
        self._tokens: dict[OAuth2Auth, Token] = {}
        self._asking: dict[OAuth2Auth, asyncio.Lock] = {}

    async def sign(self, auth: Auth, request: Request) -> tuple[Request, dict[str, str]]:
        """Return the request and the secret headers that go with it.

        Raises
        ------
        NoCredentials
            They are not there, or cannot stand in a header.
        """
        signed, headers = await self._sign(auth, request)
        if not all(text.isascii() for text in headers.values()):
            raise NoCredentials("the credentials have more than ASCII letters")
        return signed, headers

    async def _sign(self, auth: Auth, request: Request) -> tuple[Request, dict[str, str]]:
        match auth:
            case NoAuth():
                return request, {}
            case BasicAuth():
                pair = f"{self._reveal(auth.username)}:{self._reveal(auth.password)}".encode()
                return request, {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
            case BearerAuth():
                return request, {"Authorization": f"Bearer {self._reveal(auth.token)}"}
            case ApiKeyAuth(place="header"):
                return request, {auth.name: self._reveal(auth.value)}
            case ApiKeyAuth():
                return replace(request, url=_with_query(request.url, auth.name, self._reveal(auth.value))), {}
            case OAuth2Auth():
                return request, {"Authorization": f"Bearer {await self._token(auth)}"}

    def texts(self, auth: Auth) -> list[str]:
        """Return the texts that signing used and that nobody may see, in each form in which they travel."""
        texts = [self._known(secret) for secret in secrets_of(auth)]
        if isinstance(auth, BasicAuth):
            texts.append(base64.b64encode(":".join(texts).encode()).decode())
        if isinstance(auth, OAuth2Auth) and (token := self._tokens.get(auth)) is not None:
            texts.append(token.text)
        return [form for text in texts if text for form in _forms(text)]

    def forget(self, auth: Auth) -> bool:
        """Drop a token that was refused; tell whether another try may bring a better one."""
        return isinstance(auth, OAuth2Auth) and self._tokens.pop(auth, None) is not None

    def _reveal(self, secret: Secret) -> str:
        try:
            return self._vault.reveal(secret)
        except SecretMissing as error:
            raise NoCredentials(error.message) from error

    def _known(self, secret: Secret) -> str:
        try:
            return self._reveal(secret)
        except NoCredentials:
            return ""

    async def _token(self, auth: OAuth2Auth) -> str:
        async with self._asking.setdefault(auth, asyncio.Lock()):
            kept = self._tokens.get(auth)
            if kept is None or kept.until_s <= self._now_s():
                kept = self._tokens[auth] = await self._ask(auth)
            return kept.text

    async def _ask(self, auth: OAuth2Auth) -> Token:
        names = (auth.client_id, auth.client_secret)
        pair = ":".join(quote(self._reveal(secret), safe="") for secret in names).encode()
        form = {"grant_type": "client_credentials"} | ({"scope": auth.scope} if auth.scope else {})
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        request = Request("POST", httpx.URL(auth.token_url), headers, urlencode(form).encode())
        secret = {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
        reply = await exchange(self._client, request, secret, TOKEN_TIMEOUT_S)
        if reply.code != 200:
            raise NoCredentials(f"the token endpoint answered {reply.code}")
        return self._read(reply.body)

    def _read(self, body: bytes) -> Token:
        try:
            said = json.loads(body)
            text, lasts_s = str(said["access_token"]), float(said.get("expires_in") or USUAL_S)
        except (ValueError, KeyError, TypeError) as error:
            raise NoCredentials("the token endpoint gave no token") from error
        return Token(text, self._now_s() + max(lasts_s - EARLY_S, min(lasts_s, 1.0)))


def secrets_of(auth: Auth) -> list[Secret]:
    """Return the secrets of a way to sign in."""
    match auth:
        case NoAuth():
            return []
        case BasicAuth():
            return [auth.username, auth.password]
        case BearerAuth():
            return [auth.token]
        case ApiKeyAuth():
            return [auth.value]
        case OAuth2Auth():
            return [auth.client_id, auth.client_secret]


def _forms(text: str) -> list[str]:
    """Return a text as it is, inside of URLs, and inside of JSON."""
    return list(dict.fromkeys((text, quote(text, safe=""), quote_plus(text), json.dumps(text)[1:-1])))


def _with_query(url: httpx.URL, name: str, value: str) -> httpx.URL:
    """Add to a query without writing the rest of it anew."""
    pair = urlencode({name: value})
    query = url.query.decode()
    return url.copy_with(query=f"{query}&{pair}".encode() if query else pair.encode())
