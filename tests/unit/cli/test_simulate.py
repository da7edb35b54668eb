"""`sojourn simulate`: files in, files out."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from sojourn.cli.simulate import simulate

DOCUMENTS = """
{kind: entity, id: profile, attributes: {email: string, city: string}}
---
{kind: event, id: registered}
---
{kind: template, id: hello, channel: email, subject: Hello, text: Hello}
---
{kind: journey, id: welcome, entry: {type: event, event: registered},
 nodes: [{id: first, type: email, template: hello}]}
"""
TRACK = {"type": "track", "userId": "ann", "event": "registered", "timestamp": "2026-03-02T10:00:00Z"}


def run(folder: Path, lines: list[str], *more: str) -> tuple[int, str]:
    shop = folder / "shop"
    shop.mkdir()
    (shop / "shop.yaml").write_text(DOCUMENTS, "utf-8")
    (folder / "items.ndjson").write_text("\n".join(lines), "utf-8")
    app = typer.Typer()
    app.command()(simulate)
    span = ["--start", "2026-03-02T00:00:00Z", "--until", "2026-03-03T00:00:00Z"]
    words = [str(shop), "--items", str(folder / "items.ndjson"), *span, "--out", str(folder / "out"), *more]
    result = CliRunner().invoke(app, words)
    return result.exit_code, f"{result.output}{result.exception or ''}"


def rows(folder: Path, name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "out" / f"{name}.ndjson").read_text("utf-8").splitlines()]


def test_it_writes_one_file_for_each_list_and_a_summary(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "profile.csv").write_text("profile_id,email\nann,ann@example.com\n", "utf-8")
    code, output = run(tmp_path, [json.dumps(TRACK)], "--tables", str(tmp_path / "tables"))
    assert code == 0, output
    assert [(row["profile"], row["from"], row["to"]) for row in rows(tmp_path, "messages")] == [
        ("ann", "welcome/first", "ann@example.com")
    ]
    assert [row["outcome"] for row in rows(tmp_path, "steps")] == ["next"]
    names = {path.name for path in (tmp_path / "out").iterdir()}
    lists = ("messages", "discards", "passages", "steps", "transitions", "conversions")
    assert names == {f"{name}.ndjson" for name in lists}
    assert "1 items taken" in output and "1 messages" in output


def test_bad_lines_are_told_with_their_reasons_and_nothing_is_written(tmp_path: Path) -> None:
    early = {**TRACK, "timestamp": "2026-03-01T10:00:00Z"}
    lines = [json.dumps(TRACK), "{no json", "", json.dumps({**TRACK, "type": "trak"}), json.dumps(early), "[1]"]
    code, output = run(tmp_path, lines)
    assert code == 1
    assert "items.ndjson:2: no JSON" in output
    assert "items.ndjson:4: unknown type `trak`; did you mean `track`?" in output
    assert "items.ndjson:5: its timestamp is before the start, 2026-03-02T00:00:00Z" in output
    assert "items.ndjson:6: no JSON object" in output
    assert not (tmp_path / "out").exists()


def test_an_item_that_cannot_be_taken_is_told_with_its_line(tmp_path: Path) -> None:
    told = {
        "type": "feedback",
        "userId": "bob",
        "kind": "opened",
        "of": "welcome/first",
        "timestamp": "2026-03-02T09:00:00Z",
    }
    code, output = run(tmp_path, [json.dumps(TRACK), json.dumps(told)])
    assert code == 1
    assert "items.ndjson:2: the feedback for `bob` is about a profile that does not exist" in output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("name", "reason"), [("profil.csv", "no entity `profil`; did you mean `profile`?")])
def test_a_table_of_no_entity_is_an_error(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / name).write_text("profile_id\nann\n", "utf-8")
    code, output = run(tmp_path, [json.dumps(TRACK)], "--tables", str(tmp_path / "tables"))
    assert (code, reason in output) == (1, True)


def test_broken_documents_are_told_with_their_place(tmp_path: Path) -> None:
    code, output = run(tmp_path, [json.dumps(TRACK)])
    assert code == 0, output
    (tmp_path / "shop" / "shop.yaml").write_text(DOCUMENTS.replace("template: hello}", "template: hallo}"), "utf-8")
    app = typer.Typer()
    app.command()(simulate)
    span = ["--start", "2026-03-02T00:00:00Z", "--until", "2026-03-03T00:00:00Z"]
    words = [str(tmp_path / "shop"), "--items", str(tmp_path / "items.ndjson"), *span, "--out", str(tmp_path / "other")]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 1
    assert "shop.yaml:9" in result.output and "hallo" in result.output
