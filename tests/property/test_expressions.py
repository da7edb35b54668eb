"""Any text and any map is either compiled or refused with an error of the family, soon."""

from __future__ import annotations

import time
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from sojourn.expr import (
    Evaluator,
    EventSpec,
    ExpressionErrors,
    Scope,
    WorkspaceNames,
    check_audience_sql,
    compile_condition,
    compile_expression,
)

SCOPE = Scope(
    profile={"city": "string", "spend": "number", "vip": "boolean", "born": "date", "tags": "[string]"},
    event={"amount": "number", "sku": "string"},
    document="d",
    zone="profile",
)
NAMES = WorkspaceNames(events={"purchase": EventSpec("purchase", None, {"amount": "number"})})
EVALUATOR = Evaluator(1)
FRAME = pl.DataFrame({"pno": [1], "event": ['{"amount": 5, "sku": "x", "other": {"a": [1]}}']})
PROFILES = pl.DataFrame(
    {"_pno": [1], "profile_id": ["ann"], "city": ["Seoul"], "spend": [1.5], "vip": [True], "tags": [["a"]]}
).with_columns(born=pl.lit(None, dtype=pl.Date), at=pl.lit(None))

WORDS = """
    profile.city profile.spend profile.vip profile.born profile.tags event.amount event.other event.sku.x now()
    local_now() bucket() and or not in is null like between ( ) [ ] , = < >= <> + - * / // % || -> ->> :: . ' '' "
    'x' '5' 1 2.5 1e400 true case when then else end cast as integer date interval 3 days lower( len( coalesce(
    list_contains( date_trunc( 'day' extract( hour from at time zone 'UTC' select exists( ; -- /* $1 ? * { } :
    regexp_matches( strptime( '%Y' make_date( 99999999999 json_extract( '$.a' left( -1 escape distinct
"""
SOUP = st.lists(st.sampled_from(WORDS.split()), max_size=25).map(" ".join)
TEXT = st.one_of(SOUP, st.text(max_size=80))


@given(TEXT)
def test_any_text_is_compiled_or_refused(text: str) -> None:
    began = time.perf_counter()
    try:
        expression = compile_expression(text, SCOPE)
    except ExpressionErrors as error:
        assert error.problems
    else:
        assert EVALUATOR.values(FRAME, {"v": expression}, PROFILES).height == 1
    assert time.perf_counter() - began < 5


@given(TEXT)
def test_any_text_is_a_query_or_refused(text: str) -> None:
    assert isinstance(check_audience_sql("select profile_id from profile where " + text, NAMES.entities), list)
    assert isinstance(check_audience_sql(text, NAMES.entities), list)


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXT, st.sampled_from(["purchase", "3d"]))
FIELDS = "all any not in did related engaged subscribed where count sum of within with at_least exactly x"
KEYS = st.sampled_from(FIELDS.split())
MAPS: st.SearchStrategy[Any] = st.recursive(
    SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3))
)


@given(MAPS)
def test_any_map_is_compiled_or_refused(value: Any) -> None:
    try:
        condition = compile_condition(value, SCOPE, NAMES)
    except ExpressionErrors as error:
        assert error.problems
    else:
        assert EVALUATOR.values(FRAME, {"v": condition}, PROFILES)["v"].null_count() == 0
