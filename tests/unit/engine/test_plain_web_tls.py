"""HTTPS: addresses are checked and reached, and certificates are of names."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sojourn.channels.http import HttpFailed
from sojourn.engine import plain_web
from sojourn.engine.plain_web import PlainWeb
from tests.e2e.certificates import certify
from tests.unit.engine.web_stand import OK, PATIENCE_S, Stand, asking, request

Contexts = tuple[ssl.SSLContext, Callable[[], ssl.SSLContext]]


@pytest.fixture(scope="module")
def contexts(tmp_path_factory: pytest.TempPathFactory) -> Contexts:
    """The server's side, and what makes a client's that trusts it; the certificate is for `localhost`."""
    folder: Path = tmp_path_factory.mktemp("tls")
    certify(folder / "cert.pem", folder / "key.pem")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return server, lambda: ssl.create_default_context(cafile=str(folder / "cert.pem"))


@pytest.mark.parametrize("hangs_up", [False, True])
def test_a_certificate_is_for_the_name_and_not_for_the_address(contexts: Contexts, hangs_up: bool) -> None:
    async def ask(web: PlainWeb, stand: Stand, port: int) -> None:
        for count in range(1, 3):
            reply = await web.send(request(f"https://localhost:{port}/", body=b"x" * 300_000))
            assert reply.body == b"hi" and stand.requests[-1].endswith(b"x" * 300_000)
            await stand.ended(count if hangs_up else 0)
        assert f"Host: localhost:{port}\r\n".encode() in stand.requests[0]
        assert stand.connections == (2 if hangs_up else 1)

    server, trust = contexts
    answer = b"HTTP/1.1 200 OK\r\n\r\nhi" if hangs_up else OK
    asking(lambda: Stand(answer, hangs_up=hangs_up), ask, tls=server, trust=trust)


@pytest.mark.parametrize("host", ["crm.internal", "127.0.0.1"])
def test_a_certificate_for_another_name_is_not_trusted(contexts: Contexts, host: str) -> None:
    server, trust = contexts
    refused(host, server, trust=trust)


def test_a_certificate_that_nobody_signed_is_not_trusted(contexts: Contexts) -> None:
    refused("localhost", contexts[0])


def test_a_server_without_tls_is_not_trusted() -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await reader.read()
        writer.close()

    async def ask(web: PlainWeb, stand: Stand, port: int) -> None:
        async with await asyncio.start_server(speak, "127.0.0.2", port):
            with pytest.raises(HttpFailed, match="has no certificate that can be trusted") as failed:
                await web.send(request(f"https://127.0.0.2:{port}/"))
            assert not failed.value.attempted

    asking(lambda: Stand(OK), ask)


def refused(host: str, server: ssl.SSLContext, **more: Callable[[], ssl.SSLContext]) -> None:
    async def ask(web: PlainWeb, stand: Stand, port: int) -> None:
        with pytest.raises(HttpFailed, match=f"`{host}` has no certificate that can be trusted") as failed:
            await web.send(request(f"https://{host}:{port}/"))
        assert not failed.value.attempted and stand.requests == []

    asking(lambda: Stand(OK), ask, tls=server, **more)


class Hanging:
    """Takes connections on another address, and says nothing."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.read()
        finally:
            self.ended.set()
            writer.close()

    @asynccontextmanager
    async def listening(self, port: int) -> AsyncIterator[None]:
        """Listen; in the end the client must have closed what it had opened."""
        async with await asyncio.start_server(self.take, "127.0.0.2", port):
            yield
            async with asyncio.timeout(PATIENCE_S):
                await self.ended.wait()


def test_an_address_that_hangs_leaves_time_for_the_next(
    contexts: Contexts, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.2", "127.0.0.1"]

    async def ask(web: PlainWeb, stand: Stand, port: int) -> None:
        async with Hanging().listening(port):
            assert (await web.send(request(f"https://localhost:{port}/"))).body == b"hi"

    monkeypatch.setattr(plain_web, "CONNECT_S", 2.0)
    server, trust = contexts
    asking(lambda: Stand(OK), ask, tls=server, trust=trust, resolve=resolve)


@pytest.mark.parametrize(("connect_s", "timeout_s"), [(0.2, PATIENCE_S), (PATIENCE_S, 0.2)])
def test_a_connection_that_does_not_open_in_time_has_carried_nothing(
    monkeypatch: pytest.MonkeyPatch, connect_s: float, timeout_s: float
) -> None:
    async def ask(web: PlainWeb, stand: Stand, port: int) -> None:
        async with Hanging().listening(port):
            with pytest.raises(HttpFailed, match=r"cannot be reached \(TimeoutError\)") as failed:
                await web.send(request(f"https://127.0.0.2:{port}/", timeout_s=timeout_s))
            assert not failed.value.attempted

    monkeypatch.setattr(plain_web, "CONNECT_S", connect_s)
    asking(lambda: Stand(OK), ask)
