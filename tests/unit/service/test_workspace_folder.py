"""A command that is called in a wrong folder says so, and leaves nothing there."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from sojourn.cli.main import make
from sojourn.model.errors import SojournError
from sojourn.service.workspace_folder import require_workspace


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("shop.yaml", "# All of it\nkind: workspace\nid: shop\n"),
        ("flow.yml", "{kind: workspace, id: shop}"),
        ("all/it.json", '{"kind": "workspace", "id": "shop"}'),
        ("data/keys", ""),
    ],
)
def test_a_workspace_has_a_document_or_was_used(tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    assert require_workspace(tmp_path).directory == tmp_path


def test_the_folder_above_a_workspace_is_none(tmp_path: Path) -> None:
    for name in ("shop/data/keys", "shop/shop.yaml"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("kind: workspace\nid: shop\n")
    with pytest.raises(SojournError, match="no documents and no data"):
        require_workspace(tmp_path)


@pytest.mark.parametrize("name", ["mkdocs.yml", "data/orders.csv"])
def test_another_folder_is_none(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("site_name: a kind of site\n")
    with pytest.raises(SojournError, match="no documents and no data") as caught:
        require_workspace(tmp_path)
    assert "sojourn init" in str(caught.value)


@pytest.mark.parametrize(
    "words",
    [
        ["key", "create"], ["key", "list"], ["user", "list"], ["vapid"], ["sdk-key"], ["seal"], ["status"],
        ["publish", "--all"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_command_in_a_wrong_folder_writes_nothing_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(make(words[0]), words, input="secret")
    assert isinstance(result.exception, SojournError) and result.exception.code == "RUN-010"
    assert str(tmp_path) in str(result.exception)
    assert list(tmp_path.iterdir()) == []
