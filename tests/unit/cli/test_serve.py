"""What the server's first lines say about the documents of its folder."""

import json
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from typer.testing import CliRunner

from sojourn.cli.main import make
from sojourn.cli.serve import trouble
from sojourn.model.errors import DocumentError
from sojourn.workspace import load_workspace


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "shop has no documents yet; the studio begins with the first ones."),
        ("kind: jurney\nid: x\n", "The documents have problems; those of the last start go on."),
    ],
    ids=["none", "wrong"],
)
def test_an_empty_folder_is_no_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, expected: str
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = Path("shop")
    folder.mkdir()
    if text:
        (folder / "a.yaml").write_text(text)
    with pytest.raises(DocumentError) as caught:
        load_workspace(folder)
    assert trouble(caught.value, folder, "").splitlines()[0] == expected


def test_a_folder_that_is_not_there_can_be_made(tmp_path: Path) -> None:
    result = CliRunner().invoke(make("serve"), ["serve", str(tmp_path / "no")], env={"COLUMNS": "400"})
    assert result.exit_code == 2
    assert f"`sojourn init {tmp_path / 'no'}` makes one" in " ".join(result.output.split())


def test_the_log_of_a_server_is_json_where_it_is_wanted() -> None:
    script = "import logging, structlog\n" + dedent("""
        from sojourn.cli.logs import configure_server_log
        configure_server_log("json")
        password = "hunter2"
        try:
            raise ValueError("한 가지")
        except ValueError:
            structlog.get_logger("x").exception("it failed", at={1})
        logging.getLogger("uvicorn.error").warning("odd %s", "request")
        logging.getLogger("uvicorn.error").info("not told")
    """)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    first, second = [json.loads(line) for line in done.stderr.splitlines()]
    assert (first["event"], first["level"], first["at"]) == ("it failed", "error", "{1}")
    assert "ValueError: 한 가지" in first["exception"]
    assert "hunter2" not in done.stderr.replace('password = "hunter2"', "")
    assert (second["event"], second["level"], second["logger"]) == ("odd request", "warning", "uvicorn.error")


def test_a_server_says_in_its_log_what_it_prints(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "a.yaml").write_text("kind: jurney\nid: x\n")
    words = [sys.executable, "-m", "sojourn", "serve", tmp_path / "shop", "--port", "0", "--log-format", "json"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        told = []
        for line in process.stderr:
            told.append(json.loads(line))
            if told[-1]["event"] == "listening":
                break
        process.terminate()
        printed, rest = process.communicate(timeout=60)
    events = {each["event"]: each for each in told}
    assert events["listening"]["url"].startswith("http://127.0.0.1:")
    assert "setup" in events["there is no account yet; make the first"]["url"]
    assert "jurney" in str(events["the documents have problems"]["problems"])
    assert printed == ""
    assert all(json.loads(line)["level"] for line in rest.splitlines())
