"""Tracking links: what is rewritten, and that a token cannot be altered or used elsewhere."""

import re
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sojourn.messages.links import Tracker
from sojourn.messages.tokens import Signer, Ticket, read_secret

SIGNER = Signer(b"a secret of the tests")
TRACKER = Tracker("https://t.example", SIGNER)
TICKET = Ticket(123456, "ann@example.com", "welcome/first", 1_772_000_000, group="newsletter")


def clicks(html: str) -> list[Ticket]:
    tokens = re.findall(r'href="https://t\.example/c/([^"]+)"', TRACKER.track(html, TICKET))
    found = [SIGNER.read("c", token) for token in tokens]
    assert all(found)
    return [ticket for ticket in found if ticket]


@pytest.mark.parametrize(
    ("html", "url", "alias"),
    [
        ('<a href="https://shop.example/?a=1&amp;b=2">x</a>', "https://shop.example/?a=1&b=2", "1"),
        ("<A class='x' HREF='https://shop.example/a b'>x</A>", "https://shop.example/a%20b", "1"),
        ("<a\n href=https://shop.example/q>x</a>", "https://shop.example/q", "1"),
        ('<a id="top" data-alias="hero" href="HTTPS://shop.example">x</a>', "HTTPS://shop.example", "hero"),
        ('<a id="top" href="https://shop.example">x</a>', "https://shop.example", "top"),
        ('<a title="a > b" href="https://shop.example">x</a>', "https://shop.example", "1"),
        ('<a data-href="https://other.example" href="https://shop.example">x</a>', "https://shop.example", "1"),
    ],
)
def test_web_links_are_counted(html: str, url: str, alias: str) -> None:
    assert [(ticket.url, ticket.link) for ticket in clicks(html)] == [(url, alias)]


@pytest.mark.parametrize(
    "href", ["mailto:a@b.example", "tel:+8210", "#part", "", "javascript:alert(1)", "//x.example", "/path", "ftp://x.example"]
)  # fmt: skip
def test_other_links_stay(href: str) -> None:
    html = f'<a href="{href}">x</a>'
    assert TRACKER.track(html, TICKET).startswith(html)


def test_the_unsubscribe_link_is_not_a_click() -> None:
    html = f'<a href="{TRACKER.unsubscribe_url(TICKET)}">bye</a>'
    assert TRACKER.track(html, TICKET).startswith(html)


def test_places_are_counted_over_counted_links_only() -> None:
    html = '<a href="https://a.example">1</a><a href="#x">-</a><a href="https://b.example">2</a>'
    assert [ticket.link for ticket in clicks(html)] == ["1", "2"]


def test_the_pixel_stands_before_the_end_of_the_body() -> None:
    html = TRACKER.track("<html><body><p>Hi</p></BODY></html>", TICKET)
    found = re.fullmatch(r'<html><body><p>Hi</p><img src="https://t.example/o/([^".]+)\.gif"[^>]*></BODY></html>', html)
    assert found
    ticket = SIGNER.read("o", found.group(1))
    assert ticket is not None
    assert (ticket.message, ticket.profile_id, ticket.of) == (123456, "ann@example.com", "welcome/first")


def test_a_token_of_one_purpose_is_refused_for_another() -> None:
    token = SIGNER.sign("o", TICKET)
    assert SIGNER.read("o", token) == TICKET
    assert SIGNER.read("u", token) is None
    assert SIGNER.read("c", token) is None


def test_every_altered_character_is_refused() -> None:
    token = SIGNER.sign("c", Ticket(1, "p", "j/n", 1, link="1", url="https://a.example/"))
    for place in range(len(token)):
        for other in "AB-_z":
            altered = token[:place] + other + token[place + 1 :]
            assert altered == token or SIGNER.read("c", altered) is None


def test_another_secret_is_refused() -> None:
    assert Signer(b"some other secret of 16").read("o", SIGNER.sign("o", TICKET)) is None


@settings(max_examples=200)
@given(st.text(max_size=300))
def test_no_text_is_a_token_by_chance(text: str) -> None:
    assert SIGNER.read("c", text) is None


@settings(max_examples=100)
@given(st.integers(0, 2**62), st.text(max_size=50), st.text(max_size=50))
def test_tokens_round_trip(message: int, profile: str, of: str) -> None:
    ticket = Ticket(message, profile, of, 1)
    assert SIGNER.read("u", SIGNER.sign("u", ticket)) == ticket


def test_the_secret_is_made_once_and_is_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    first = read_secret(path)
    assert len(first) == 32
    assert read_secret(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
