"""What the reasoner calls certain is so in every row, as DuckDB evaluates it."""

from __future__ import annotations

import itertools
from typing import Any

import polars as pl
from hypothesis import example, given
from hypothesis import strategies as st

from sojourn.expr import Evaluator, EventSpec, ExpressionErrors, Reasoner, Scope, WorkspaceNames, compile_condition
from sojourn.expr.facts import ANYTHING
from tests.property.worlds import mostly, search

SCOPE = Scope(
    profile={"city": "string", "n": "integer", "spend": "number", "vip": "boolean", "born": "date"},
    event={"amount": "number", "other": "string"},
    document="d",
)
NAMES = WorkspaceNames(events={"purchase": EventSpec("purchase", None, {"amount": "number"})})
EVALUATOR = Evaluator(1)
REASONER = Reasoner(SCOPE, NAMES)

CITIES = [None, "", "a", "b", "Z", "a'b"]
NUMBERS = [None, -1, 0, 1, 2, 3]
SPENT = [None, -0.5, 0.0, 0.1, 2.0, float("inf")]
BORN = [None, "2026-01-01", "2026-01-02"]
ROWS = list(itertools.product(CITIES, NUMBERS, SPENT, [None, True, False]))
PROFILES = pl.DataFrame(
    {
        "_pno": range(len(ROWS)),
        "profile_id": [f"p{i}" for i in range(len(ROWS))],
        "city": [row[0] for row in ROWS],
        "n": [row[1] for row in ROWS],
        "spend": [row[2] for row in ROWS],
        "vip": [row[3] for row in ROWS],
        "born": [BORN[i % len(BORN)] for i in range(len(ROWS))],
    },
    schema_overrides={"n": pl.Int64},
).with_columns(pl.col("born").str.to_date())
FRAME = pl.DataFrame(
    {
        "pno": range(len(ROWS)),
        "event": [
            ['{"amount": 1}', '{"amount": "x", "other": "5"}', '{"other": "oops"}', '{"amount": "nan"}'][i % 4]
            for i in range(len(ROWS))
        ],
    }
)

signs = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
texts = st.sampled_from(["''", "'a'", "'b'", "'Z'", "'a''b'", "null"])
numbers = st.sampled_from(["-1", "0", "1", "2", "2.5", "0.1", "1e0", "99999999999999999999", "(1 + 1)", "null"])
dates = st.sampled_from(["'2026-01-01'", "date '2026-01-02'", "timestamp '2026-01-02 10:00:00'", "now()"])
pairs = st.one_of(
    st.tuples(st.sampled_from(["profile.city", "lower(profile.city)", "event.other"]), texts),
    st.tuples(
        st.sampled_from(["profile.n", "profile.spend", "event.amount", "bucket()", "length(profile.city)"]), numbers
    ),
    st.tuples(st.just("profile.born"), dates),
    st.tuples(st.sampled_from(["profile.vip", "event.amount = 1"]), st.sampled_from(["true", "false", "null"])),
)
compared = st.tuples(pairs, signs, st.booleans()).map(
    lambda c: f"({c[0][0]}) {c[1]} {c[0][1]}" if c[2] else f"{c[0][1]} {c[1]} ({c[0][0]})"
)
atoms = st.one_of(
    compared,
    compared,
    st.sampled_from(
        [
            "profile.vip",
            "profile.city is null",
            "profile.n is not null",
            "profile.vip is true",
            "profile.vip is not false",
            "(profile.n > 1) is null",
            "1 = 1",
            "null",
            "false",
            "profile.city = profile.city",
            "cast(event.other as integer) > 3",
            "profile.city || 'x' = 'ax'",
            "profile.city like 'a%'",
            "profile.n / 0 > 1",
            "profile.n is not distinct from 1",
            "profile.n is distinct from null",
            "profile.n + profile.n > 3",
        ]
    ),
    st.tuples(st.sampled_from(["", "not "]), st.lists(texts, min_size=1, max_size=3)).map(
        lambda c: f"profile.city {c[0]}in ({', '.join(c[1])})"
    ),
    st.tuples(st.sampled_from(["", "not "]), numbers, numbers).map(
        lambda c: f"profile.spend {c[0]}between {c[1]} and {c[2]}"
    ),
)
counts = st.tuples(st.sampled_from(["at_least", "at_most", "exactly"]), st.integers(0, 2)).map(
    lambda c: {"did": "purchase", "count": {c[0]: c[1]}}
)


