"""One event to an idle system: from the start of the HTTP request to the last byte of the mail at the mail server."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

import httpx

from bench.live import authorization, mail_channel, profiles_file, run, serving, write_workspace
from bench.result import Result, Size, percentile
from bench.shop import welcome
from bench.sink import listening
from demo.server import command

PROFILES: Final = 1_000_000
SAMPLES: Final = 200
PATIENCE_S: Final = 30.0


def measure(size: Size) -> list[Result]:
    """Send events one after the other; each makes one mail."""
    waits_ms = asyncio.run(_run(size.of(PROFILES), size.of(SAMPLES, least=5)))
    details = {"profiles": size.of(PROFILES), "samples": len(waits_ms), "p50, ms": round(percentile(waits_ms, 0.5), 1)}
    return [
        Result("latency", percentile(waits_ms, 0.99), "ms p99", None, 300, lower_is_better=True, details=details)
    ]  # fmt: skip


async def _run(profiles: int, samples: int) -> list[float]:
    mails: asyncio.Queue[float] = asyncio.Queue()
    async with listening(lambda _, at: mails.put_nowait(at)) as port:
        with TemporaryDirectory(prefix="bench-") as name:
            folder = Path(name)
            workspace = write_workspace(folder, mail_channel(port), welcome())
            await asyncio.to_thread(
                run, "import", "profiles", profiles_file(folder, profiles), "--workspace", workspace
            )
            with serving(workspace) as server:
                await asyncio.to_thread(command, "publish", "--all", "--workspace", workspace)
                headers = {"Authorization": authorization(workspace)}
                async with httpx.AsyncClient(base_url=server.url, headers=headers) as client:
                    return [await _sample(client, mails, (7919 * i) % profiles) for i in range(samples + 3)][3:]


async def _sample(client: httpx.AsyncClient, mails: asyncio.Queue[float], profile: int) -> float:
    start = perf_counter()
    call = {"userId": f"c{profile:09d}", "event": "registered", "properties": {"plan": "free"}}
    answer = await client.post("/v1/track", json=call)
    answer.raise_for_status()
    arrived = await asyncio.wait_for(mails.get(), PATIENCE_S)
    await asyncio.sleep(0.02)
    return (arrived - start) * 1000
