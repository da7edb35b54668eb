"""Why signing in at a provider fails."""

from __future__ import annotations

from sojourn.service.access.errors import AccessError


class NoProvider(AccessError):
    """No OpenID Connect provider is set up."""

    code = "OIDC-002"
    status = 404

    def __init__(self) -> None:
        super().__init__("no OpenID Connect provider is set up", hint="see `docs/guide/access.md`")


class ProviderFails(AccessError):
    """The provider does not answer, or not as it must."""

    code = "OIDC-003"
    status = 502

    def __init__(self, why: str) -> None:
        super().__init__(f"the OpenID Connect provider fails: {why:.300}", retryable=True)


class WrongAnswer(AccessError):
    """What came back does not belong to a sign-in that this browser began, or took too long."""

    code = "OIDC-004"
    status = 403

    def __init__(self, why: str) -> None:
        super().__init__(f"this sign-in cannot be finished: {why}", hint="begin it again")


class BadToken(AccessError):
    """The provider's token is not valid."""

    code = "OIDC-005"
    status = 403

    def __init__(self, why: str) -> None:
        super().__init__(f"the provider's token is not valid: {why:.200}")


class NotAdmitted(AccessError):
    """The provider knows who it is, and it may not sign in here."""

    code = "OIDC-006"
    status = 403

    def __init__(self, why: str) -> None:
        super().__init__(why, hint="an administrator can say who may sign in; see `docs/guide/access.md`")
