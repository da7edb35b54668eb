"""What browsers ask before a page of another origin may send, and what they let it read of the answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

Headers = list[tuple[bytes, bytes]]

METHODS: Final = (b"access-control-allow-methods", b"GET, POST, OPTIONS")
AGE: Final = (b"access-control-max-age", b"86400")
EXPOSED: Final = (b"access-control-expose-headers", b"retry-after")
ALLOWED: Final = b"authorization, content-type, content-encoding, anonymousid, sentat, x-retry-count"
"""Headers that clients are known to send."""
NAMES: Final = re.compile(rb"[0-9A-Za-z_-]+(?: *, *[0-9A-Za-z_-]+){0,30}")
LONGEST: Final = 1_000


def allowed_origin(headers: Mapping[bytes, bytes]) -> Headers:
    """Let the page that sent the request read the answer: write keys are public, and no cookie is used."""
    origin = headers.get(b"origin")
    return [(b"access-control-allow-origin", origin), (b"vary", b"origin"), EXPOSED] if origin else []


def preflight(headers: Mapping[bytes, bytes]) -> Headers:
    """Return what a preflight is answered with: a page may send whatever headers its client wants to send.

    Clients add others when they send again (`Rsa-Retry-Attempt`, `X-Retry-Count`); one that is not allowed here would
    lose exactly what had failed before.
    """
    asked = headers.get(b"access-control-request-headers", b"").strip()
    fits = len(asked) <= LONGEST and NAMES.fullmatch(asked) is not None
    return [METHODS, (b"access-control-allow-headers", asked if fits else ALLOWED), AGE]
