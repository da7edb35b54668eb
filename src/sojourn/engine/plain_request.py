"""Requests of HTTP/1.1 in bytes: nothing that is put into one can be more than the part it is meant for."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import httpx

from sojourn.channels.http import HEADER_NAME, HttpRefused, HttpRequest
from sojourn.sources.addresses import plain_address
from sojourn.sources.request import SCHEMES

PORTS: Final = {"http": 80, "https": 443}
FRAMES: Final = frozenset({"content-length", "transfer-encoding"})
"""Headers that say where a request ends."""
_AUTHORITY = re.compile(r"[A-Za-z]+://[^/?#\\]+(?:[/?#]|$)")
_NAME = re.compile(r"[a-z0-9_-][a-z0-9_.-]*")
_UNFIT = re.compile(rb"%(?![0-9A-Fa-f]{2})|[^!$%&-;=?-Z_a-z~]")
"""What a path and a query have only in percents (RFC 3986)."""


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """Where a request goes.

    Attributes
    ----------
    origin : tuple
        Scheme, host and port: requests of the same one can go over the same connection.
    host : str
        A name in ASCII, or an address without brackets.
    is_address : bool
        Whether the host is an address: no resolver is asked for it.
    path : str
        With the query.
    headers : mapping
        What the URL says besides: ``Host``, and ``Authorization`` if it has a user.
    """

    origin: tuple[str, str, int]
    host: str
    is_address: bool
    path: str
    headers: Mapping[str, str]


@lru_cache(1_024)
def read_target(text: str) -> Target:
    """Read a URL.

    Raises
    ------
    HttpRefused
        It is none, or none of HTTP.

    Examples
    --------
    >>> read_target("https://bücher.example:8443/a b?q=[1]").path
    '/a%20b?q=%5B1%5D'
    """
    try:
        url = httpx.URL(text)
        host = url.raw_host.decode("ascii")
    except (httpx.InvalidURL, UnicodeError) as error:
        raise HttpRefused("what comes out is no URL") from error
    if url.scheme not in SCHEMES or not host:
        raise HttpRefused("the URL does not begin with http:// or https:// and a host")
    is_address, port = _is_address(host), PORTS[url.scheme] if url.port is None else url.port
    if not text.isprintable() or not _AUTHORITY.match(text) or port > 65_535:
        raise HttpRefused("what comes out is no URL")
    if not is_address and not _NAME.fullmatch(host):
        raise HttpRefused("what comes out is no URL")
    path = _UNFIT.sub(lambda found: b"%%%02X" % found[0][0], url.raw_path).decode("ascii")
    return Target((url.scheme, host, port), host, is_address, path, _headers(url, host))


def write_head(request: HttpRequest, target: Target, user_agent: str) -> bytes:
    """Write a request up to its body; what it does not say itself of a header is what is usual.

    Parameters
    ----------
    request : HttpRequest
        Its headers have been checked (`HttpRequest.check_headers`).

    Raises
    ------
    HttpRefused
        A header cannot be set.
    """
    parts = [_opening(request.method, target, tuple(request.headers), user_agent)]
    parts += [f"{name}: {text}\r\n" for name, text in request.headers.items()]
    parts.append("\r\n" if request.body is None else f"Content-Length: {len(request.body)}\r\n\r\n")
    return "".join(parts).encode("ascii")


@lru_cache(1_024)
def _opening(method: str, target: Target, names: tuple[str, ...], user_agent: str) -> str:
    """Return the request line, and headers that are usual and not among these names."""
    for name in names:
        if not HEADER_NAME.fullmatch(name) or name.lower() in FRAMES:
            raise HttpRefused(f"the header `{name[:40]}` cannot be set")
    given = {name.lower() for name in names}
    usual = {**target.headers, "Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": user_agent}
    lines = [f"{name}: {text}\r\n" for name, text in usual.items() if name.lower() not in given]
    return f"{method} {target.path} HTTP/1.1\r\n{''.join(lines)}"


def _headers(url: httpx.URL, host: str) -> dict[str, str]:
    name = f"[{host.partition('%')[0]}]" if ":" in host else host
    headers = {"Host": name if url.port is None else f"{name}:{url.port}"}
    if url.username or url.password:
        headers["Authorization"] = f"Basic {b64encode(f'{url.username}:{url.password}'.encode()).decode()}"
    return headers


def _is_address(host: str) -> bool:
    try:
        plain_address(host)
    except ValueError:
        return False
    return True
