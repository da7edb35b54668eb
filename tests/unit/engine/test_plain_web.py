"""What the requests of providers may reach, over which connections, and what becomes of those that get no answer."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import Awaitable, Callable

import pytest

from sojourn.channels.http import HttpFailed, HttpRefused, HttpReply
from sojourn.engine import plain_web
from sojourn.engine.plain_connection import Connection
from sojourn.engine.plain_web import PlainWeb
from tests.unit.engine.web_stand import OK, PATIENCE_S, Stand, asking, request

CLOSES = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi"


def sending(url: str, body: bytes | None = b"x", timeout_s: float = PATIENCE_S) -> Callable[..., Awaitable[HttpReply]]:
    """Return what sends one request; `PORT` in the URL is the server's."""

    async def ask(web: PlainWeb, stand: Stand, port: int) -> HttpReply:
        return await web.send(request(url.replace("PORT", str(port)), body=body, timeout_s=timeout_s))

    return ask


def finding(*addresses: str) -> Callable[[str, int], Awaitable[list[str]]]:
    async def resolve(host: str, port: int) -> list[str]:
        return list(addresses)

    return resolve


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
        asking(lambda: Stand(OK), sending(url), allowed=())


def test_a_host_that_is_allowed_is_reached_by_its_address() -> None:
    async def ask(web: PlainWeb, stand: Stand, port: int) -> None:
        reply = await web.send(request(f"http://crm.internal:{port}/a?b=c", headers={"X-Mine": "1"}))
        assert (reply.code, reply.headers["x-their"], reply.body) == (201, "2", b"hi"), "nothing is decoded"
        assert stand.requests[0].startswith(f"POST /a?b=c HTTP/1.1\r\nHost: crm.internal:{port}\r\n".encode())
        assert b"X-Mine: 1" in stand.requests[0] and b"Content-Type" not in stand.requests[0]

    ok = b"HTTP/1.1 201 Created\r\nX-Their: 2\r\nContent-Length: 2\r\nContent-Encoding: gzip\r\n\r\nhi"
    asking(lambda: Stand(ok), ask, allowed=["crm.internal"])


def test_an_address_that_is_allowed_no_more_is_not_reached_over_a_kept_connection() -> None:
    async def ask(web: PlainWeb, stand: Stand, port: int) -> None:
        await web.send(request(f"http://127.0.0.1:{port}/"))
        allowed.clear()
        with pytest.raises(HttpRefused, match="not on the public internet"):
            await web.send(request(f"http://127.0.0.1:{port}/"))

    allowed = ["127.0.0.1"]
    asking(lambda: Stand(OK), ask, allowed=allowed)


def test_a_redirect_is_an_answer() -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    assert asking(lambda: Stand(moved), sending("http://127.0.0.1:PORT/")).code == 302


def test_addresses_are_tried_in_turn_and_only_those_that_are_allowed() -> None:
    async def ask(web: PlainWeb, stand: Stand, port: int) -> None:
        with socket.create_server(("127.0.0.1", port)) as forbidden:
            forbidden.setblocking(False)
            assert (await web.send(request(f"http://crm.example:{port}/"))).body == b"hi"
            with pytest.raises(BlockingIOError):
                forbidden.accept()

    found = finding("127.0.0.1", "127.0.0.3", "127.0.0.2")
    asking(lambda: Stand(OK), ask, host="127.0.0.2", allowed=["127.0.0.2", "127.0.0.3"], resolve=found)


def test_no_connection_means_that_it_has_not_arrived() -> None:
    with pytest.raises(HttpFailed, match=r"`127\.0\.0\.1` cannot be reached \(ConnectionRefusedError\)") as failed:
        asking(lambda: Stand(OK), sending("http://127.0.0.1:1/"))
    assert not failed.value.attempted


def test_a_name_that_nobody_knows_is_no_host() -> None:
    async def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    with pytest.raises(HttpFailed, match=r"there is no host `shop\.example`") as failed:
        asking(lambda: Stand(OK), sending("http://shop.example/"), resolve=unknown)
    assert not failed.value.attempted


def test_a_name_that_is_found_too_late_has_not_been_asked() -> None:
    async def late(host: str, port: int) -> list[str]:
        await asyncio.sleep(PATIENCE_S)
        return []

    with pytest.raises(HttpFailed, match="cannot be reached") as failed:
        asking(lambda: Stand(OK), sending("http://shop.example/", timeout_s=0.1), resolve=late)
    assert not failed.value.attempted


def test_a_name_that_is_too_long_is_no_url() -> None:
    with pytest.raises(HttpRefused, match="no URL"):
        asking(lambda: Stand(OK), sending(f"http://{'a' * 300}.example/"), resolve=plain_web.resolve)


async def twice(web: PlainWeb, port: int) -> None:
    for _ in range(2):
        assert (await web.send(request(f"http://127.0.0.1:{port}/"))).body == b"hi"


def test_a_connection_carries_one_request_after_another() -> None:
    async def ask(web: PlainWeb, stand: Stand, port: int) -> None:
        await twice(web, port)
        await asyncio.gather(twice(web, port), twice(web, port))
        assert stand.connections == 2
        await web.send(request(f"http://crm.internal:{port}/"))
        assert stand.connections == 3, "another host has connections of its own"

    asking(lambda: Stand(OK), ask)


