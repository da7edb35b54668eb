"""One event to an idle system: from the start of the HTTP request to the last byte of the mail at the mail server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from itertools import islice
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
IDLE_S: Final = 0.1
"""After so long the feedback of the last mail has been worked off, too."""
CLOSE_S: Final = 0.02
"""After so short a time it is being worked off, together with the next event."""
PATIENCE_S: Final = 30.0


def measure(size: Size) -> list[Result]:
    """Send events one after the other; each makes one mail."""
    idle_ms, close_ms = asyncio.run(_run(size.of(PROFILES), size.of(SAMPLES, least=5)))
    details = {
        "profiles": size.of(PROFILES), "samples": len(idle_ms), "p50, ms": round(percentile(idle_ms, 0.5), 1),
        "p50 with feedback under way, ms": round(percentile(close_ms, 0.5), 1),
        "p99 with feedback under way, ms": round(percentile(close_ms, 0.99), 1),
    }  # fmt: skip
    return [
        Result("latency", percentile(idle_ms, 0.99), "ms p99", None, 300, lower_is_better=True, details=details)
    ]  # fmt: skip


async def _run(profiles: int, samples: int) -> list[list[float]]:
    """Return the waits (ms) of events that follow the last mail after `IDLE_S`, and after `CLOSE_S`."""
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
                    await _samples(client, mails, range(3), IDLE_S)  # to warm up
                    numbers = ((7919 * i) % profiles for i in range(3, 3 + 2 * samples))
                    return [await _samples(client, mails, islice(numbers, samples), gap) for gap in (IDLE_S, CLOSE_S)]


async def _samples(
    client: httpx.AsyncClient, mails: asyncio.Queue[float], profiles: Iterable[int], gap_s: float
) -> list[float]:
    found = []
    for profile in profiles:
        found.append(await _sample(client, mails, profile))
        await asyncio.sleep(gap_s)
    return found


async def _sample(client: httpx.AsyncClient, mails: asyncio.Queue[float], profile: int) -> float:
    start = perf_counter()
    call = {"userId": f"c{profile:09d}", "event": "registered", "properties": {"plan": "free"}}
    answer = await client.post("/v1/track", json=call)
    answer.raise_for_status()
    async with asyncio.timeout(PATIENCE_S):
        arrived = await mails.get()
    return (arrived - start) * 1000
