"""The studio's files: what `make web` built into the package, or a page that says how to build it."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from sojourn.service.guide import FOLDER, policy_of

BUILT: Final = Path(__file__).resolve().parent.parent / "studio"
UNBUILT: Final = Path(__file__).with_name("unbuilt.html")
FOREVER: Final = "public, max-age=31536000, immutable"
"""Of files under `assets/`, whose names change with their content."""
ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))


class Studio:
    """Answers everything that is no API: a file, the guide under `docs/`, or for all other addresses the studio's page.

    Parameters
    ----------
    folder : Path
        What was built; it may be missing.
    mount : str
        What stands before all paths of this workspace.
    """

    def __init__(self, folder: Path = BUILT, mount: str = "") -> None:
        self._folder = folder.resolve()
        self._mount = mount

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._answer(Request(scope))(scope, receive, send)

    def _answer(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return Response(status_code=405, headers={"Allow": "GET, HEAD"})
        if not (self._folder / "index.html").is_file():
            return HTMLResponse(UNBUILT.read_text(encoding="utf-8"), 503, {"Cache-Control": "no-store"})
        name = request.url.path.lstrip("/")
        file = self._file(name)
        if file is None and self._file(f"{name}/") is not None:
            # Links of the guide's pages are told from their folders.
            return RedirectResponse(f"{self._mount}/{name}/")
        if file is None and name.startswith("assets/"):
            # A page from before an upgrade asks for files that are gone: an error, never the page as a script.
            return Response("this file does not exist", 404, {"Cache-Control": "no-store"})
        if self._mount and (file is None or file == self._folder / "index.html"):
            return HTMLResponse(self._page(), headers={"Cache-Control": "no-cache"})
        answer = _respond(request, file or self._folder / "index.html", FOREVER if name.startswith("assets/") else None)
        if file is not None and name.startswith(FOLDER) and file.suffix == ".html":
            answer.headers["Content-Security-Policy"] = policy_of(file)
        return answer

    def _page(self) -> str:
        """Return the studio's page with its addresses below the mount."""
        return (self._folder / "index.html").read_text(encoding="utf-8").replace('="/', f'="{self._mount}/')

    def _file(self, name: str) -> Path | None:
        found = (self._folder / name).resolve() if "\0" not in name else self._folder
        if name.endswith("/") and found != self._folder:
            found /= "index.html"
        return found if found.is_relative_to(self._folder) and found.is_file() else None


def _respond(request: Request, file: Path, cache: str | None) -> Response:
    headers = {"Cache-Control": cache or "no-cache", "Vary": "Accept-Encoding"}
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    accepted = {part.split(";")[0].strip() for part in request.headers.get("accept-encoding", "").split(",")}
    for encoding, ending in ENCODINGS:
        packed = file.with_name(file.name + ending)
        if encoding in accepted and packed.is_file():
            return FileResponse(packed, media_type=kind, headers=headers | {"Content-Encoding": encoding})
    return FileResponse(file, media_type=kind, headers=headers)
