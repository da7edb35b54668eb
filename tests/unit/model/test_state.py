"""Frames of the store's tables have the declared columns, in order and type."""

from __future__ import annotations

import polars as pl
import pytest

from sojourn.model.state import SCHEMAS, Changes, State, conform, empty, frame_type, sql_type


@pytest.mark.parametrize("table", SCHEMAS)
def test_conforming_gives_exactly_the_columns_of_a_table(table: str) -> None:
    first = next(iter(SCHEMAS[table]))
    made = conform(table, pl.DataFrame({"other": [1], first: [None]}))
    assert made.schema == pl.Schema(dict(SCHEMAS[table]))
    assert made.schema == empty(table).schema
    assert made.height == 1


def test_a_list_is_a_list_in_sql_and_in_frames() -> None:
    assert sql_type("[timestamp]") == "TIMESTAMPTZ[]"
    assert frame_type("[number]") == pl.List(pl.Float64)


def test_a_table_that_was_not_loaded_is_empty() -> None:
    state = State(pl.DataFrame(), {})
    assert state["passage"].height == 0
    assert state["passage"].columns == list(SCHEMAS["passage"])


def test_nothing_is_no_change() -> None:
    changes = Changes()
    changes.add("step", empty("step"))
    changes.remove("passage", pl.Series([], dtype=pl.Int64))
    assert not changes.append
    assert not changes.drop
