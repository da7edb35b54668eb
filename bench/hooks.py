"""A server that takes webhooks and counts them, in a process of its own: ``python -m bench.hooks PORT``."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bench.live import free_port
from bench.sink import Arrivals, note_counts, wait_for

ANSWER: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
TELL_S: Final = 0.05


class Taking(asyncio.Protocol):
    """One connection; requests say how long they are."""

    taken = 0

    def __init__(self) -> None:
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep where answers go."""
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer all whole requests."""
        self._buffer += data
        while True:
            head, end, rest = self._buffer.partition(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
            if not end or len(rest) < length:
                return
            self._buffer = rest[length:]
            Taking.taken += 1
            self._transport.write(ANSWER)


@contextmanager
def hook_server(expected: int) -> Iterator[tuple[int, Arrivals]]:
    """Run this module, and note what came when."""
    port, arrivals = free_port(), Arrivals(expected, "asyncio")
    words = [sys.executable, "-m", "bench.hooks", str(port)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent) as process:
        assert process.stdout is not None
        noting = threading.Thread(target=note_counts, args=(process.stdout, arrivals), daemon=True)
        noting.start()
        wait_for(port)
        try:
            yield port, arrivals
        finally:
            process.terminate()
            noting.join()


async def _serve(port: int) -> None:
    async with await asyncio.get_running_loop().create_server(Taking, "127.0.0.1", port):
        while True:
            await asyncio.sleep(TELL_S)
            print(f"mesg={Taking.taken}", flush=True)


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
