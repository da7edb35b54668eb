"""Whether a page of this server made a call."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from fastapi import Request

from sojourn.service.access.errors import ForeignOrigin

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_PORTS: Final = {"http": 80, "https": 443}


def check_origin(request: Request, base_url: str) -> None:
    """Check that what changes something was sent by a page of this server, or by no page.

    Parameters
    ----------
    base_url : str
        Where browsers reach the server, when that is not the address of the request's Host header.

    Raises
    ------
    ForeignOrigin
        A page of another site sent it.
    """
    if request.method in SAFE:
        return
    origin = request.headers.get("origin")
    if origin is not None:
        here = f"{origin.partition('://')[0]}://{request.headers.get('host', '')}"
        if _place(origin) is None or _place(origin) not in (_place(base_url), _place(here)):
            raise ForeignOrigin(origin)
    elif request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        raise ForeignOrigin("another site")


def _place(url: str) -> tuple[str, int | None] | None:
    """Return host and port; None for what is no address, such as the origin `null`."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
    return (parts.hostname, port) if parts.hostname and port else None
