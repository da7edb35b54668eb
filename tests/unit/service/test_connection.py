"""Connections that never finish their header are hung up on; all others are let be."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from sojourn.service import connection
from sojourn.service.connection import Connection

PATIENCE_S = 0.4


async def app(scope: Any, receive: Any, send: Any) -> None:
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(connection, "HEAD_S", PATIENCE_S)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, http=Connection, log_level="warning", lifespan="off", ws="none"))
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


def test_a_slow_body_is_the_applications_business(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na")
        time.sleep(3 * PATIENCE_S)
        client.sendall(b"b")
        assert answer(client).startswith(b"HTTP/1.1 200")


def test_a_connection_at_rest_is_kept(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as client:
        for _ in range(2):
            client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert answer(client).startswith(b"HTTP/1.1 200")
            time.sleep(3 * PATIENCE_S)
