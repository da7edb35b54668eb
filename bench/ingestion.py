"""Events over HTTP, durable before the answer: batches of 100, and single requests."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Final
from urllib.parse import urlsplit

import httpx

from bench.live import authorization, free_port, serving, write_workspace
from bench.result import Result, Size
from bench.shop import welcome

BATCHES: Final = 2_000
BATCH: Final = 100
SINGLES: Final = 20_000
CONNECTIONS: Final = 32
SINGLE_CONNECTIONS: Final = 64
"""Who sends one call at a time sends from many places."""
PROFILES: Final = 50_000


def measure(size: Size) -> list[Result]:
    """Post to the real server, and to a server that only reads the body; the client is the same."""
    batches, singles = size.of(BATCHES, least=CONNECTIONS), size.of(SINGLES, least=SINGLE_CONNECTIONS)
    with TemporaryDirectory(prefix="bench-") as name:
        workspace = write_workspace(Path(name), welcome())
        key = authorization(workspace)
        with serving(workspace) as server:
            rates = _rates(server.url, key, batches, singles)
        with bare_server() as url:
            ceilings = _rates(url, key, batches, singles)
    many = {"events": batches * BATCH, "batch": BATCH}
    return [
        Result("ingestion", rates[0], "events/s", ceilings[0], 100_000, details=many),
        Result("ingestion_single", rates[1], "requests/s", ceilings[1], 3_000, details={"requests": singles}),
    ]  # fmt: skip


def _rates(url: str, key: str, batches: int, singles: int) -> tuple[float, float]:
    bodies = [_batch(i) for i in range(min(batches, 50))]
    calls = [json.dumps(_call(i)).encode() for i in range(500)]
    asyncio.run(post(url, "/v1/batch", key, bodies, CONNECTIONS, CONNECTIONS))
    batch_s = asyncio.run(post(url, "/v1/batch", key, bodies, batches, CONNECTIONS))
    single_s = asyncio.run(post(url, "/v1/track", key, calls, singles, SINGLE_CONNECTIONS))
    return batches * BATCH / batch_s, singles / single_s


def _batch(number: int) -> bytes:
    return json.dumps({"batch": [_call(number * BATCH + i) | {"type": "track"} for i in range(BATCH)]}).encode()


def _call(number: int) -> dict[str, object]:
    properties = {"invoice": f"i{number}", "amount": number % 100}
    return {"userId": f"c{number * 7919 % PROFILES:09d}", "event": "purchase", "properties": properties}


async def post(url: str, path: str, key: str, bodies: list[bytes], count: int, connections: int) -> float:
    """Post so many bodies over some connections and return the seconds."""
    place = urlsplit(url)
    head = f"POST {path} HTTP/1.1\r\nHost: {place.netloc}\r\nAuthorization: {key}\r\nContent-Type: application/json\r\n"
    requests = [f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body for body in bodies]
    shares = [range(first, count, connections) for first in range(connections)]
    start = perf_counter()
    await asyncio.gather(*(_connection(place.hostname or "", place.port or 80, requests, share) for share in shares))
    return perf_counter() - start


async def _connection(host: str, port: int, requests: list[bytes], share: range) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    for i in share:
        writer.write(requests[i % len(requests)])
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        body = await reader.readexactly(length)
        if b" 200 " not in head[:16]:
            raise RuntimeError(f"the server answered {head[:16]!r}: {body[:500]!r}")
    writer.close()


@contextmanager
def bare_server() -> Iterator[str]:
    """Run a server that reads the body, decodes it and answers."""
    port = free_port()
    words = ["-m", "uvicorn", "bench.bare:app", "--port", str(port), "--log-level", "error", "--no-access-log"]
    process = subprocess.Popen([sys.executable, *words], cwd=Path(__file__).parent.parent)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url)
        yield url
    finally:
        process.terminate()
        process.wait()


def _wait(url: str) -> None:
    for _ in range(600):
        try:
            httpx.post(url, json={})
        except httpx.TransportError:
            sleep(0.1)
        else:
            return
    raise RuntimeError(f"nothing listens on {url}")
