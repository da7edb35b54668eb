"""What the API answers, held against its OpenAPI document, in every test that serves an application."""

import re
from functools import cache
from typing import Any

import httpx

Answer = tuple[str, str, int]


class Conforming:
    """Notes what an application answers under `/api`."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._answers: set[Answer] = set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def noted(message: Any) -> None:
            if message["type"] == "http.response.start" and scope["path"].startswith("/api/"):
                self._answers.add((scope["method"], scope["path"], message["status"]))
            await send(message)

        await self._app(scope, receive, noted)

    def check(self, url: str) -> None:
        """Fail when an operation has given an answer that the document does not have."""
        found = set(filter(None, (_operation(url, *answer) for answer in list(self._answers))))
        assert not sorted(found), "answers that the OpenAPI document does not have"


def _operation(url: str, method: str, path: str, status: int) -> str | None:
    """Return the operation of an answer that is not documented."""
    for pattern, template, operations in _paths(url):
        if pattern.fullmatch(path) and method.lower() in operations:
            known = operations[method.lower()]["responses"]
            return None if {str(status), f"{status // 100}XX"} & set(known) else f"{method} {template}: {status}"
    return None


_read: list[list[tuple[re.Pattern[str], str, dict[str, Any]]]] = []


def _paths(url: str) -> list[tuple[re.Pattern[str], str, dict[str, Any]]]:
    """Return the document's paths, the more exact ones first; it is the same of every application."""
    if not _read:
        paths = httpx.get(f"{url}/api/openapi.json", timeout=60).raise_for_status().json()["paths"]
        ordered = sorted(paths.items(), key=lambda item: ("explain" in item[0], item[0].count("{")))
        _read.append([(_pattern(path), path, operations) for path, operations in ordered])
    return _read[0]


@cache
def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", path)
    return re.compile(
        "".join(
            "([^/]+|.+)" if n % 2 and "explain" in path else "[^/]+" if n % 2 else re.escape(part)
            for n, part in enumerate(parts)
        )
    )
