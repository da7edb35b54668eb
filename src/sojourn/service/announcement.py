"""How the commands of this machine find the server of a workspace."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from sojourn.service.places import Places


@contextmanager
def announced(places: Places, url: str) -> Iterator[str]:
    """Tell the commands of this machine where a workspace is served, for as long as it is.

    Gives the token that they sign in with; only the workspace's owner can read it.
    """
    token = secrets.token_urlsafe(32)
    text = json.dumps({"url": url, "token": token, "pid": os.getpid()})
    fresh = places.server.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    fresh.replace(places.server)
    try:
        yield token
    finally:
        places.server.unlink(missing_ok=True)
