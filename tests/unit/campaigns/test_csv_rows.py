"""Rows of CSV files as declared columns."""

from __future__ import annotations

import pytest

from sojourn.campaigns.csv_rows import read_rows


@pytest.mark.parametrize(
    ("kind", "fields", "rejected"),
    [
        ("integer", ["007", "3.0", "x", "99999999999999999999"], ["3.0", "x", "99999999999999999999"]),
        ("number", ["2.5", "1e3", "nan", "inf", "1_000"], ["nan", "inf", "1_000"]),
        ("boolean", ["true", "FALSE", "1", "maybe"], ["maybe"]),
        ("date", ["garbage", "2026-01-02", "2026-02-30", "02/01/2026"], ["garbage", "2026-02-30", "02/01/2026"]),
        ("timestamp", ["garbage", "2026-01-02T00:00:00.123Z", "2026-01-02T00:00:00Z"], ["garbage"]),
        ("json", ["{bad", "[1]", "NaN", '"text"'], ["{bad", "NaN"]),
        ("[string]", ["zz", '["a", null]', "[1]"], ["zz", "[1]"]),
        ("[integer]", ["[1, 2]", "[true]", "{}"], ["[true]", "{}"]),
    ],
)
def test_what_does_not_fit_its_type_is_rejected(kind: str, fields: list[str], rejected: list[str]) -> None:
    quoted = ['"' + field.replace('"', '""') + '"' for field in fields]
    _, others = read_rows("f.csv", "c\n" + "\n".join(quoted), {"c": kind}, fail=False)
    assert [reason.split("`")[3] for reason in others["reason"]] == rejected


def test_quotes_a_byte_order_mark_and_line_ends_of_windows_are_read() -> None:
    text = '\ufeffname,more,note\r\n"Ann ""A""",x,"two\r\nlines"\r\n,x,\r\n'
    rows, others = read_rows("f.csv", text, {"note": "string", "name": "string"}, fail=False)
    assert rows.select("name", "note").rows() == [('Ann "A"', "two\r\nlines"), (None, None)]
    assert others.height == 0
