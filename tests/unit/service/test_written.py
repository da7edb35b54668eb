"""Messages that went to a file are read from its end, however long it is."""

import json
from pathlib import Path

import pytest

from sojourn.service import written
from sojourn.service.written import backwards, page


def write(path: Path, count: int, body: str = "") -> None:
    with path.open("w") as file:
        for n in range(count):
            known = {"no": n, "key": "k", "profile": f"p-{n}", "of": "welcome/hello", "to": f"{n}@example.com"}
            file.write(
                json.dumps(known | {"at": "2026-03-01T10:00:00Z", "subject": f"Letter {n}", "text": body}) + "\n"
            )


@pytest.mark.parametrize("block", [1, 7, 64, 1 << 16])
def test_lines_come_backwards_with_their_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(written, "BLOCK", block)
    path = tmp_path / "email.ndjson"
    path.write_bytes(b"first\n\nsecond, longer\nlast without an end")
    found = list(backwards(path))
    assert [line for _, line in found] == [b"last without an end", b"second, longer", b"first"]
    text = path.read_bytes()
    assert all(text[place : place + len(line)] == line for place, line in found)
    assert [line for _, line in backwards(path, found[0][0])] == [b"second, longer", b"first"]


def test_pages_follow_one_another_and_miss_nothing(tmp_path: Path) -> None:
    path = tmp_path / "email.ndjson"
    write(path, 60, "x" * 3_000)
    seen: list[int | None] = []
    before = None
    while True:
        rows, before = page(path, "", before, 25)
        seen += [row.no for row in rows]
        if before is None:
            break
    assert seen == list(range(59, -1, -1))


def test_a_search_finds_addresses_profiles_and_subjects(tmp_path: Path) -> None:
    path = tmp_path / "email.ndjson"
    write(path, 30)
    assert [row.no for row in page(path, "17@EXAMPLE", None, 25)[0]] == [17]
    assert [row.no for row in page(path, "letter 3", None, 25)[0]] == [3]
    path.write_text("no json\n[1]\n" + path.read_text())
    assert len(page(path, "", None, 100)[0]) == 30
