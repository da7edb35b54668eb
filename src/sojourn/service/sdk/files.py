"""The browser SDK's files: what `make web` built into the package."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

BUILT: Final = Path(__file__).resolve().parents[2] / "sdk"
NAMES: Final = ("sdk.js", "sdk-worker.js")
HEADERS: Final = {
    "Cache-Control": "public, max-age=300", "Vary": "Accept-Encoding", "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin", "X-Content-Type-Options": "nosniff",
}  # fmt: skip


def sdk_files(folder: Path = BUILT) -> list[Route]:
    """Return the routes of the files, for pages of every origin."""

    async def answer(request: Request) -> Response:
        file = folder / request.url.path.lstrip("/")
        if not file.is_file():
            return PlainTextResponse("The browser SDK is not built: run `make web`.\n", 503)
        packed = file.with_name(file.name + ".gz")
        accepts = "gzip" in request.headers.get("accept-encoding", "")
        if accepts and packed.is_file():
            return FileResponse(packed, media_type="text/javascript", headers=HEADERS | {"Content-Encoding": "gzip"})
        return FileResponse(file, media_type="text/javascript", headers=HEADERS)

    return [Route(f"/{name}", answer, methods=["GET"]) for name in NAMES]
