"""The texts of secrets: from the document, from the environment, or sealed."""

from __future__ import annotations

import os
from typing import Final

from sojourn.model.errors import SojournError
from sojourn.model.external import Secret
from sojourn.model.sealing import Sealer

_SEALERS: Final[dict[str, Sealer]] = {}


class SecretMissing(SojournError):
    """The text of a secret is not to be had."""

    code = "CHANNEL-003"

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message, hint=hint)


def use_sealer(sealer: Sealer) -> None:
    """Let `reveal` open what this sealer sealed, from now on, in this process."""
    _SEALERS[sealer.key_id] = sealer


def reveal(secret: Secret) -> str:
    """Return the text of a secret.

    Raises
    ------
    SecretMissing
        Its variable is not set, or it was sealed for another workspace.
    """
    if secret.env is not None:
        return _from_environment(secret.env)
    if secret.sealed is not None:
        return _opened(secret.sealed)
    return secret.value or ""


def _from_environment(name: str) -> str:
    text = os.environ.get(name)
    if not text:
        raise SecretMissing(
            f"the environment variable {name} is not set", "set it, start the server again, and publish the document"
        )
    return text


def _opened(sealed: str) -> str:
    sealer = _SEALERS.get(sealed.split(".")[1])
    text = sealer.open(sealed) if sealer is not None else None
    if text is None:
        raise SecretMissing(
            "a secret was sealed for another workspace, or has been altered",
            "seal it again with `sojourn seal`, or give this workspace the other one's data/secret",
        )
    return text
