"""Personalised mails, rendered and delivered to a mail server on this machine."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, Final

from bench.live import mail_channel, profiles_file, run, serving, write_workspace
from bench.result import Result, Size
from bench.sink import Arrivals, mail_server
from demo.server import command

MAILS: Final = 100_000
CONNECTIONS: Final = 4
PATIENCE_S: Final = 900.0
SENDER: Final = "hello@shop.example"
RECIPIENT: Final = "ann@demo.example"
LETTER: Final = f"MAIL FROM:<{SENDER}>\r\nRCPT TO:<{RECIPIENT}>\r\nDATA\r\n".encode()
BODY: Final = b"Subject: Hello\r\n\r\n" + b"There is news from your city. " * 30 + b"\r\n"
JOURNEY: Final[dict[str, Any]] = {
    "kind": "journey", "id": "news", "entry": {"type": "audience", "audience": "regulars", "schedule": "asap"},
    "nodes": [{"id": "mail", "type": "email", "template": "hello"}],
}  # fmt: skip


def measure(size: Size) -> list[Result]:
    """Let an audience in that gets one mail each; by hand, a loop sends as many ready-made ones."""
    count = size.of(MAILS, least=CONNECTIONS)
    with mail_server(count) as (port, arrivals):
        whole_s = _engine(count, port, arrivals)
    gap_s = max((after - before for before, after in pairwise(arrivals.times)), default=0.0)
    looped, pipelined = _by_hand(count, _loop), _by_hand(count, send_pipelined)
    details: dict[str, float | int | str] = {
        "mails": count,
        "server": arrivals.server,
        "from publish to the last mail, s": round(whole_s, 2),
        "longest gap, s": round(gap_s, 2),
        "ready-made over four pipelined connections, mails/s": round(pipelined),
    }
    return [Result("mails", arrivals.per_second(), "mails/s", looped, 5_000, details=details)]


def _engine(count: int, port: int, arrivals: Arrivals) -> float:
    with TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        workspace = write_workspace(folder, mail_channel(port), JOURNEY)
        run("import", "profiles", profiles_file(folder, count), "--workspace", workspace)
        with serving(workspace):
            start = perf_counter()
            command("publish", "--all", "--workspace", workspace)
            arrivals.wait(PATIENCE_S)
    return arrivals.times[-1] - start


def _by_hand(count: int, send: Callable[[int, int], None]) -> float:
    with mail_server(count) as (port, arrivals):
        send(port, count)
        arrivals.wait(PATIENCE_S)
    return arrivals.per_second()


def _loop(port: int, count: int) -> None:
    """Send one after the other, as the standard library does."""
    with smtplib.SMTP("127.0.0.1", port) as connection:
        for _ in range(count):
            connection.sendmail(SENDER, RECIPIENT, BODY)


def send_pipelined(port: int, count: int) -> None:
    """Send what no program has to make, as fast as asyncio writes it."""

    async def all_of_them() -> None:
        shares = [count // CONNECTIONS + (place < count % CONNECTIONS) for place in range(CONNECTIONS)]
        await asyncio.gather(*(_connection(port, share) for share in shares))

    asyncio.run(all_of_them())


async def _connection(port: int, count: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await reader.readline()
    writer.write(b"EHLO bench\r\n")
    while (await reader.readline())[3:4] == b"-":
        pass
    for _ in range(count):
        writer.write(LETTER)
        for _ in range(3):
            await reader.readline()
        writer.write(BODY + b".\r\n")
        await reader.readline()
    writer.close()
