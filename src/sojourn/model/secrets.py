"""The texts of secrets: from the document, from the environment, or sealed."""

from __future__ import annotations

import os
from collections.abc import Mapping

from sojourn.model.errors import SojournError
from sojourn.model.external import Secret
from sojourn.model.sealing import Sealer


class SecretMissing(SojournError):
    """The text of a secret is not to be had."""

    code = "CHANNEL-003"

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message, hint=hint)


class Vault:
    """Reveals the secrets of one workspace, and of no other that runs in the same process.

    Parameters
    ----------
    sealer : Sealer, optional
        Opens what was sealed; without one nothing is opened.
    environment : mapping of str to str, optional
        The variables that documents may name; by default those of the process.
    """

    def __init__(self, sealer: Sealer | None = None, environment: Mapping[str, str] | None = None) -> None:
        self._sealer = sealer
        self._environment = os.environ if environment is None else environment

    def reveal(self, secret: Secret) -> str:
        """Return the text of a secret.

        Raises
        ------
        SecretMissing
            Its variable is not set, or it was sealed for another workspace.
        """
        if secret.env is not None:
            return self._from_environment(secret.env)
        if secret.sealed is not None:
            return self._opened(secret.sealed)
        return secret.value or ""

    def reveal_all(self, secrets: Mapping[str, Secret]) -> dict[str, str]:
        """Return the texts of secrets by their names (see `reveal`)."""
        return {name: self.reveal(secret) for name, secret in secrets.items()}

    def _from_environment(self, name: str) -> str:
        text = self._environment.get(name)
        if not text:
            raise SecretMissing(
                f"the environment variable {name} is not set",
                "set it, start the server again, and publish the document",
            )
        return text

    def _opened(self, sealed: str) -> str:
        text = self._sealer.open(sealed) if self._sealer is not None else None
        if text is None:
            raise SecretMissing(
                "a secret was sealed for another workspace, or has been altered",
                "seal it again with `sojourn seal`, or give this workspace the other one's data/secret",
            )
        return text
