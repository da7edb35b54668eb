"""Which provider, and what its claims mean here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from sojourn.model.errors import SojournError
from sojourn.service.access.permissions import ROLES, Role

PREFIX: Final = "SOJOURN_OIDC_"
KNOWN: Final = (
    "ISSUER", "CLIENT_ID", "CLIENT_SECRET", "NAME", "SCOPES", "ROLE_CLAIM", "ROLES", "DEFAULT_ROLE", "ONLY",
)  # fmt: skip
LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


class OidcSettingsError(SojournError):
    """The settings of OpenID Connect do not make sense."""

    code = "OIDC-001"


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """An OpenID Connect provider.

    Attributes
    ----------
    issuer : str
        Its address, as it names itself.
    client_id : str
        What it calls this server.
    client_secret : str, optional
        None: a public client, which PKCE alone protects.
    name : str
        What the button says.
    scopes : str
        What is asked for.
    role_claim : str, optional
        The claim that decides the role; with dots inside of others (``realm_access.roles``).
    roles : mapping of str to role
        By the claim's values.
    default_role : role, optional
        Of those whose claim says nothing; None: they are refused.
    is_only : bool
        Nobody signs in by a password.
    """

    issuer: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    name: str = "Single sign-on"
    scopes: str = "openid profile email"
    role_claim: str | None = None
    roles: Mapping[str, Role] = field(default_factory=dict)
    default_role: Role | None = None
    is_only: bool = False

    def role_of(self, claims: Mapping[str, Any]) -> Role | None:
        """Return the highest role that claims give, None when they give none.

        Examples
        --------
        >>> settings = OidcSettings("https://id.example", "x", role_claim="groups", roles={"it": "technical"})
        >>> settings.role_of({"groups": ["it", "staff"]})
        'technical'
        """
        found = [self.roles[value] for value in self.claimed(claims) if value in self.roles]
        return max(found, key=ROLES.index) if found else self.default_role

    def claimed(self, claims: Mapping[str, Any]) -> list[str]:
        """Return the values of the claim that decides the role."""
        if self.role_claim is None:
            return []
        value: Any = claims.get(self.role_claim)
        if value is None:
            value = claims
            for part in self.role_claim.split("."):
                value = value.get(part) if isinstance(value, Mapping) else None
        return [str(entry) for entry in value] if isinstance(value, list) else [] if value is None else [str(value)]


def read_settings(environment: Mapping[str, str]) -> OidcSettings | None:
    """Return the settings of environment variables; None when no provider is named.

    Raises
    ------
    OidcSettingsError
        A variable is missing, unknown or makes no sense.
    """
    given = {name.removeprefix(PREFIX): value for name, value in environment.items() if name.startswith(PREFIX)}
    unknown = sorted(given.keys() - set(KNOWN))
    if unknown:
        raise OidcSettingsError(
            f"there is no setting {PREFIX}{unknown[0]}", hint=f"known: {', '.join(PREFIX + name for name in KNOWN)}"
        )
    given = {name: value.strip() for name, value in given.items() if value.strip()}
    if not given:
        return None
    for name in ("ISSUER", "CLIENT_ID"):
        if name not in given:
            raise OidcSettingsError(f"{PREFIX}{name} is missing, while other {PREFIX}… are set")
    check_address(given["ISSUER"], f"{PREFIX}ISSUER")
    roles = _roles(given.get("ROLES", ""))
    if bool(roles) != ("ROLE_CLAIM" in given):
        raise OidcSettingsError(f"{PREFIX}ROLE_CLAIM and {PREFIX}ROLES go together")
    scopes = given.get("SCOPES", "openid profile email")
    if "openid" not in scopes.split():
        raise OidcSettingsError(f"{PREFIX}SCOPES must have `openid` among them")
    return OidcSettings(
        given["ISSUER"], given["CLIENT_ID"], given.get("CLIENT_SECRET"), given.get("NAME", "Single sign-on"), scopes,
        given.get("ROLE_CLAIM"), roles, _role(given["DEFAULT_ROLE"]) if "DEFAULT_ROLE" in given else None,
        given.get("ONLY", "no").lower() in ("yes", "true", "1"),
    )  # fmt: skip


def check_address(url: str, what: str) -> None:
    """Check that what is secret goes over TLS, or stays on this machine.

    Raises
    ------
    OidcSettingsError
        It would not.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise OidcSettingsError(f"{what} must begin with https://, not {url:.200}")


def _roles(text: str) -> dict[str, Role]:
    """Read ``sojourn-admins=admin, marketing=marketer``."""
    pairs = [pair.rpartition("=") for pair in text.split(",") if pair.strip()]
    return {value.strip(): _role(role.strip()) for value, _, role in pairs}


def _role(name: str) -> Role:
    for role in ROLES:
        if role == name:
            return role
    raise OidcSettingsError(
        f"there is no role `{name}`", hint=f"{PREFIX}ROLES is value=role, …; the roles are {', '.join(ROLES)}"
    )
