"""Signatures of Twilio's callbacks."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit, urlunsplit

PORTS = {"https": 443, "http": 80}


def is_signed(token: str, url: str, form: Mapping[str, Sequence[str]], signature: str) -> bool:
    """Tell whether whoever knows the account's token has signed a callback.

    Parameters
    ----------
    url : str
        As Twilio was given it; its server may add the usual port, or leave it out.
    form : mapping
        The body's parameters, each with its values.

    References
    ----------
    https://www.twilio.com/docs/usage/webhooks/webhooks-security
    """
    given = signature.encode("utf-8", "replace")
    return any(hmac.compare_digest(signature_of(token, spelled, form).encode(), given) for spelled in _spellings(url))


def signature_of(token: str, url: str, form: Mapping[str, Sequence[str]]) -> str:
    """Return the base64 of HMAC-SHA1 over the URL and the parameters in order of their names."""
    text = url + "".join(name + value for name in sorted(form) for value in sorted(set(form[name])))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def _spellings(url: str) -> Iterator[str]:
    parts = urlsplit(url)
    host = parts.netloc.rpartition(":")[0] if parts.port else parts.netloc
    port = parts.port or PORTS.get(parts.scheme, 443)
    for netloc in dict.fromkeys((parts.netloc, host, f"{host}:{port}")):
        yield urlunsplit(parts._replace(netloc=netloc))
