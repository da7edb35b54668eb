"""Checks what a provider says about who signs in."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from sojourn.service.access.oidc.errors import BadToken

ALGORITHMS: Final = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519",
)  # fmt: skip
"""Those with a public key: with others whoever knows the client's secret, or nobody at all, could sign."""
LEEWAY_S: Final = 60
"""How far the clocks of two machines may be apart."""
LONGEST_SUBJECT: Final = 255


def check_token(
    token: str,
    keys: KeySet,
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    now_s: int,
    offered: Collection[str] = (),
    refresh: Callable[[], KeySet] | None = None,
) -> dict[str, Any]:
    """Return the claims of an ID token.

    Parameters
    ----------
    keys : KeySet
        The provider's.
    nonce : str
        What this sign-in sent.
    now_s : int
        Seconds of the Unix epoch.
    offered : collection of str
        Algorithms that the provider says it signs with; none: any of `ALGORITHMS`.
    refresh : callable, optional
        Fetches the keys anew, when the token's key is not among them.

    Raises
    ------
    BadToken
        It is not signed by the provider, not for this server, not of this sign-in, or over.

    References
    ----------
    OpenID Connect Core 1.0, section 3.1.3.7.
    """
    allowed = [name for name in ALGORITHMS if name in offered] or list(ALGORITHMS)
    claims = _signed(token, keys, allowed, refresh)
    registry = jwt.JWTClaimsRegistry(
        now=now_s, leeway=LEEWAY_S,
        iss={"essential": True, "value": issuer}, sub={"essential": True}, aud={"essential": True, "value": client_id},
        exp={"essential": True}, iat={"essential": True},
    )  # fmt: skip
    try:
        registry.validate(claims)
    except (JoseError, ValueError, TypeError) as error:
        raise BadToken(str(error)) from error
    _check_parties(claims, client_id)
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise BadToken("it belongs to another sign-in (nonce)")
    return claims


def _signed(
    token: str, keys: KeySet, allowed: list[str], refresh: Callable[[], KeySet] | None
) -> dict[str, Any]:  # fmt: skip
    try:
        return jwt.decode(token, keys, algorithms=allowed).claims
    except (JoseError, ValueError, KeyError, TypeError) as error:
        if refresh is None:
            raise BadToken(f"signature: {error}") from error
    return _signed(token, refresh(), allowed, None)


def _check_parties(claims: Mapping[str, Any], client_id: str) -> None:
    """Check that the token was made for this server and nobody else."""
    audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if claims.get("azp", client_id) != client_id or (len(audiences) > 1 and "azp" not in claims):
        raise BadToken("it was made for another client (azp)")
    if not claims["sub"] or len(claims["sub"]) > LONGEST_SUBJECT:
        raise BadToken("it does not say who it is about (sub)")
