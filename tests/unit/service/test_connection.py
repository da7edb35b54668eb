"""Connections that never finish their header are hung up on; all others are let be."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import uvicorn

from sojourn.service import connection
from sojourn.service.connection import Connection

PATIENCE_S = 0.4


MUCH = 40_000_000


async def app(scope: Any, receive: Any, send: Any) -> None:
    while (await receive()).get("more_body"):
        pass
    if scope["path"] == "/much":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % MUCH)]})
        for n in range(MUCH // 100_000):
            await send({"type": "http.response.body", "body": bytes(100_000), "more_body": n < MUCH // 100_000 - 1})
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    for name in ("HEAD_S", "BODY_S"):
        monkeypatch.setattr(connection, name, PATIENCE_S)
    monkeypatch.setattr(connection, "TAKE_S", 4 * PATIENCE_S)
    monkeypatch.setattr(connection, "UNREADY", 20)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(app, http=Connection.of_a_server(), log_level="warning", lifespan="off", ws="none")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join()
    listener.close()


def answer(client: socket.socket) -> bytes:
    client.settimeout(20)
    read = b""
    while not read.endswith(b"ok"):
        part = client.recv(1_000)
        assert part, read
        read += part
    return read


def is_hung_up(client: socket.socket) -> bool:
    client.settimeout(10 * PATIENCE_S)
    try:
        return client.recv(1_000) == b""
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False


@pytest.mark.parametrize("sent", [b"", b"P", b"POST / HTTP/1.1\r\nX-Slow: 1"])
def test_a_header_that_does_not_end(port: int, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(sent)
        assert is_hung_up(client)


def test_the_second_header_of_a_connection(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert answer(client).startswith(b"HTTP/1.1 200")
        client.sendall(b"GET / HT")
        assert is_hung_up(client)


def test_a_header_without_end(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"GET / HTTP/1.1\r\nX-Long: " + b"x" * (connection.HEAD_BYTES + 1))
        assert client.recv(1_000).startswith(b"HTTP/1.1 431 ")


def test_a_body_that_does_not_come(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na")
        assert is_hung_up(client)


def test_a_body_that_comes_slowly_but_comes(port: int) -> None:
    size = int(connection.BYTES_PER_S)
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (4 * size))
        for _ in range(8):
            client.sendall(b"x" * (size // 2))
            time.sleep(PATIENCE_S / 2)
        assert answer(client).startswith(b"HTTP/1.1 200")


def test_an_answer_that_is_not_taken(port: int) -> None:
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        client.connect(("127.0.0.1", port))
        client.sendall(b"GET /much HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(8 * PATIENCE_S)
        assert taken(client) < MUCH


def test_an_answer_that_is_taken_slowly(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"GET /much HTTP/1.1\r\nHost: x\r\n\r\n")
        got = 0
        for _ in range(12):
            got += len(client.recv(2_000_000))
            time.sleep(PATIENCE_S / 2)
        assert got + taken(client) > MUCH


def taken(client: socket.socket) -> int:
    """Return how many bytes still come before the connection ends, or rests."""
    client.settimeout(2)
    got = 0
    try:
        while part := client.recv(1_000_000):
            got += len(part)
    except (TimeoutError, ConnectionResetError):
        pass
    return got


def test_the_one_that_dawdles_longest_goes_first(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "HEAD_S", 60.0)
    with ExitStack() as stack:
        opened = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(25)]
        assert [is_hung_up(client) for client in opened[:5]] == [True] * 5
        late = opened[-1]
        late.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert answer(late).startswith(b"HTTP/1.1 200")


def test_a_connection_at_rest_is_kept(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as client:
        for _ in range(2):
            client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert answer(client).startswith(b"HTTP/1.1 200")
            time.sleep(3 * PATIENCE_S)
