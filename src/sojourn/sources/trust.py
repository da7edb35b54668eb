"""Whom TLS trusts: the usual authorities, and those of one's own."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable
from typing import Final

import httpx

from sojourn.model.errors import SojournError

Trust = Callable[[], ssl.SSLContext]
OWN: Final = "SSL_CERT_FILE"
"""The variable of the environment that OpenSSL and most programs know, too."""


class BadAuthorities(SojournError):
    """The certificates of one's own authorities cannot be read."""

    code = "CALL-005"

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(
            f"{path} cannot be used: {reason}", hint="`SSL_CERT_FILE` names a file of certificates in PEM, or nothing"
        )


def trusted() -> ssl.SSLContext:
    """Return whom TLS trusts: the usual authorities, and those in the file that `SSL_CERT_FILE` names.

    Raises
    ------
    BadAuthorities
        There is no such file, or it has no certificate.
    """
    context = httpx.create_ssl_context(trust_env=False)
    if own := os.environ.get(OWN):
        try:
            context.load_verify_locations(cafile=own)
        except OSError as error:  # ssl.SSLError is one
            raise BadAuthorities(own, error.strerror or str(error)) from error
    return context
