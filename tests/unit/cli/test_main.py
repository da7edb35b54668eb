"""The command line has all its commands, and a single one needs no other."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from sojourn.cli.main import COMMANDS, make


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_stands_alone_and_explains_itself(name: str) -> None:
    result = CliRunner().invoke(make(name), [name, "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.output


def test_help_lists_every_command() -> None:
    output = CliRunner().invoke(make(), ["--help"]).output
    assert [name for name in COMMANDS if f"  {name} " not in output] == []


def test_a_misspelt_command_is_an_error_with_the_near_name() -> None:
    result = CliRunner().invoke(make("publsh"), ["publsh"])
    assert result.exit_code == 2
    assert "publish" in result.output


def test_the_version_needs_no_engine() -> None:
    code = "import sys; sys.argv[1:] = ['version']; from sojourn.cli import main; main(); "
    code += "print('duckdb' in sys.modules)"
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output.splitlines()[-1] == "False"
