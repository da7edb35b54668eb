"""The files made from the code: current, and noticed when they are not."""

from pathlib import Path

from scripts.generated import GENERATED, stale, write


def test_the_generated_files_are_current() -> None:
    assert stale() == []


def test_a_changed_and_a_missing_file_are_noticed(tmp_path: Path) -> None:
    for name in GENERATED:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    assert stale(tmp_path) == list(GENERATED)
    write(tmp_path)
    assert stale(tmp_path) == []
    changed = next(iter(GENERATED))
    (tmp_path / changed).write_text("by hand")
    assert stale(tmp_path) == [changed]
