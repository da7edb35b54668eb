"""Personalised mails, rendered and delivered to a mail server on this machine."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, Final

from bench.live import mail_channel, profiles_file, run, serving, write_workspace
from bench.result import Result, Size
from bench.sink import listening
from demo.server import command

MAILS: Final = 100_000
CONNECTIONS: Final = 4
PATIENCE_S: Final = 600.0
LETTER: Final = b"MAIL FROM:<hello@shop.example>\r\nRCPT TO:<ann@demo.example>\r\nDATA\r\n"
JOURNEY: Final[dict[str, Any]] = {
    "kind": "journey", "id": "news", "entry": {"type": "audience", "audience": "regulars", "schedule": "asap"},
    "nodes": [{"id": "mail", "type": "email", "template": "hello"}],
}  # fmt: skip


class Arrivals:
    """Counts mails, and knows when all have come."""

    def __init__(self, expected: int) -> None:
        self.times: list[float] = []
        self.all = asyncio.Event()
        self._expected = expected

    def note(self, _: bytes, at: float) -> None:
        """Take a mail."""
        self.times.append(at)
        if len(self.times) == self._expected:
            self.all.set()


def measure(size: Size) -> list[Result]:
    """Let an audience in that gets one mail each; the ceiling sends as many ready-made ones."""
    count = size.of(MAILS)
    rate, whole_s, gap_s = asyncio.run(_engine(count))
    details = {"mails": count, "from publish to the last mail, s": round(whole_s, 2), "longest gap, s": round(gap_s, 2)}
    return [Result("mails", rate, "mails/s", asyncio.run(_by_hand(count)), details=details)]


async def _engine(count: int) -> tuple[float, float, float]:
    arrivals = Arrivals(count)
    async with listening(arrivals.note) as port:
        with TemporaryDirectory(prefix="bench-") as name:
            folder = Path(name)
            workspace = write_workspace(folder, mail_channel(port), JOURNEY)
            await asyncio.to_thread(run, "import", "profiles", profiles_file(folder, count), "--workspace", workspace)
            with serving(workspace):
                start = perf_counter()
                await asyncio.to_thread(command, "publish", "--all", "--workspace", workspace)
                await asyncio.wait_for(arrivals.all.wait(), PATIENCE_S)
    first, last = arrivals.times[0], arrivals.times[-1]
    gap = max((after - before for before, after in pairwise(arrivals.times)), default=0.0)
    return (count - 1) / max(last - first, 1e-9), last - start, gap


async def _by_hand(count: int) -> float:
    arrivals = Arrivals(count // CONNECTIONS * CONNECTIONS)
    async with listening(arrivals.note) as port:
        start = perf_counter()
        await asyncio.gather(*(_send(port, count // CONNECTIONS) for _ in range(CONNECTIONS)))
        return len(arrivals.times) / (perf_counter() - start)


async def _send(port: int, count: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"EHLO bench\r\n")
    while await reader.readline() != b"250 SMTPUTF8\r\n":
        pass
    body = b"Subject: Hello\r\n\r\n" + b"There is news from your city. " * 30 + b"\r\n.\r\n"
    for _ in range(count):
        writer.write(LETTER)
        for _ in range(3):
            await reader.readline()
        writer.write(body)
        await reader.readline()
    writer.close()
