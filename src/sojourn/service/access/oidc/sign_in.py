"""One sign-in at a provider, from the first redirect to the account."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from itsdangerous import BadSignature, URLSafeTimedSerializer

from sojourn.engine.clock import SystemClock
from sojourn.service.access.accounts import Account, Accounts
from sojourn.service.access.audit import Audit
from sojourn.service.access.caller import Caller
from sojourn.service.access.errors import NameTaken
from sojourn.service.access.oidc.errors import NotAdmitted, ProviderFails, WrongAnswer
from sojourn.service.access.oidc.provider import ANEW_S, Provider
from sojourn.service.access.oidc.settings import OidcSettings
from sojourn.service.access.oidc.token import check_token
from sojourn.service.access.permissions import Role

LONGEST_S: Final = 600
"""How long somebody may take at the provider."""
BY_PROVIDER: Final = Caller("oidc", "oidc", frozenset())
"""Who makes accounts and gives roles as the provider's claims say."""


class Begun(msgspec.Struct, frozen=True):
    """A sign-in that a browser began; the browser keeps it, signed."""

    state: str
    nonce: str
    verifier: str
    next: str


class OidcSignIn:
    """Signs people in by what a provider says about them.

    Parameters
    ----------
    settings : OidcSettings
        The provider, and what its claims mean.
    accounts : Accounts
        Where accounts are found and made.
    audit : Audit
        The record of changes.
    secret : bytes
        Signs what browsers keep.
    base_url : str
        Where browsers reach this server.
    now : callable, optional
        Tells the instant; by default that of this machine.
    """

    def __init__(
        self, settings: OidcSettings, accounts: Accounts, audit: Audit, secret: bytes, base_url: str,
        now: Callable[[], datetime] | None = None,
    ) -> None:  # fmt: skip
        self.settings = settings
        self.provider = Provider(settings)
        self._accounts = accounts
        self._audit = audit
        self._signer = URLSafeTimedSerializer(secret, salt="openid-connect")
        self._redirect_uri = f"{base_url.rstrip('/')}/api/oidc/callback"
        self._now = now or SystemClock().now

    def begin(self, next_path: str) -> tuple[str, str]:
        """Return where the browser goes, and what it keeps.

        Parameters
        ----------
        next_path : str
            Where it goes at the end: a path of this server.
        """
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        begun = Begun(state, nonce, verifier, local_path(next_path))
        challenge = urlsafe_b64encode(hashlib.sha256(begun.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code", "client_id": self.settings.client_id, "redirect_uri": self._redirect_uri,
            "scope": self.settings.scopes, "state": begun.state, "nonce": begun.nonce,
            "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        where = self.provider.metadata().authorization_endpoint
        return f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}", self._signer.dumps(
            msgspec.to_builtins(begun)
        )

    def finish(self, kept: str | None, answer: Mapping[str, str]) -> tuple[Account, str]:
        """Return who signed in, and where the browser goes.

        Parameters
        ----------
        kept : str, optional
            What the browser kept since `begin`.
        answer : mapping of str to str
            The provider's, in the address that it sent the browser to.

        Raises
        ------
        AccessError
            Nobody signs in.
        """
        begun = self._begun(kept)
        if not hmac.compare_digest(answer.get("state", "").encode(), begun.state.encode()):
            raise WrongAnswer("it was not begun by this browser (state)")
        self._check_issuer(answer)
        if "code" not in answer:
            raise NotAdmitted(f"the provider refused the sign-in: {answer.get('error', 'it sent no code')[:100]}")
        return self._account(self._claims(answer["code"], begun)), begun.next

    def _begun(self, kept: str | None) -> Begun:
        try:
            return msgspec.convert(self._signer.loads(kept or "", max_age=LONGEST_S), Begun)
        except (BadSignature, msgspec.ValidationError) as error:
            raise WrongAnswer("this browser did not begin it, or too long ago") from error

    def _check_issuer(self, answer: Mapping[str, str]) -> None:
        """Check that the answer is of the provider that was asked (RFC 9207)."""
        metadata = self.provider.metadata()
        is_told = metadata.authorization_response_iss_parameter_supported or "iss" in answer
        if is_told and answer.get("iss") != metadata.issuer:
            raise WrongAnswer("another provider answered (iss)")

    def _claims(self, code: str, begun: Begun) -> dict[str, Any]:
        answer = self.provider.exchange(code, begun.verifier, self._redirect_uri)
        claims = check_token(
            answer["id_token"], self.provider.keys(), issuer=self.settings.issuer,
            client_id=self.settings.client_id, nonce=begun.nonce, now_s=int(self._now().timestamp()),
            offered=self.provider.metadata().id_token_signing_alg_values_supported,
            refresh=lambda: self.provider.keys(ANEW_S),
        )  # fmt: skip
        if self.settings.role_claim is not None and not self.settings.claimed(claims) and answer.get("access_token"):
            more = self.provider.userinfo(str(answer["access_token"]))
            if more and more.get("sub") != claims["sub"]:
                raise ProviderFails("it tells of somebody else than its token")
            claims = {**more, **claims}
        return claims

    # ---- accounts ------------------------------------------------------------------------------------------------

    def _account(self, claims: Mapping[str, Any]) -> Account:
        role = self.settings.role_of(claims)
        found = self._accounts.known_as(self.settings.issuer, claims["sub"])
        if role is None and (found is None or self.settings.role_claim is not None):
            raise NotAdmitted("the provider knows you, but gives you no role here")
        if found is None:
            assert role is not None
            return self._make(claims, role)
        if found.is_disabled:
            raise NotAdmitted("the account is disabled")
        if role is None or self.settings.role_claim is None or role == found.role:
            return found
        before, after = self._accounts.change(found.id, role=role)
        self._audit.record(BY_PROVIDER, "user.change", f"user/{after.name}", before.told(), after.told())
        return after

    def _make(self, claims: Mapping[str, Any], role: Role) -> Account:
        """Make the account of somebody new; an account of the same name is somebody else's."""
        wanted = name_of(claims)
        shown = "".join(c for c in str(claims.get("name") or "") if c.isprintable()).strip()[:100] or wanted
        for number in range(1, 100):
            try:
                made = self._accounts.add(
                    wanted if number == 1 else f"{wanted}-{number}", role, display_name=shown,
                    issuer=self.settings.issuer, subject=claims["sub"],
                )  # fmt: skip
            except NameTaken:
                continue
            assert made is not None
            self._audit.record(BY_PROVIDER, "user.create", f"user/{made.name}", None, made.told())
            return made
        raise NameTaken(wanted)


def name_of(claims: Mapping[str, Any]) -> str:
    """Return a name for an account: what the provider calls it, made of the letters that a name has.

    Examples
    --------
    >>> name_of({"sub": "1", "preferred_username": "Ann Lee"}), name_of({"sub": "x/1", "email": "Ann@Example.com"})
    ('ann-lee', 'ann@example.com')
    """
    wanted = claims.get("preferred_username") or claims.get("email") or f"user-{claims['sub']}"
    plain = re.sub(r"[^a-z0-9._@+-]+", "-", str(wanted).lower()).lstrip("._@+-").rstrip("-")
    return plain[:90] or "user-" + hashlib.sha256(str(claims["sub"]).encode()).hexdigest()[:8]


def local_path(path: str) -> str:
    """Return a path if it leads to this server, else the first page.

    Examples
    --------
    >>> local_path("/journeys/welcome"), local_path("//evil.example/x"), local_path("https://evil.example")
    ('/journeys/welcome', '/', '/')
    """
    is_local = re.fullmatch(r"/(?![/\\])[\x21-\x7e]*", path) is not None and "\\" not in path
    return path if is_local and len(path) <= 2_000 else "/"
