"""Signed tokens that a provider shows, each used for a while."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

MOST = 1_000
"""Audiences whose tokens are kept."""


class Passes:
    """Signs JSON Web Tokens, one for each audience, anew when they are old.

    Parameters
    ----------
    key : ECKey or RSAKey
        Signs.
    header : mapping
        ``alg`` and, where the service wants it, ``kid``.
    claims : callable
        Returns the claims for an audience at an instant.
    used_for : timedelta
        How long a token is shown.
    now : callable
        Returns the instant.
    """

    def __init__(
        self, key: ECKey | RSAKey, header: Mapping[str, str], claims: Callable[[str, int], dict[str, Any]],
        used_for: timedelta, now: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._key = key
        self._header = dict(header)
        self._claims = claims
        self._used_for = used_for
        self._now = now
        self._kept: OrderedDict[str, tuple[datetime, str]] = OrderedDict()

    def show(self, audience: str = "") -> str:
        """Return a token that is good now."""
        now = self._now()
        kept = self._kept.get(audience)
        if kept is None or not kept[0] <= now < kept[0] + self._used_for:
            token = jwt.encode(self._header, self._claims(audience, int(now.timestamp())), self._key)
            kept = self._kept[audience] = (now, token)
            self._kept.move_to_end(audience)
            if len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return kept[1]

    def forget(self, audience: str = "") -> None:
        """Make a new token at the next time: this one was refused."""
        self._kept.pop(audience, None)
