"""What holds for all workspaces of a process reaches each of them."""

from contextlib import ExitStack
from pathlib import Path

from sojourn.service.runtime import ClockSettings
from sojourn.service.spaces.building import Wish, open_spaces
from sojourn.service.spaces.space import read_spaces


def test_the_size_of_uploads_holds_for_each_workspace(tmp_path: Path) -> None:
    for name in ("eu", "us"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "workspace.yaml").write_text(f"kind: workspace\nid: {name}\n")
    spaces = read_spaces([f"{name}={tmp_path / name}" for name in ("eu", "us")], {})
    with ExitStack() as closing:
        wish = Wish("http://127.0.0.1:1", "http://127.0.0.1:1", ClockSettings(), max_upload=70_000)
        opened = open_spaces(spaces, wish, closing)
        assert [each.runtime.imports.shelf.limit for each in opened] == [70_000, 70_000]
