"""Send the shop's calls to the HTTP API, each when the shop's clock says so."""

import asyncio
import json
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import httpx

from demo.clock import ShopClock

BATCH: Final = 100
# Calls are gathered this long before they leave, as a shop's own client library gathers them.
GATHER_S: Final = 0.05


@dataclass(frozen=True)
class Call:
    """One call: when the shop made it, and the object as it is sent."""

    at: datetime
    body: bytes


@dataclass
class Sent:
    """What the replay has sent so far.

    Attributes
    ----------
    calls, requests
        Accepted calls, and the requests that carried them.
    busy_s
        The time spent in requests.
    overdue
        Calls that should have been sent by now.
    """

    calls: int = 0
    requests: int = 0
    busy_s: float = 0.0
    overdue: int = 0


def read_calls(path: Path) -> list[Call]:
    """Read the file that `prepare` wrote; it is in the order of time."""
    return [Call(_at(line), line) for line in path.read_bytes().splitlines()]


async def replay(calls: list[Call], client: httpx.AsyncClient, clock: ShopClock, sent: Sent) -> None:
    """Send all calls in order and in step with the shop's clock, one request at a time.

    Parameters
    ----------
    calls
        In the order of time.
    client
        Knows the server's address and the write key.
    clock
        The shop's.
    sent
        Is counted up.

    Raises
    ------
    httpx.HTTPError
        The server cannot be reached, or refuses a batch.
    """
    start = 0
    while start < len(calls):
        await clock.sleep_until(calls[start].at)
        await asyncio.sleep(GATHER_S)
        due = _due(calls, start, clock.now())
        for first in range(start, due, BATCH):
            sent.overdue = due - first
            await _send(calls[first : min(first + BATCH, due)], client, sent)
        start, sent.overdue = due, 0


async def _send(calls: list[Call], client: httpx.AsyncClient, sent: Sent) -> None:
    began_s = time.monotonic()
    answer = await client.post("/v1/batch", content=b'{"batch":[' + b",".join(call.body for call in calls) + b"]}")
    answer.raise_for_status()
    sent.busy_s += time.monotonic() - began_s
    sent.requests += 1
    sent.calls += len(calls)


def _due(calls: list[Call], start: int, now: datetime) -> int:
    end = start + 1
    while end < len(calls) and calls[end].at <= now:
        end += 1
    return end


def _at(line: bytes) -> datetime:
    return datetime.fromisoformat(json.loads(line)["timestamp"])
