"""The provider over HTTP: discovery, keys, tokens, and what it knows of who signs in."""

from __future__ import annotations

import threading
from typing import Any, Final

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ValidationError

from sojourn.engine.clock import elapsed_s
from sojourn.service.access.oidc.errors import ProviderFails
from sojourn.service.access.oidc.settings import OidcSettings, OidcSettingsError, check_address

KEEP_S: Final = 3_600.0
"""How long metadata and keys are used before they are fetched again."""
ANEW_S: Final = 30.0
"""How often keys are fetched for tokens whose key is not known."""
TIMEOUT_S: Final = 10.0


class Metadata(BaseModel):
    """What discovery tells (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    id_token_signing_alg_values_supported: list[str] = []
    token_endpoint_auth_methods_supported: list[str] = ["client_secret_basic"]
    authorization_response_iss_parameter_supported: bool = False


class Provider:
    """One OpenID Connect provider.

    Parameters
    ----------
    settings : OidcSettings
        Where it is.
    """

    def __init__(self, settings: OidcSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._metadata: tuple[float, Metadata] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def metadata(self) -> Metadata:
        """Return what the provider tells of itself.

        Raises
        ------
        ProviderFails
            It does not answer as it must.
        """
        with self._lock:
            if self._metadata is None or elapsed_s() - self._metadata[0] > KEEP_S:
                self._metadata = (elapsed_s(), self._discover())
            return self._metadata[1]

    def keys(self, older_than_s: float = KEEP_S) -> KeySet:
        """Return the provider's public keys, at most this old."""
        where = self.metadata().jwks_uri
        with self._lock:
            if self._keys is None or elapsed_s() - self._keys[0] > older_than_s:
                self._keys = (elapsed_s(), self._fetch_keys(where))
            return self._keys[1]

    def exchange(self, code: str, verifier: str, redirect_uri: str) -> dict[str, Any]:
        """Return the provider's answer to a code: `id_token` and `access_token`."""
        settings = self._settings
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier,
            "client_id": settings.client_id,
        }  # fmt: skip
        auth = None
        if settings.client_secret is not None:
            if "client_secret_basic" in self.metadata().token_endpoint_auth_methods_supported:
                auth = httpx.BasicAuth(_quoted(settings.client_id), _quoted(settings.client_secret))
            else:
                form["client_secret"] = settings.client_secret
        answer = self._ask("POST", self.metadata().token_endpoint, data=form, auth=auth)
        if not isinstance(answer.get("id_token"), str):
            raise ProviderFails("its answer has no ID token")
        return answer

    def userinfo(self, access_token: str) -> dict[str, Any]:
        """Return what the provider tells beside the ID token; nothing when it has no such place."""
        where = self.metadata().userinfo_endpoint
        if where is None:
            return {}
        return self._ask("GET", where, headers={"Authorization": f"Bearer {access_token}"})

    def _discover(self) -> Metadata:
        issuer = self._settings.issuer
        found = self._ask("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        try:
            metadata = Metadata.model_validate(found)
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"):
                check_address(getattr(metadata, name) or issuer, name)
        except (ValidationError, OidcSettingsError) as error:
            raise ProviderFails(f"its metadata cannot be used: {error}") from error
        if metadata.issuer != issuer:
            raise ProviderFails(f"it calls itself {metadata.issuer}, not {issuer}")
        return metadata

    def _fetch_keys(self, where: str) -> KeySet:
        found = self._ask("GET", where)
        try:
            return KeySet.import_key_set({"keys": found["keys"]})
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise ProviderFails(f"its keys cannot be read: {error}") from error

    def _ask(self, method: str, url: str, **more: Any) -> dict[str, Any]:
        try:
            with httpx.Client(timeout=TIMEOUT_S, headers={"Accept": "application/json"}) as client:
                answer = client.request(method, url, **more)
            read = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise ProviderFails(str(error) or type(error).__name__) from error
        if not isinstance(read, dict) or not answer.is_success:
            told = read.get("error") if isinstance(read, dict) else None
            raise ProviderFails(f"it answers {answer.status_code} {told or ''}".rstrip())
        return read


def _quoted(text: str) -> str:
    """Return a text as OAuth 2.0 wants it in Basic authentication (RFC 6749, section 2.3.1)."""
    return str(httpx.QueryParams({"": text}))[1:]
