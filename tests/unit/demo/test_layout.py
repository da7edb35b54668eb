from pathlib import Path

from ruamel.yaml import YAML

from demo.layout import lay_out


def test_the_copy_of_the_workspace_has_the_port_of_this_run(tmp_path: Path) -> None:
    layout = lay_out(tmp_path / "run", 4711)
    documents = YAML(typ="safe").load_all(layout.workspace / "channels.yaml")
    (mail,) = [document for document in documents if document["id"] == "mail"]
    assert mail["settings"]["port"] == 4711


def test_a_second_run_starts_from_nothing(tmp_path: Path) -> None:
    layout = lay_out(tmp_path / "run", 1)
    (layout.workspace / "data").mkdir()
    lay_out(tmp_path / "run", 2)
    assert not (layout.workspace / "data").exists()
