"""A real HTTP server outside, in a thread of the test's process, that answers as it is told and remembers who asked."""

import asyncio
import json
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.e2e.served import free_port


@dataclass
class Asked:
    """One request that came."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Elsewhere:
    """A system outside.

    `/weather/{city}` answers; `/scripted` gives the codes of `script` one after the other, then 200; `/slow` takes its
    time; `/drip` sends its body slowly; `/large` sends too much; `/to` redirects to `redirect`; `/token` gives tokens;
    `/guarded` wants the newest token.
    """

    port: int = field(default_factory=free_port)
    asked: list[Asked] = field(default_factory=list)
    script: list[int] = field(default_factory=list)
    redirect: str = ""
    tokens: int = 0
    revoked: int = 0
    delay_s: float = 0.0
    text: bytes = b'{"temp": 4, "sky": "grey", "wind": 9}'

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        return [asked.path for asked in list(self.asked)]

    def app(self) -> Starlette:
        routes: dict[str, Callable[[Request], Awaitable[Response]]] = {
            "/scripted": self._scripted, "/slow": self._slow, "/drip": self._drip, "/large": self._large,
            "/to": self._to, "/token": self._token, "/guarded": self._guarded, "/{rest:path}": self._weather,
        }  # fmt: skip
        return Starlette(routes=[
            Route(path, self._noting(answer), methods=["GET", "POST", "PUT"]) for path, answer in routes.items()
        ])  # fmt: skip

    def _noting(self, answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def noted(request: Request) -> Response:
            raw = request.scope["raw_path"].decode()
            query = request.scope["query_string"].decode()
            self.asked.append(Asked(request.method, raw, query, dict(request.headers), await request.body()))
            return await answer(request)

        return noted

    async def _weather(self, _: Request) -> Response:
        began = time.monotonic()
        while time.monotonic() - began < self.delay_s:
            await asyncio.sleep(0.01)
        return Response(self.text, media_type="application/json")

    async def _scripted(self, _: Request) -> Response:
        code = self.script.pop(0) if self.script else 200
        return JSONResponse({"temp": code}, code)

    async def _slow(self, _: Request) -> Response:
        await asyncio.sleep(1)
        return JSONResponse({})

    async def _drip(self, _: Request) -> Response:
        async def drops() -> "Iterator[bytes]":  # type: ignore[misc]
            for _ in range(20):
                await asyncio.sleep(0.1)
                yield b" "

        return StreamingResponse(drops())  # type: ignore[arg-type]

    async def _large(self, _: Request) -> Response:
        return Response(b'{"sky": "' + b"x" * 2_000_000 + b'"}')

    async def _to(self, _: Request) -> Response:
        return Response(status_code=302, headers={"location": self.redirect})

    async def _token(self, request: Request) -> Response:
        self.tokens += 1
        return JSONResponse({"access_token": f"token-{self.tokens}", "expires_in": 3600})

    async def _guarded(self, request: Request) -> Response:
        good = request.headers.get("authorization") == f"Bearer token-{self.tokens}" and self.tokens > self.revoked
        return JSONResponse({"temp": 1}, 200 if good else 401)


@contextmanager
def elsewhere() -> Iterator[Elsewhere]:
    """Run a system outside."""
    system = Elsewhere()
    server = uvicorn.Server(uvicorn.Config(system.app(), port=system.port, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield system
    finally:
        server.should_exit = True
        thread.join(5)


def as_json(asked: Asked) -> object:
    return json.loads(asked.body)
