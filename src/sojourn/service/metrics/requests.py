"""How long requests take, by their route and how they were answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from prometheus_client import Histogram

from sojourn.engine.clock import elapsed_s
from sojourn.ingest.body import ENDPOINTS, SHORT

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NO_ANSWER: Final = "499"
"""The status of a request whose client hung up before there was an answer."""
OTHER: Final = "other"
"""Stands for what nobody knows, so that strangers cannot make up new series."""


class Requests:
    """Times requests.

    Parameters
    ----------
    seconds : Histogram
        Takes them; labels ``route``, ``method`` and ``status``.
    """

    def __init__(self, seconds: Histogram) -> None:
        self._seconds = seconds
        self._known: dict[tuple[str, str, int], Histogram] = {}

    async def __call__(self, app: Application, part: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Let an application answer a request.

        Parameters
        ----------
        part : str
            Its route where it has none of its own: the part of the server that answers.
        """
        status, began = 0, elapsed_s()

        async def noted(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await app(scope, receive, noted)
        finally:
            self._observe((route_of(scope, part), scope["method"], status), elapsed_s() - began)

    def _observe(self, labels: tuple[str, str, int], seconds: float) -> None:
        found = self._known.get(labels)
        if found is None:
            route, method, status = labels
            known = method if method in METHODS else OTHER
            found = self._seconds.labels(route, known, str(status) if status else NO_ANSWER)
            if known != OTHER:  # else strangers could fill the memory
                self._known[labels] = found
        found.observe(seconds)


def route_of(scope: Scope, part: str) -> str:
    """Return a request's route: the path of the API with names for what differs, an endpoint of ingestion, or the part.

    Examples
    --------
    >>> [route_of({"path": path}, "/v1/") for path in ("/v1/t", "/v1/nothing")], route_of({"path": "/x"}, "studio")
    (['/v1/track', '/v1/other'], 'studio')
    """
    if part == "/v1/":
        name = str(scope["path"]).rsplit("/", 1)[-1]
        name = SHORT.get(name, name)
        return f"/v1/{name}" if name in ENDPOINTS else f"/v1/{OTHER}"
    return str(getattr(scope.get("route"), "path", part))
