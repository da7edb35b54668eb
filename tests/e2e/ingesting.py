"""Ingestion as a server on a port of its own, with its log on a disk and without an engine behind it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import uvicorn

from sojourn.ingest.reject import Reject
from sojourn.log.embedded import EmbeddedLog
from sojourn.service.ingestion import Ingestion, Limits
from sojourn.service.keys import KeyFile


class Wall:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class Rejects:
    kept: list[Reject] = field(default_factory=list)

    async def put(self, rejects: Sequence[Reject]) -> None:
        self.kept.extend(rejects)


@dataclass
class Server:
    """A server on a port of its own."""

    log: EmbeddedLog
    rejects: Rejects
    client: httpx.Client
    port: int
    ingest_key: str
    server_key: str

    def post(self, endpoint: str, body: Any, key: str | None = None, **headers: str) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(f"/v1/{endpoint}", content=content, auth=(key or self.ingest_key, ""), headers=headers)

    def items(self) -> pl.DataFrame:
        return self.log.read(0, 100_000)

    def codes(self) -> list[str]:
        return [reject.code for reject in self.rejects.kept]


@contextmanager
def listening(folder: Path, limits: Limits | None = None) -> Iterator[Server]:
    """Run ingestion over a log in a folder."""
    log, rejects, keys = EmbeddedLog(folder / "log.sqlite", Wall()), Rejects(), KeyFile(folder / "keys.json")
    ingest_key, server_key = keys.create("ingest", Wall().now()), keys.create("server", Wall().now())
    app = Ingestion(log, keys, rejects, Wall(), limits)
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    running = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
    thread.start()
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        yield Server(log, rejects, client, port, ingest_key, server_key)
    running.should_exit = True
    thread.join()
    listener.close()
    log.close()