@pytest.mark.parametrize(
    "answer", [CLOSES, OK.replace(b"1.1", b"1.0"), OK + b"?", OK + OK, OK + b"HT", (OK, b"more")],
    ids=["said so", "HTTP/1.0", "garbage", "another answer", "half of one", "more later"],
)  # fmt: skip
def test_a_connection_that_is_not_clean_is_closed(answer: bytes) -> None:
    async def ask(web: PlainWeb, stand: Stand, port: int) -> None:
        assert (await web.send(request(f"http://127.0.0.1:{port}/"))).body == b"hi"
        await stand.ended(1)
        await twice(web, port)

    asking(lambda: Stand(answer, OK), ask)


def test_a_connection_that_the_server_ends_is_not_used_again() -> None:
    async def ask(web: PlainWeb, stand: Stand, port: int) -> None:
        for count in range(1, 4):
            await web.send(request(f"http://127.0.0.1:{port}/"))
            await stand.ended(count)
        assert stand.connections == 3
        gc.collect()
        assert sum(isinstance(each, Connection) for each in gc.get_objects()) <= 1, "what is lost is not held"

    asking(lambda: Stand(OK, hangs_up=True), ask)


def test_a_connection_over_which_something_unasked_came_is_not_used_again() -> None:
    async def ask(web: PlainWeb, stand: Stand, port: int) -> None:
        await twice(web, port)
        stand.say(OK)
        await stand.ended(1)
        await twice(web, port)
        assert stand.connections == 2

    asking(lambda: Stand(OK), ask)


def test_a_request_is_not_repeated_when_a_kept_connection_breaks() -> None:
    async def ask(web: PlainWeb, stand: Stand, port: int) -> None:
        await web.send(request(f"http://127.0.0.1:{port}/"))
        with pytest.raises(HttpFailed, match="broke off") as failed:
            await web.send(request(f"http://127.0.0.1:{port}/"))
        assert failed.value.attempted and (stand.connections, len(stand.requests)) == (1, 2)

    asking(lambda: Ending(OK, b""), ask)


class Ending(Stand):
    """Ends the connection after the second request."""

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        return await super()._answer(reader, writer) and len(self.requests) < 2


def test_an_idle_connection_is_closed_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask(web: PlainWeb, stand: Stand, port: int) -> None:
        await asyncio.gather(twice(web, port), twice(web, port))
        await stand.ended(2)
        await web.send(request(f"http://127.0.0.1:{port}/"))
        await stand.ended(3)

    monkeypatch.setattr(plain_web, "KEPT_S", 0.1)
    asking(lambda: Stand(OK), ask)


def test_an_old_connection_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask(web: PlainWeb, stand: Stand, port: int) -> None:
        await web.send(request(f"http://127.0.0.1:{port}/"))
        monkeypatch.setattr(plain_web, "KEPT_S", 0.0)
        await web.send(request(f"http://127.0.0.1:{port}/"))
        await stand.ended(1)
        assert stand.connections == 2

    asking(lambda: Stand(OK), ask)


def test_a_request_that_is_cancelled_ends_its_connection() -> None:
    async def ask(web: PlainWeb, stand: Stand, port: int) -> None:
        sent = asyncio.create_task(web.send(request(f"http://127.0.0.1:{port}/")))
        await stand.asked(1)
        sent.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sent
        await stand.ended(1)
        await twice(web, port)

    asking(lambda: Stand(None, OK), ask)


def test_closing_ends_what_is_under_way_and_begins_nothing() -> None:
    async def ask(web: PlainWeb, stand: Stand, port: int) -> None:
        await web.send(request(f"http://127.0.0.1:{port}/"))
        sent = [asyncio.create_task(web.send(request(f"http://127.0.0.1:{port}/"))) for _ in range(2)]
        await stand.asked(3)
        await web.close()
        failed = await asyncio.gather(*sent, return_exceptions=True)
        assert [(type(each), each.attempted) for each in failed] == [(HttpFailed, True)] * 2
        await stand.ended(2)
        with pytest.raises(HttpFailed, match="closed") as late:
            await web.send(request(f"http://127.0.0.1:{port}/"))
        assert not late.value.attempted

    asking(lambda: Stand(OK, None), ask)


def test_a_large_body_goes_out_whole() -> None:
    async def ask(web: PlainWeb, stand: Stand, port: int) -> None:
        for _ in range(2):
            assert (await web.send(request(f"http://127.0.0.1:{port}/", body=body))).code == 200
            assert stand.requests.pop().endswith(b"\r\n\r\n" + body)
        assert stand.connections == 1

    body = bytes(range(256)) * 20_000
    asking(lambda: Stand(OK), ask)


def test_an_answer_before_the_body_has_gone_out_ends_the_connection() -> None:
    async def ask(web: PlainWeb, stand: Stand, port: int) -> None:
        reply = await web.send(request(f"http://127.0.0.1:{port}/", body=bytes(40_000_000)))
        assert reply.code == 413
        await stand.ended(1)

    asking(lambda: Stand(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n", None, reads=False), ask)
