"""A provider that takes requests and never answers: it costs a bounded amount of memory, however much waits for it."""

from __future__ import annotations

import asyncio
import resource
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sojourn.channels.port import Surroundings
from sojourn.engine.delivery import Delivery, Patience
from sojourn.engine.lane import CAPACITY, Rest
from sojourn.engine.outbox import DuckOutbox
from sojourn.engine.postman import Postman, Route
from sojourn.engine.web import opener
from sojourn.log.embedded import EmbeddedLog
from sojourn.messages.compiling import compile_template
from sojourn.messages.links import Tracker
from sojourn.messages.tokens import Signer
from sojourn.model.channels import CHANNEL_TYPES, ChannelType
from sojourn.model.documents import Channel
from sojourn.sources.addresses import AddressRules
from sojourn.store.duckdb.store import DuckStore

SECRET = b"the secret of this test"
WAITING = 150_000
"""Messages, each with a kilobyte of its own: 150 MB, if all of them were held."""
MOST_BYTES = 90 * 1024 * 1024


class Wall:
    def now(self) -> datetime:
        return datetime.now(UTC)


@pytest.fixture
def hanging() -> Any:
    """A server that takes connections and says nothing."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(200)
        yield server.getsockname()[1]


def resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


@pytest.mark.timeout(180)
def test_what_waits_for_a_provider_that_hangs_stays_on_the_disk(tmp_path: Path, hanging: int) -> None:
    store = DuckStore(tmp_path / "store.duckdb", threads=1)
    store.connection.execute("SET memory_limit = '100MB'")
    log = EmbeddedLog(tmp_path / "log", Wall())
    numbers = pl.DataFrame({"no": pl.int_range(1, WAITING + 1, eager=True)})
    store.connection.register("numbers", numbers)
    store.connection.execute(
        "INSERT INTO profile (_pno, profile_id, _created_at) SELECT no, 'p' || no, now() FROM numbers"
    )
    store.connection.execute(
        "INSERT INTO message BY NAME SELECT no, no AS passage, 1 AS doc, 0 AS node, 0 AS slot, no AS pno, "
        "$channel AS channel, -1 AS variant, "
        "now() AS at, '{\"note\": \"' || repeat(md5(no::VARCHAR), 32) || '\"}' AS entry FROM numbers",
        {"channel": CHANNEL_TYPES.index("webhook")},
    )
    store.connection.execute("INSERT INTO outbox SELECT no FROM numbers")
    store.connection.unregister("numbers")
    template = compile_template(
        {"id": "t", "channel": "webhook", "url": f"http://127.0.0.1:{hanging}/", "body": "{{ entry.note }}"}
    )
    settings = {"secret": "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", "timeout": "1s", "connections": 20}
    document = {"kind": "channel", "id": "hooks", "type": "webhook", "provider": "http", "settings": settings}
    channel = Channel.model_validate(document)
    route = Route("j/n", "webhook", "hooks", template)
    rules = AddressRules(["127.0.0.1"])

    def around(name: str, kind: ChannelType) -> Surroundings:
        return Surroundings(tmp_path, kind, name, opener(lambda: rules), lambda: datetime.now(UTC))

    async def script() -> tuple[int, int]:
        delivery = Delivery(
            DuckOutbox(store.cursor), log, Wall(), lambda *_: route, lambda _: channel,
            Postman(Tracker("https://t.example", Signer(SECRET)), SECRET), around,
            Patience(message=Rest(0.2, 0.5)),
        )  # fmt: skip
        task = asyncio.create_task(delivery.run())
        await asyncio.sleep(3)
        before, most = resident(), 0
        for _ in range(16):
            await asyncio.sleep(0.5)
            most = max(most, resident())
        held = len(delivery._busy)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert most - before < MOST_BYTES, f"{(most - before) // 1024**2} MB more than at the start"
        return held, most

    start = resident()
    try:
        held, most = asyncio.run(script())
    finally:
        log.close()
        store.close()
    assert held <= CAPACITY + 100
    assert most - start < MOST_BYTES + 60 * 1024 * 1024
