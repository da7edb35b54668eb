"""Requests in bytes: no part of one can be more than that part."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.channels.http import HttpRefused, HttpRequest
from sojourn.engine.plain_request import read_target, write_head


def written(url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None) -> list[str]:
    request = HttpRequest("POST", url, headers or {}, body)
    head = write_head(request, read_target(url), "Us").decode("ascii")
    assert head.endswith("\r\n\r\n")
    return head[:-4].split("\r\n")


def test_a_request_says_what_is_usual() -> None:
    assert written("http://shop.example/a?b=c#d", {"X-A": "1"}, b"12345") == [
        "POST /a?b=c HTTP/1.1", "Host: shop.example", "Accept: */*", "Accept-Encoding: identity", "User-Agent: Us",
        "X-A: 1", "Content-Length: 5",
    ]  # fmt: skip


@pytest.mark.parametrize(("body", "says"), [(None, []), (b"", ["Content-Length: 0"])])
def test_a_length_is_said_of_every_body(body: bytes | None, says: list[str]) -> None:
    assert [line for line in written("http://h/", {}, body) if line.startswith("Content-")] == says


def test_what_a_request_says_itself_is_not_said_twice() -> None:
    own = {"accept": "a/b", "USER-AGENT": "Me", "host": "other", "Accept-encoding": "gzip", "authorization": "Bearer x"}
    assert written("http://user:pw@h/", own)[1:] == [f"{name}: {text}" for name, text in own.items()]


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://H.example", "h.example"), ("http://h:80/", "h"), ("https://h:443/", "h"), ("https://h:80/", "h:80"),
        ("http://bücher.example:8080/", "xn--bcher-kva.example:8080"), ("http://[::1]:81/", "[::1]:81"),
        ("http://[fe80::1%eth0]/", "[fe80::1]"), ("http://a_b.example./", "a_b.example."),
    ],
)  # fmt: skip
def test_the_host_is_named_as_in_the_url(url: str, host: str) -> None:
    assert written(url)[1] == f"Host: {host}"


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("", "/"), ("?a", "/?a"), ("/a b", "/a%20b"), ("/ü?é=ß", "/%C3%BC?%C3%A9=%C3%9F"), ("/%20%zz%", "/%20%25zz%25"),
        ("/a\\b|c^d`[e]", "/a%5Cb%7Cc%5Ed%60%5Be%5D"), ("/a;b=1,2/:@!$&'()*+~-._?x=/?", "/a;b=1,2/:@!$&'()*+~-._?x=/?"),
    ],
)  # fmt: skip
def test_a_path_has_only_what_paths_may_have(given: str, path: str) -> None:
    assert written(f"http://h{given}")[0] == f"POST {path} HTTP/1.1"


def test_a_user_in_the_url_signs_in() -> None:
    assert "Authorization: Basic w7w6cEA=" in written("http://%C3%BC:p%40@h/")
    assert "Authorization: Basic dTo=" in written("http://u@h/")


@pytest.mark.parametrize("name", ["Content-Length", "transfer-encoding", "X-A: b", "X A", "X-A:", ""])
def test_some_headers_cannot_be_set(name: str) -> None:
    with pytest.raises(HttpRefused, match="cannot be set"):
        written("http://h/", {name: "5"})


@pytest.mark.parametrize("rest", ["a\r\nb", "a\tb", "a\0b", "a\x7fb", "a\u2028b"])
@pytest.mark.parametrize("before", ["h/", "h?", "h", "user:", "h:8"])
def test_control_characters_make_no_url(before: str, rest: str) -> None:
    with pytest.raises(HttpRefused, match="no URL"):
        written(f"http://{before}{rest}@h/")


@pytest.mark.parametrize(
    "url", ["http://a.example\\@b.example/", "http://h:99999/", "http://a b/", "http://h!/", "http://.h/"]
)
def test_a_host_is_one_that_there_can_be(url: str) -> None:
    with pytest.raises(HttpRefused, match="no URL"):
        written(url)


@given(st.text(st.sampled_from("ab./:@?#[]%\\ \r\n\t\0é①_-=&0") | st.characters(), max_size=30))
def test_whatever_is_in_a_url_a_request_line_has_three_parts(text: str) -> None:
    for url in (f"http://{text}", f"http://h/{text}", f"http://{text}@h/"):
        try:
            lines = written(url, {}, b"x")
        except HttpRefused:
            continue
        assert len(lines[0].split(" ")) == 3 and lines[0].isprintable()
        assert [line.partition(": ")[0] for line in lines[1:] if not line.startswith("Authorization: Basic ")] == [
            "Host", "Accept", "Accept-Encoding", "User-Agent", "Content-Length",
        ]  # fmt: skip
        assert " " not in lines[1].partition(": ")[2]