def about(name: str, *values: str) -> st.SearchStrategy[str]:
    """Draw tests of one name against few values, which meet often."""
    one = st.sampled_from(values)
    return st.one_of(
        st.tuples(signs, one).map(lambda c: f"{name} {c[0]} {c[1]}"),
        st.tuples(st.sampled_from(["in", "not in"]), one, one).map(lambda c: f"{name} {c[0]} ({c[1]}, {c[2]})"),
        st.tuples(one, one).map(lambda c: f"{name} between {c[0]} and {c[1]}"),
        st.sampled_from([f"{name} is null", f"{name} is not null", f"{name} is distinct from {values[0]}"]),
    )


def texts_of(tests: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw expressions made of tests; a test that is a map stays as it is."""
    return st.recursive(
        tests,
        lambda inner: st.one_of(
            inner.map(lambda a: f"not ({a})"),
            st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda c: f"({c[0]}) {c[1]} ({c[2]})"),
            st.tuples(inner, inner).map(lambda c: f"case when {c[0]} then {c[1]} end"),
        ),
        max_leaves=6,
    )


def maps_of(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw conditions made of leaves."""
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            inner.map(lambda c: {"not": c}),
            st.lists(inner, min_size=1, max_size=3).map(lambda c: {"all": c}),
            st.lists(inner, min_size=1, max_size=3).map(lambda c: {"any": c}),
        ),
        max_leaves=4,
    )


opaque = st.sampled_from(["cast(event.other as integer) > 3", "profile.vip", "profile.n / 0 > 1", "1 = 1"])
GROUPS = [
    maps_of(texts_of(about("profile.n", "0", "1", "2"))),
    maps_of(texts_of(about("profile.city", "'a'", "'b'"))),
    maps_of(texts_of(about("profile.spend", "0", "0.1"))),
    maps_of(texts_of(about("event.amount", "1", "2"))),
    maps_of(
        texts_of(st.sampled_from(["profile.vip", "profile.vip is true", "profile.vip is null", "profile.vip = true"]))
    ),
    maps_of(texts_of(opaque)),
    maps_of(counts),
    maps_of(mostly(texts_of(atoms), counts, of_ten=8)),
]
maps = st.sampled_from(GROUPS).flatmap(lambda group: group)
couples = st.sampled_from(GROUPS).flatmap(lambda group: st.tuples(group, group))
HISTORY = pl.DataFrame(
    {
        "pno": [pno for pno in range(len(ROWS)) for _ in range(pno % 4)],
        "name": "purchase",
        "offset": 1,
        "data": '{"amount": 1}',
    }
).with_columns(pl.lit("2026-01-01T00:00:00Z").str.to_datetime(time_zone="UTC", time_unit="us").alias("at"))
NOW = FRAME.with_columns(pl.lit("2026-01-02T10:00:00Z").str.to_datetime(time_zone="UTC", time_unit="us").alias("at"))


def met(value: Any) -> pl.Series:
    condition = compile_condition(value, SCOPE, NAMES)
    return EVALUATOR.values(NOW, {"v": condition}, PROFILES, tables={"history": HISTORY})["v"]


def compiles(value: Any) -> bool:
    try:
        compile_condition(value, SCOPE, NAMES)
    except ExpressionErrors:
        return False
    return True


@example("(cast(event.other as integer) > 3) is null or (cast(event.other as integer) > 3) is not null")
@given(maps.filter(compiles))
@search(200)
def test_what_is_never_or_always_met_is_so_in_every_row(value: Any) -> None:
    verdict = REASONER.verdict(value)
    if verdict is not None and verdict[0] == "never":
        assert not met(value).any()
    elif verdict is not None and verdict[0] == "always":
        assert met(value).all()
    elif verdict is not None:
        assert not met(f"not ({value})").any()


@given(couples.filter(lambda couple: all(map(compiles, couple))))
@search(200)
def test_what_is_implied_holds_in_every_row(couple: tuple[Any, Any]) -> None:
    one, other = couple
    for facts, unlike in ((REASONER.unmet(other), False), (REASONER.met(other), True)):
        if (REASONER.met(one) & facts).impossible:
            assert not (met(one) & (met(other) if unlike else ~met(other))).any()


def test_the_search_finds_what_is_certain() -> None:
    assert REASONER.verdict("profile.n > 1 and profile.n < 2") == (
        "never",
        "`profile.n` cannot be above 1 and below 2 at once",
    )
    assert REASONER.met("profile.n > 1") != ANYTHING
