"""Texts about others say nothing of who was erased, and of everybody else what they said before."""

from __future__ import annotations

import re

import duckdb
import polars as pl
import pytest

from sojourn.model.erasure import ERASED, Mentions

MENTIONS = Mentions(["customer-1", "anon:visitor-9", "17"], ["kim@example.com", "+821012345678", "a@b"])
TEXTS = {
    "kim@example.com": "erased",
    "Kim@Example.com.": "erased.",
    "kim@example.com,KIM@EXAMPLE.COM;kim@example.com": "erased,erased;erased",
    '{"text":"Hi\\nkim@example.com\\tbye"}': '{"text":"Hi\\nerased\\tbye"}',
    '{"html":"\\u003ckim@example.com\\u003e"}': '{"html":"\\u003cerased\\u003e"}',
    "https://x.example/?to=kim%40example.com&a=1": "https://x.example/?to=erased&a=1",
    "https://x.example/?a%3Dkim%40example.com%26b": "https://x.example/?a%3Derased%26b",
    "mailto:kim@example.com?subject=1": "mailto:erased?subject=1",
    "call +821012345678!": "call erased!",
    "...kim@example.com...": "...erased...",
    '{"by":"customer-1","from":"visitor-9"}': '{"by":"erased","from":"erased"}',
}
OTHERS = [
    "hakim@example.com", "jo.kim@example.com", "jo-kim@example.com", "x+kim@example.com", "kim@example.com.kr",
    "kim@example.community", "a@b and a@b", '{"amount":"17","n":17}', '{"id":"customer-12"}', "customer-1 said",
    "+8210123456789", "x%2Bkim@example.com",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_who_was_erased_is_not_named(text: str) -> None:
    assert MENTIONS.without(text) == TEXTS[text]
    starred = MENTIONS.starred(text.encode()).decode()
    assert len(starred) == len(text)
    assert re.sub(r"\*+", ERASED, starred) == TEXTS[text]


@pytest.mark.parametrize("text", OTHERS)
def test_others_are(text: str) -> None:
    assert MENTIONS.without(text) == text
    assert MENTIONS.starred(text.encode()).decode() == text


def test_the_log_the_store_and_files_are_told_alike() -> None:
    texts = pl.DataFrame({"text": [*TEXTS, *OTHERS]})
    by_log = texts["text"]
    by_store = "text"
    for place, pattern in enumerate(MENTIONS.patterns):
        by_log = by_log.str.replace_all(pattern, f"${{1}}{ERASED}${{2}}")
        by_store = f"regexp_replace({by_store}, $p{place}, '\\1{ERASED}\\2', 'g')"
    told = {f"p{place}": pattern for place, pattern in enumerate(MENTIONS.patterns)}
    with duckdb.connect() as connection:
        connection.register("texts", texts)
        found = [row[0] for row in connection.execute(f"SELECT {by_store} FROM texts", told).fetchall()]
        quick = "SELECT text FROM texts WHERE regexp_matches(text, $quick)"
        seen = {row[0] for row in connection.execute(quick, {"quick": MENTIONS.quick}).fetchall()}
    assert by_log.to_list() == found == [*TEXTS.values(), *OTHERS]
    assert set(TEXTS) <= seen


def test_nobody_is_mentioned_without_names() -> None:
    assert (list(Mentions([], []).words), Mentions(["7"], ["x"]).without('"7" x')) == ([], '"7" x')
