from pathlib import Path

from demo.rejects import why_rejected


def test_reasons_are_counted_with_their_first_line(tmp_path: Path) -> None:
    imported = tmp_path / "events.ndjson"
    imported.with_name("events.ndjson.rejects.csv").write_text(
        "line,code,reason,content\n7,no_profile,no userId,{a}\n9,no_profile,no userId,{b}\n8,bad_time,no instant,{c}\n"
    )
    assert why_rejected(imported) == [
        "  2 times: no userId; first in line 7: {a}",
        "  1 times: no instant; first in line 8: {c}",
    ]


def test_nothing_refused_is_nothing_said(tmp_path: Path) -> None:
    assert why_rejected(tmp_path / "events.ndjson") == []
