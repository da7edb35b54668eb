"""How much a call may send."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from sojourn.service.access.headers import Application, Receive, Scope, Send
from sojourn.service.access.origin import SAFE
from sojourn.service.chunks import SIZE_LIMIT
from sojourn.service.uploads.limit import SIZE_LIMIT as FILE_LIMIT

STRANGERS: Final = 64 * 1024
"""Bytes of a call by nobody who is known: set-up and sign-in need no more."""
OTHERS: Final = SIZE_LIMIT
FILES: Final = "/api/uploads"
"""Where files are sent to; they go to the disk as they come, and have a limit of their own."""


class BodyLimit:
    """Refuses bodies that are too large before they are read into memory.

    Parameters
    ----------
    app : ASGI application
        Answers the others.
    is_known : callable
        Tells whether a key or a session came with a request; asked for large ones only.
    files : int
        Bytes of an uploaded file.
    """

    def __init__(self, app: Application, is_known: Callable[[Request], bool], files: int = FILE_LIMIT) -> None:
        self._app = app
        self._is_known = is_known
        self._files = files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0" if scope["method"] in SAFE else b"")
        size = int(announced) if announced.isdigit() else None
        is_small = size is not None and size <= STRANGERS
        limit = STRANGERS
        if not is_small and await run_in_threadpool(self._is_known, Request(scope)):
            limit = self._files if scope["path"] == FILES else OTHERS
        if size is not None and size > limit:
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
