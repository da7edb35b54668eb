"""How much a call may send."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from sojourn.service.access.headers import Application, Receive, Scope, Send
from sojourn.service.chunks import SIZE_LIMIT

STRANGERS: Final = 64 * 1024
"""Bytes of a call without key and cookie: set-up and sign-in need no more."""
OTHERS: Final = SIZE_LIMIT


class BodyLimit:
    """Refuses bodies that are too large before they are read into memory.

    Parameters
    ----------
    app : ASGI application
        Answers the others.
    """

    def __init__(self, app: Application) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        limit = OTHERS if b"authorization" in headers or b"cookie" in headers else STRANGERS
        announced = headers.get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > limit:
            await JSONResponse(_told(limit), 413)(scope, receive, send)
            return
        came = 0

        async def counted() -> MutableMapping[str, Any]:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > limit:
                raise HTTPException(413, _told(limit)["message"])
            return message

        await self._app(scope, counted, send)


def _told(limit: int) -> dict[str, Any]:
    return {
        "code": "HTTP-413", "message": f"the body may have {limit:,} bytes at most", "hint": None, "retryable": False,
    }  # fmt: skip
