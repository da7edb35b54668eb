"""A proxy of HTTP that fails as it is told: between a client and a server, each request by itself."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Iterable
from typing import Literal

Fault = Literal["pass", "500", "429", "cut", "drop"]
"""`cut`: the server has stored it, and the connection ends without an answer; `drop`: it never reaches the server."""

ANSWERS = {
    "500": b'HTTP/1.1 500 Internal Server Error\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}',
    "429": b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\ncontent-type: application/json\r\n"
    b'content-length: 33\r\n\r\n{"code":"busy","message":"later"}',
}  # fmt: skip


class Faulty:
    """Listens on a port of its own, until it is stopped; what asks (`GET`, `OPTIONS`) is always passed.

    Parameters
    ----------
    upstream : int
        The server's port.
    faults : iterable of Fault
        For each request that comes, in order; `pass` after these.
    """

    def __init__(self, upstream: int, faults: Iterable[Fault] = ()) -> None:
        self.upstream = upstream
        self.faults = deque(faults)
        self.seen: list[Fault] = []
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Faulty:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await asyncio.sleep(0)  # the transports that were aborted close their sockets now

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await message(reader):
                fault = self._fault(request)
                if fault == "drop":
                    break
                answer = ANSWERS.get(fault) or await self._forward(request)
                if fault == "cut":
                    break
                writer.write(answer)
                await writer.drain()
        except (asyncio.CancelledError, ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()

    def _fault(self, request: bytes) -> Fault:
        if not request.startswith(b"POST "):
            return "pass"
        self.seen.append(self.faults.popleft() if self.faults else "pass")
        return self.seen[-1]

    async def _forward(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        writer.write(request)
        try:
            return await message(reader)
        finally:
            writer.close()


async def message(reader: asyncio.StreamReader) -> bytes:
    """Return a request or an answer, nothing at the connection's end."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:] if b":" in line)
    if fields.get(b"transfer-encoding", b"").strip() == b"chunked":
        return head + await chunks(reader)
    return head + await reader.readexactly(int(fields.get(b"content-length", b"0")))


async def chunks(reader: asyncio.StreamReader) -> bytes:
    """Return the body of a request that is sent in chunks, as it was sent."""
    found = b""
    while True:
        size = await reader.readuntil(b"\r\n")
        part = await reader.readexactly(int(size.split(b";")[0], 16) + 2)
        found += size + part
        if part == b"\r\n":
            return found
