"""Mail servers that take everything and note when: as little as SMTP allows, so that they are not what is measured."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from time import perf_counter, sleep
from typing import IO, Final

GREETING: Final = b"220 sink ESMTP\r\n"
HELLO: Final = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"
OK: Final = b"250 OK\r\n"
END: Final = b"\r\n.\r\n"

Received = Callable[[bytes, float], None]
"""Takes the recipient of a mail and the instant (`perf_counter`) at which its last byte came."""


class Session(asyncio.Protocol):
    """One connection."""

    def __init__(self, received: Received) -> None:
        self._received = received
        self._buffer = b""
        self._recipient = b""
        self._in_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        transport.write(GREETING)

    def data_received(self, data: bytes) -> None:
        """Answer all whole commands, and take all whole mails."""
        self._buffer += data
        while answer := self._next():
            self._transport.write(answer)

    def _next(self) -> bytes:
        if self._in_data:
            return self._take_mail()
        line, end, rest = self._buffer.partition(b"\r\n")
        if not end:
            return b""
        self._buffer = rest
        return self._answer(line)

    def _take_mail(self) -> bytes:
        _, end, rest = self._buffer.partition(END)
        if not end:
            return b""
        self._buffer, self._in_data = rest, False
        self._received(self._recipient, perf_counter())
        return OK

    def _answer(self, line: bytes) -> bytes:
        verb = line[:4].upper()
        if verb == b"RCPT":
            self._recipient = line.partition(b"<")[2].partition(b">")[0]
        self._in_data = verb == b"DATA"
        return {b"EHLO": HELLO, b"DATA": b"354 Go on\r\n", b"QUIT": b"221 Bye\r\n"}.get(verb, OK)


@asynccontextmanager
async def listening(received: Received) -> AsyncIterator[int]:
    """Listen on a free port of this machine and give its number."""
    server = await asyncio.get_running_loop().create_server(lambda: Session(received), "127.0.0.1", 0)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()


class Arrivals:
    """When so many mails came.

    Attributes
    ----------
    times
        Instants (`perf_counter`), in order.
    server
        What took them.
    """

    def __init__(self, expected: int, server: str) -> None:
        self.times: list[float] = []
        self.server = server
        self._expected = expected
        self._all = threading.Event()

    def note(self, _: bytes, at: float) -> None:
        """Take a mail."""
        self.times.append(at)
        if len(self.times) >= self._expected:
            self._all.set()

    def wait(self, timeout_s: float) -> None:
        """Return when all have come."""
        if not self._all.wait(timeout_s):
            raise TimeoutError(f"{len(self.times)} mails of {self._expected} came")

    def per_second(self) -> float:
        """Return how many came in a second, from the first to the last."""
        return (len(self.times) - 1) / max(self.times[-1] - self.times[0], 1e-9)


@contextmanager
def mail_server(expected: int) -> Iterator[tuple[int, Arrivals]]:
    """Run Postfix's `smtp-sink` where the machine has it, else the server of this file in a thread."""
    found = shutil.which("smtp-sink", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"]))
    with _sink(found, expected) if found else _own(expected) as running:
        yield running


@contextmanager
def _sink(program: str, expected: int) -> Iterator[tuple[int, Arrivals]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    arrivals = Arrivals(expected, "smtp-sink")
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    words = [program, *user, "-c", f"127.0.0.1:{port}", "1000"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        assert process.stdout is not None
        threading.Thread(target=note_counts, args=(process.stdout, arrivals), daemon=True).start()
        wait_for(port)
        try:
            yield port, arrivals
        finally:
            process.terminate()


def note_counts(said: IO[bytes], arrivals: Arrivals) -> None:
    """Read the counter that a server writes over and over, as `smtp-sink` does."""
    while text := os.read(said.fileno(), 65_536):
        counts = re.findall(rb"mesg= *(\d+)", text)
        at = perf_counter()
        for _ in range(int(counts[-1]) - len(arrivals.times) if counts else 0):
            arrivals.note(b"", at)


def wait_for(port: int) -> None:
    """Return when somebody listens on a port; a Python of its own takes seconds to start on a busy machine."""
    for _ in range(3_000):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            sleep(0.02)
        else:
            return
    raise RuntimeError(f"nothing listens on port {port}")


@contextmanager
def _own(expected: int) -> Iterator[tuple[int, Arrivals]]:
    arrivals, loop, ports = Arrivals(expected, "asyncio"), asyncio.new_event_loop(), list[int]()
    ready, over = threading.Event(), asyncio.Event()

    async def listen() -> None:
        async with listening(arrivals.note) as port:
            ports.append(port)
            ready.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(listen(),))
    thread.start()
    ready.wait()
    try:
        yield ports[0], arrivals
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()
