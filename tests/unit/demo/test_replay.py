import asyncio
import json
import time
from datetime import UTC, datetime, timedelta

import httpx

from demo.clock import ShopClock
from demo.replay import Call, Sent, replay

START = datetime(2011, 11, 7, tzinfo=UTC)
SPEED = 3600.0


class Endpoint(httpx.AsyncBaseTransport):
    """Notes what comes in, and at which instant of the shop."""

    def __init__(self, clock: ShopClock) -> None:
        self.clock = clock
        self.batches: list[tuple[datetime, list[dict]]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.batches.append((self.clock.now(), json.loads(await request.aread())["batch"]))
        return httpx.Response(200, json={"success": True})


def run(after_s: list[float]) -> tuple[Endpoint, Sent]:
    clock, sent = ShopClock(START, time.monotonic(), SPEED), Sent()
    endpoint = Endpoint(clock)
    calls = [Call(START + timedelta(seconds=s), json.dumps({"n": n}).encode()) for n, s in enumerate(after_s)]

    async def all_of_it() -> None:
        async with httpx.AsyncClient(transport=endpoint, base_url="http://shop") as client:
            await replay(calls, client, clock, sent)

    asyncio.run(all_of_it())
    return endpoint, sent


def test_all_calls_arrive_in_order_and_in_batches_of_a_hundred_at_most() -> None:
    endpoint, sent = run([0.0] * 250)
    assert [call["n"] for _, batch in endpoint.batches for call in batch] == list(range(250))
    assert [len(batch) for _, batch in endpoint.batches] == [100, 100, 50]
    assert (sent.calls, sent.requests) == (250, 3)


def test_no_call_leaves_before_its_instant() -> None:
    after_s = [0.0, 600.0, 900.0, 1500.0]
    endpoint, _ = run(after_s)
    for at, batch in endpoint.batches:
        assert all(at >= START + timedelta(seconds=after_s[call["n"]]) for call in batch)
