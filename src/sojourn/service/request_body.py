"""Read the body of a request within limits: of size, inflated size and time."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

GZIP = 31
BODY_BYTES = 4 * 1024 * 1024
"""What a batch of RudderStack's Python client may have; those of the others have 512,000 at most."""


class Problem(Exception):
    """A request that cannot be answered as it wishes.

    Parameters
    ----------
    status : int
        Of HTTP.
    code : str
        Stable code.
    message : str
        What is wrong and what to do.
    wait_s : float
        When to come back, where that can help.
    """

    def __init__(self, status: int, code: str, message: str, wait_s: float = 1.0) -> None:
        super().__init__(message)
        self.wait_s = wait_s
        self.status = status
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """Limits of one body.

    Attributes
    ----------
    size : int
        Bytes, before and after inflation.
    read_s : float
        Seconds to send it in.
    """

    size: int = BODY_BYTES
    read_s: float = 30.0


async def read_text(
    receive: Callable[[], Awaitable[MutableMapping[str, Any]]], headers: dict[bytes, bytes], limits: BodyLimits
) -> str:
    """Return the body as text, inflated.

    Raises
    ------
    Problem
        When it is too large, too slow, badly compressed, not UTF-8, or its sender went away.
    """
    try:
        async with asyncio.timeout(limits.read_s):
            body = await read_bytes(receive, limits.size)
    except TimeoutError as error:
        raise Problem(408, "too_slow", f"the body did not arrive within {limits.read_s:g} s") from error
    try:
        return inflated(body, headers.get(b"content-encoding", b"").strip().lower(), limits.size).decode()
    except UnicodeDecodeError as error:
        raise Problem(400, "unreadable", f"the body is not UTF-8: {error.reason} at byte {error.start}") from error


async def read_bytes(receive: Callable[[], Awaitable[MutableMapping[str, Any]]], size: int) -> bytes:
    """Return the body as it was sent."""
    message = await receive()
    parts = bytearray()
    while message["type"] == "http.request":
        parts += message.get("body", b"")
        check_size(parts, size)
        if not message.get("more_body"):
            return bytes(parts)
        message = await receive()
    raise Problem(400, "gone", "the sender went away")


def inflated(body: bytes, encoding: bytes, size: int) -> bytes:
    """Return the body without its compression, if any."""
    if encoding in (b"", b"identity"):
        return body
    if encoding != b"gzip":
        raise Problem(415, "unsupported_encoding", f"Content-Encoding {encoding.decode('latin-1')!r}: use gzip or none")
    inflate = zlib.decompressobj(GZIP)
    try:
        plain = inflate.decompress(body, size + 1)
    except zlib.error as error:
        raise Problem(400, "bad_gzip", f"the body is said to be gzip, and is not: {error}") from error
    check_size(plain, size)
    if not inflate.eof or inflate.unused_data:
        raise Problem(400, "bad_gzip", "the gzip body is cut off, or something follows it")
    return plain


def check_size(body: bytes | bytearray, size: int) -> None:
    """Raise when `body` is longer than `size`."""
    if len(body) > size:
        raise Problem(413, "too_large", f"the body is larger than {size} bytes; send smaller batches")
