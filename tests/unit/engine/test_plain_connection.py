"""What servers answer over HTTP/1.1, and what is made of it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.channels.http import HttpFailed, HttpReply
from sojourn.engine.plain_connection import MAX_HEAD
from sojourn.engine.plain_web import PlainWeb
from sojourn.sources.exchange import MAX_BODY
from tests.unit.engine.web_stand import OK, Stand, asking, request

LINE = b"HTTP/1.1 200 OK\r\n"
CHUNKED = LINE + b"Transfer-Encoding: chunked\r\n\r\n"


def answered(*pieces: bytes, hangs_up: bool = False, timeout_s: float = 30) -> HttpReply:
    """Return what is made of an answer; after a failure the connection is closed."""

    async def ask(web: PlainWeb, stand: Stand, port: int) -> HttpReply:
        try:
            return await web.send(request(f"http://127.0.0.1:{port}/", timeout_s=timeout_s))
        except HttpFailed as failed:
            await stand.ended(1)
            assert failed.attempted
            raise

    return asking(lambda: Stand(pieces, hangs_up=hangs_up), ask)


WHOLE = {
    "a length": (LINE + b"Content-Length: 5\r\n\r\nhello", False, 200, b"hello"),
    "no body": (LINE + b"Content-Length: 0\r\n\r\n", False, 200, b""),
    "204": (b"HTTP/1.1 204 No Content\r\n\r\n", False, 204, b""),
    "304": (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", False, 304, b""),
    "chunks": (CHUNKED + b"2;a=b\r\nhe\r\n3\r\nllo\r\n0\r\nX-Late: 1\r\nHost: x\r\n\r\n", False, 200, b"hello"),
    "no chunk": (CHUNKED + b"0\r\n\r\n", False, 200, b""),
    "to the end": (LINE + b"\r\nhello", True, 200, b"hello"),
    "to the end, nothing": (LINE + b"\r\n", True, 200, b""),
    "HTTP/1.0": (b"HTTP/1.0 200 OK\r\n\r\nhello", True, 200, b"hello"),
    "announced": (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nX-Early: 1\r\n\r\n" + OK, False, 200, b"hi"),
    "no reason": (b"HTTP/1.1 299\r\nContent-Length: 2\r\n\r\nhi", False, 299, b"hi"),
}


@pytest.mark.parametrize("in_bytes", [False, True], ids=["at once", "byte by byte"])
@pytest.mark.parametrize("kind", WHOLE)
def test_an_answer_has_an_end(kind: str, in_bytes: bool) -> None:
    text, hangs_up, code, body = WHOLE[kind]
    reply = answered(*([bytes([byte]) for byte in text] if in_bytes else [text]), hangs_up=hangs_up)
    assert (reply.code, reply.body) == (code, body)
    assert not {"x-early", "x-late"} & reply.headers.keys()


def test_headers_that_repeat_are_joined_and_names_are_small() -> None:
    reply = answered(LINE + b"X-A:  1 \r\nRetry-After: 3\r\nx-a: 2\r\nContent-Length: 0\r\n\r\n")
    assert reply.headers["x-a"] == "1, 2" and reply.headers["retry-after"] == "3"


def test_a_header_may_have_any_bytes() -> None:
    reply = answered(LINE + b"X-B: \xc3\xbc\xff\r\nContent-Length: 0\r\n\r\n")
    assert reply.headers["x-b"] == "ü\ufffd"


BROKEN = {
    "nothing": (b"", True),
    "another protocol": (b"SSH-2.0-OpenSSH_9.6\r\n", False),
    "half a head": (LINE + b"Content-Le", True),
    "half a body": (LINE + b"Content-Length: 9\r\n\r\nhalf", True),
    "half a chunk": (CHUNKED + b"9\r\nhalf", True),
    "no last chunk": (CHUNKED + b"4\r\nhalf\r\n", True),
    "a wrong chunk": (CHUNKED + b"zz\r\nhalf\r\n", False),
    "two lengths": (LINE + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi!", False),
    "a length and chunks": (LINE + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", False),
    "another switch": (b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", False),
    "a switch to nothing": (b"HTTP/1.1 101 Switching\r\n\r\n" + OK, False),
    "announced only": (b"HTTP/1.1 100 Continue\r\n\r\n", True),
    "one header without end": (LINE + b"X-A: " + b"a" * (MAX_HEAD + 400_000), False),
    "headers without end": (LINE + b"X-A: a\r\n" * 60_000, False),
    "announced without end": (b"HTTP/1.1 100 Continue\r\n\r\n" * 20_000, False),
    "trailers without end": (CHUNKED + b"2\r\nhi\r\n0\r\nX-A: " + b"a" * 600_000, False),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_no_whole_answer_breaks_off(kind: str) -> None:
    text, hangs_up = BROKEN[kind]
    with pytest.raises(HttpFailed, match=r"`127\.0\.0\.1` broke off"):
        answered(text, hangs_up=hangs_up)


@pytest.mark.parametrize("head", [LINE + b"\r\n", LINE + b"Content-Length: 99999999\r\n\r\n", CHUNKED + b"ffffff\r\n"])
def test_a_body_is_read_up_to_a_size(head: bytes) -> None:
    with pytest.raises(HttpFailed, match="more than 1,048,576 bytes"):
        answered(head, b"x" * (MAX_BODY + 1))


def test_a_body_of_the_greatest_size_is_read() -> None:
    assert answered(LINE + b"Content-Length: %d\r\n\r\n" % MAX_BODY, b"x" * MAX_BODY).body == b"x" * MAX_BODY


@pytest.mark.parametrize("text", [b"", LINE, LINE + b"Content-Length: 9\r\n\r\nhalf", LINE + b"\r\nhalf"])
def test_the_time_is_for_the_whole_answer(text: bytes) -> None:
    with pytest.raises(HttpFailed, match=r"no whole answer within 0\.2 s"):
        answered(text, timeout_s=0.2)


WORDS = [
    LINE, b"HTTP/1.1 ", b"HTTP/1.0 ", b"100 \r\n\r\n", b"101 \r\n", b"204 x\r\n", b"304 \r\n", b"\r\n", b"\r\n\r\n",
    b"\n", b" ", b":", b"0", b"5", b"Content-Length: ", b"Transfer-Encoding: chunked\r\n", b"Connection: close\r\n",
    b"Connection: upgrade\r\n", b"Upgrade: h2c\r\n", b"0\r\n\r\n", b"3\r\nabc\r\n", b"X: y\r\n z\r\n", OK,
]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS) | st.binary(max_size=9), max_size=12), st.data())
def test_whatever_is_answered_becomes_an_answer_or_a_failure(words: Sequence[bytes], data: st.DataObject) -> None:
    text = b"".join(words)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=4)))
    pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    try:
        reply = answered(*pieces, hangs_up=True)
    except HttpFailed as failed:
        assert "broke off" in str(failed)
    else:
        assert 200 <= reply.code <= 999 and all(name == name.lower() for name in reply.headers)
