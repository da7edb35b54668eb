"""What browsers are told about every answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

EVERY: Final = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
"""The resource policy does not hold for what mails fetch: those answers are not wrapped."""

PAGE: Final = b"; ".join(
    [
        b"default-src 'self'",
        b"script-src 'self'",
        # Components set styles in elements, and so do mails, which are shown in sandboxed frames by `srcdoc`:
        # such frames have this policy, too. A mail's pictures and fonts are wherever its author put them.
        b"style-src 'self' 'unsafe-inline' https:",
        b"img-src 'self' data: blob: https: http:",
        b"font-src 'self' data: https:",
        b"connect-src 'self'",
        b"worker-src 'self' blob:",
        b"frame-src 'self' blob:",
        b"object-src 'none'",
        b"base-uri 'none'",
        b"form-action 'self'",
        b"frame-ancestors 'none'",
    ]
)
"""Content Security Policy of the studio's pages."""

DATA: Final = b"default-src 'none'; frame-ancestors 'none'"
"""Of answers that are no pages."""


class SecureHeaders:
    """Adds the headers to an application's answers.

    Parameters
    ----------
    app : ASGI application
        Answers.
    """

    def __init__(self, app: Application) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_with(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *added(message.get("headers", []), scope)]
            await send(message)

        await self._app(scope, receive, send_with)


def added(headers: list[tuple[bytes, bytes]], scope: Scope) -> list[tuple[bytes, bytes]]:
    """Return the headers that an answer lacks."""
    had = {name.lower(): value for name, value in headers}
    is_page = had.get(b"content-type", b"").startswith(b"text/html")
    wanted = [*EVERY, (b"content-security-policy", PAGE if is_page else DATA)]
    if str(scope.get("path", "")).startswith("/api/"):
        wanted.append((b"cache-control", b"no-store"))
    return [(name, value) for name, value in wanted if name not in had]
