"""What the requests of providers may reach, and what becomes of those that get no answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from sojourn.channels.http import HttpFailed, HttpRefused, HttpReply, HttpRequest
from sojourn.engine.plain_web import PlainWeb
from sojourn.sources.addresses import AddressRules
from sojourn.sources.exchange import MAX_BODY


async def named(host: str, port: int) -> list[str]:
    """Resolve any name to this machine."""
    return ["127.0.0.1"]


def sent(url: str, *allowed: str, timeout_s: float = 5) -> HttpReply:
    async def send() -> HttpReply:
        web = PlainWeb(lambda: AddressRules(allowed), resolve=named)
        try:
            return await web.send(HttpRequest("POST", url, {"X-Mine": "1"}, b"x", timeout_s))
        finally:
            await web.close()

    return asyncio.run(send())


def answered(answer: bytes, ask: Callable[[int], HttpReply]) -> tuple[HttpReply, bytes]:
    """Ask a server that answers every connection with these bytes and hangs up; return what it got, too."""
    got: list[bytes] = []

    async def serve() -> HttpReply:
        async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            got.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(answer)
            writer.close()

        async with await asyncio.start_server(take, "127.0.0.1", 0) as server:
            return await asyncio.to_thread(ask, server.sockets[0].getsockname()[1])

    return asyncio.run(serve()), b"".join(got)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f.1/", "http://[::1]/", "http://127.0.0.1./",
        "http://[::ffff:127.0.0.1]/", "http://①②⑦.0.0.1/", "https://private.example/", "http://user:pw@private.example/",
        "http://private.example\\@public.example/", "http://a\r\nX-Evil: b/", "http://a b/", "http://127.0.0.1:99999/",
        "http:///x", "ftp://x/", "//x/", "", f"http://{'a' * 300}.example/",
    ],
)  # fmt: skip
def test_what_leads_astray_is_never_asked(url: str) -> None:
    with pytest.raises(HttpRefused):
        sent(url)


def test_a_host_that_is_allowed_is_reached_by_its_address() -> None:
    ok = b"HTTP/1.1 201 Created\r\nX-Their: 2\r\nContent-Length: 2\r\nContent-Encoding: gzip\r\n\r\nhi"
    reply, got = answered(ok, lambda port: sent(f"http://crm.internal:{port}/a?b=c", "crm.internal"))
    assert (reply.code, reply.headers["x-their"], reply.body) == (201, "2", b"hi"), "nothing is decoded"
    assert got.startswith(b"POST /a?b=c HTTP/1.1\r\nHost: crm.internal:")
    assert b"X-Mine: 1" in got and b"User-Agent: Sojourn" in got and b"Content-Type" not in got


def test_a_redirect_is_an_answer() -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    reply, _ = answered(moved, lambda port: sent(f"http://127.0.0.1:{port}/", "127.0.0.1"))
    assert reply.code == 302


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (MAX_BODY + 1, b"x" * (MAX_BODY + 1)),
    ],
    ids=["nothing", "no HTTP", "half of it", "too much"],
)  # fmt: skip
def test_no_whole_answer_means_that_it_may_have_arrived(answer: bytes) -> None:
    with pytest.raises(HttpFailed) as failed:
        answered(answer, lambda port: sent(f"http://127.0.0.1:{port}/", "127.0.0.1"))
    assert failed.value.attempted


def test_no_connection_means_that_it_has_not_arrived() -> None:
    with pytest.raises(HttpFailed) as failed:
        sent("http://127.0.0.1:1/", "127.0.0.1")
    assert not failed.value.attempted
