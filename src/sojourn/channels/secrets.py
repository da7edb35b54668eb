"""Secrets of providers: written in the channel document, or in the environment."""

from __future__ import annotations

import os

from sojourn.model.errors import SojournError
from sojourn.model.external import Secret


class SecretMissing(SojournError):
    """A secret is not there."""

    code = "CHANNEL-003"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"the environment variable {name} is not set",
            hint="set it, start the server again, and publish the channel",
        )


def reveal(secret: Secret) -> str:
    """Return the text of a secret.

    Raises
    ------
    SecretMissing
        Its variable is not set.
    """
    if secret.env is None:
        return secret.value or ""
    text = os.environ.get(secret.env)
    if not text:
        raise SecretMissing(secret.env)
    return text
