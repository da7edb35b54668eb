"""Cells of a table: text is text, whatever a spreadsheet would make of it."""

import csv
import io

import pytest

from sojourn.service.studio.sheets import cell, columns_of, flat, sheet


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+49 30", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", '=HYPERLINK("http://x")', "\uff1d1"],
    ids=["equals", "plus", "minus", "at", "tab", "return", "line", "spaces", "link", "full-width"],
)
def test_a_formula_is_text(text: str) -> None:
    assert cell(text) == f"'{text}"


def test_what_is_no_formula_stays_as_it_is() -> None:
    assert [cell(value) for value in (-1, 2.5, True, None, "a=b", "", "한국")] == [
        -1,
        2.5,
        "true",
        "",
        "a=b",
        "",
        "한국",
    ]


def test_a_sheet_is_read_back_whole() -> None:
    rows = [{"a": f'line {i}\n"quoted", with comma', "b": i} for i in range(5_000)]
    parts = list(sheet(["a", "b"], iter(rows)))
    assert len(parts) > 1, "it is made piece by piece"
    read = list(csv.DictReader(io.StringIO("".join(parts).removeprefix("\ufeff"))))
    assert [(row["a"], int(row["b"])) for row in read] == [(row["a"], row["b"]) for row in rows]


def test_rows_in_rows_are_columns() -> None:
    rows = [flat({"a": 1, "b": {"c": 2, "d": {"e": 3}}}), flat({"a": 1, "f": None})]
    assert (rows[0], columns_of(rows)) == ({"a": 1, "b.c": 2, "b.d.e": 3}, ["a", "b.c", "b.d.e", "f"])
