"""What is an expression, of which type, and what is refused with which words."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sojourn.expr import ExpressionErrors, Reads, Scope, compile_expression

from .shop import PLAIN, SCOPE

FIXTURES = Path(__file__).parent / "fixtures"


def pairs(name: str) -> list[tuple[str, str]]:
    lines = (FIXTURES / name).read_text(encoding="utf-8").splitlines()
    return [(text, expected) for text, _, expected in (line.rpartition(" => ") for line in lines)]


@pytest.mark.parametrize(("text", "type_"), pairs("accepted.txt"))
def test_an_expression_has_the_type_that_duckdb_gives_it(text: str, type_: str) -> None:
    assert compile_expression(text, SCOPE).type == type_


@pytest.mark.parametrize(("text", "expected"), pairs("refused.txt"))
def test_what_is_no_expression_is_refused_with_a_reason(text: str, expected: str) -> None:
    code, _, says = expected.partition(": ")
    with pytest.raises(ExpressionErrors) as raised:
        compile_expression(text, SCOPE)
    assert any(p.code.startswith(code) and says in p.message + (p.hint or "") for p in raised.value.problems)


HOSTILE = [
    "(" * 400 + "1" + ")" * 400,
    "(" * 9_000,
    "not " * 2_000 + "true",
    "- " * 4_000 + "1",
    "case when true then " * 400 + "1" + " end" * 400,
    "[" * 3_000 + "]" * 3_000,
    "1" + "::int" * 1_900,
    "event.a" + "->'b'" * 1_900,
    "event" + ".b" * 4_900,
    "1 between " * 900 + "1",
    "interval " * 1_000 + "1",
    "a" * 1_000_000,
    "'" * 9_999,
    "/*" * 4_000,
    "lower(" * 1_500,
    "if(true, " * 1_000,
    "1 in " * 1_900 + "(1)",
    "$$" * 4_000,
    "\0",
    "",
    "   ",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12].strip() or "nothing")
def test_a_hostile_text_is_refused_at_once(text: str) -> None:
    began = time.perf_counter()
    with pytest.raises(ExpressionErrors):
        compile_expression(text, SCOPE)
    assert time.perf_counter() - began < 2


def test_long_and_flat_is_fine() -> None:
    text = " or ".join(f"profile.city = 'c{i}'" for i in range(300))
    assert compile_expression(text, SCOPE, boolean=True).type == "BOOLEAN"


def test_a_condition_must_be_boolean() -> None:
    with pytest.raises(ExpressionErrors, match="boolean"):
        compile_expression("profile.city", SCOPE, boolean=True)


def test_all_unknown_names_are_reported_with_their_places() -> None:
    text = "profile.citty = 'x' and profile.spennd > 1"
    with pytest.raises(ExpressionErrors) as raised:
        compile_expression(text, SCOPE)
    assert [text[slice(*p.span)] for p in raised.value.problems if p.span] == ["profile.citty", "profile.spennd"]


def test_a_literal_that_does_not_convert_is_underlined() -> None:
    text = "event.amount > 'much'"
    with pytest.raises(ExpressionErrors) as raised:
        compile_expression(text, SCOPE)
    assert raised.value.problems[0].span == (15, 21)


def test_bare_columns_are_known_where_rows_are() -> None:
    scope = Scope(profile={}, columns={"nights": "integer", "count": "integer"}, links={"guest": {"city": "string"}})
    assert compile_expression("nights > 2 and count > 1 and guest.city = 'x'", scope).reads.links == {"guest.city"}
    with pytest.raises(ExpressionErrors, match="did you mean `nights`"):
        compile_expression("nigths > 2", scope)


def test_names_that_the_place_does_not_have_are_unknown() -> None:
    for text in ("event.amount > 1", "entry.code = 'x'", '"first-mail".x > 1'):
        with pytest.raises(ExpressionErrors):
            compile_expression(text, PLAIN)


def test_reads_tell_what_must_be_loaded() -> None:
    reads = compile_expression("profile.city = event.sku and now() > profile.signed_up and bucket() > 1", SCOPE).reads
    assert reads == Reads(
        attributes=frozenset({"city", "signed_up"}), event=True, time=True, clock=True, profile_id=True
    )
