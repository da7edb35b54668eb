"""Which workspace of a server a request is for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from starlette.responses import JSONResponse, RedirectResponse
from structlog.contextvars import bind_contextvars

from sojourn.service.app import App
from sojourn.service.health import alive, ready
from sojourn.service.ingestion import Receive, Scope, Send
from sojourn.service.spaces.building import Opened

BEFORE: Final = "/w/"
TOLD: Final = {"/healthz": alive, "/readyz": ready}
"""What is about the whole process."""
NOWHERE: Final = {
    "code": "HTTP-404", "message": "there is no workspace at this address", "hint": None, "retryable": False,
}  # fmt: skip


class Entrance:
    """Gives a request to a workspace by its path; what follows `/w/NAME` is a path of that workspace.

    `/healthz` and `/readyz` are about all of them, `/w/NAME/healthz` about one.

    A process that serves one workspace does without.

    Parameters
    ----------
    opened : sequence of Opened
        The first has all paths that do not begin with `/w/`.
    """

    def __init__(self, opened: Sequence[Opened]) -> None:
        self._first = opened[0]
        self._health = [(each.space.name, each.app.health) for each in opened]
        self._others: dict[str, tuple[str, App]] = {
            f"{each.space.door.mount}/": (each.space.name, each.app) for each in opened[1:]
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = str(scope.get("path", ""))
        if path in TOLD:
            await TOLD[path](self._health)(scope, receive, send)
            return
        if not path.startswith(BEFORE):
            bind_contextvars(workspace=self._first.space.name)
            await self._first.app(scope, receive, send)
            return
        name = path[len(BEFORE) :].partition("/")[0]
        mount = f"{BEFORE}{name}/"
        found = self._others.get(mount)
        if found is None:
            await JSONResponse(NOWHERE, 404)(scope, receive, send)
        elif path + "/" == mount:
            await RedirectResponse(mount)(scope, receive, send)
        elif not scope["raw_path"].startswith(mount.encode()):  # written with escapes: what follows cannot be told
            await JSONResponse(NOWHERE, 404)(scope, receive, send)
        else:
            bind_contextvars(workspace=found[0])
            await found[1](_below(scope, len(mount) - 1), receive, send)


def _below(scope: Scope, cut: int) -> dict[str, Any]:
    """Return the scope of a request with the beginning of its path cut off."""
    return {**scope, "path": scope["path"][cut:], "raw_path": scope["raw_path"][cut:]}
