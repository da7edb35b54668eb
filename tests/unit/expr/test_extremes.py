"""Values that Python does not have are values all the same; what can never run is refused when it is read."""

import polars as pl
import pytest

from sojourn.expr import Evaluator, ExpressionErrors, Scope, WorkspaceNames, compile_condition, compile_expression

SCOPE = Scope(profile={}, event={"unit": "string"})
ONE = pl.DataFrame({"event": ["{}"]})


def test_what_can_never_run_is_refused_when_it_is_read() -> None:
    with pytest.raises(ExpressionErrors, match="cannot run") as refused:
        compile_expression("date_trunc('timezone', now())", SCOPE)
    assert [problem.code for problem in refused.value.problems] == ["EXPR-012"]


def test_intervals_and_instants_beyond_those_of_python_are_values() -> None:
    long = compile_expression("interval 99999999 year", SCOPE)
    assert Evaluator(1).values(ONE, {"v": long})["v"].to_list() == ["99999999 years"]
    far = compile_expression("timestamptz '9999-12-31 23:59:59+00' at time zone 'Asia/Seoul'", SCOPE)
    assert Evaluator(1).values(ONE, {"v": far})["v"].dt.year().to_list() == [10000]


def test_whole_populations_can_be_read_with_functions_of_the_instant() -> None:
    found = compile_condition("date_trunc('day', now()) = now()", Scope(profile={}), WorkspaceNames())
    assert found.population is not None


def test_what_fails_and_stands_twice_costs_only_its_own_row() -> None:
    twice = compile_expression(
        "cast(event.unit as integer) is null or cast(event.unit as integer) is not null", SCOPE, boolean=True
    )
    rows = pl.DataFrame({"event": ['{"unit": "5"}', '{"unit": "oops"}'] * 200})
    assert Evaluator(1).values(rows, {"v": twice})["v"].to_list() == [True, None] * 200
