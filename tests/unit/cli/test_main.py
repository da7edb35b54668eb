"""The command line has all its commands, and a single one needs no other."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from sojourn.cli.logs import configure_logs
from sojourn.cli.main import COMMANDS, make


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_stands_alone_and_explains_itself(name: str) -> None:
    result = CliRunner().invoke(make(name), [name, "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.output


def test_help_lists_every_command() -> None:
    output = CliRunner().invoke(make(), ["--help"]).output
    assert [name for name in COMMANDS if f"  {name} " not in output] == []


def test_the_guide_names_every_command() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "guide" / "cli.md").read_text(encoding="utf-8")
    named = {word for row in page.splitlines() if row.startswith("| `") for word in re.findall(r"`([^`]+)`", row)}
    words = {word for name in named for word in name.split()[:2]}
    assert [name for name in COMMANDS if name not in words] == []


def test_a_misspelt_command_is_an_error_with_the_near_name() -> None:
    result = CliRunner().invoke(make("publsh"), ["publsh"])
    assert result.exit_code == 2
    assert "publish" in result.output


def test_the_version_needs_no_engine() -> None:
    code = "import sys; sys.argv[1:] = ['version']; from sojourn.cli import main; main(); "
    code += "print('duckdb' in sys.modules)"
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output.splitlines()[-1] == "False"


def test_logs_go_to_standard_error_without_values(capsys: pytest.CaptureFixture[str]) -> None:

    configure_logs()
    secret = "s3cret"
    try:
        raise ValueError("it failed")
    except ValueError:
        structlog.get_logger().exception("something went wrong", length=len(secret))
    structlog.reset_defaults()
    output = capsys.readouterr()
    assert output.out == ""
    assert "something went wrong" in output.err
    assert "ValueError: it failed" in output.err
    assert "s3cret" not in output.err
