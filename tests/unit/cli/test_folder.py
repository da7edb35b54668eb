"""Every command takes the workspace's folder in the same way; some take it as their last argument, too."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from sojourn.cli.main import COMMANDS, make

WITHOUT = {"init", "restore", "schema", "version"}
"""They make a folder, or need none."""
ENVIRONMENT = {"COLUMNS": "200"}


def commands(group: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    for word, each in group.commands.items():
        if hasattr(each, "commands"):
            yield from commands(each, f"{name}{word} ")
        else:
            yield f"{name}{word}", each


ALL = dict(commands(typer.main.get_command(make())))


def words(*said: str | Path) -> list[str]:
    return [str(word) for word in said]


def run(*said: str | Path, code: int = 0, given: str | None = None) -> str:
    done = CliRunner().invoke(make(), words(*said), env=ENVIRONMENT, input=given)
    assert done.exit_code == code, done.output
    return done.output


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    run("init", tmp_path / "shop")
    return tmp_path / "shop"


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_command_takes_the_option(name: str) -> None:
    options = {word for parameter in ALL[name].params for word in parameter.opts}
    assert {"--workspace", "-w"} <= options or name in WITHOUT


def test_no_command_is_left_out() -> None:
    assert {name.split()[0] for name in ALL} == {*COMMANDS, "version"}


@pytest.mark.parametrize(
    "said", [["key", "list"], ["user", "list"], ["vapid"], ["sdk-key"], ["validate"]], ids=" ".join
)
def test_both_ways_say_the_same(shop: Path, monkeypatch: pytest.MonkeyPatch, said: list[str]) -> None:
    after, before = run(*said, shop), run(*said, "-w", shop)
    monkeypatch.chdir(shop)
    here = run(*said)
    assert after == before == (here if said != ["validate"] else here.replace(".", str(shop), 1))
    assert run(*said, shop, "--workspace", shop) == after


def test_what_is_made_is_made_there(shop: Path) -> None:
    run("user", "add", "ann", "--password-stdin", "-w", shop, given="three good words")
    assert "ann" in run("user", "list", shop)
    secret = run("key", "create", "--role", "admin", "-w", shop).strip()
    assert secret.startswith("admin_") and " admin " in run("key", "list", shop)
    sealed = run("seal", "-w", shop, given="token")
    assert re.fullmatch(r"\{sealed: s1\.\S+\}\n", sealed)


def test_two_folders_are_one_too_many(shop: Path, tmp_path: Path) -> None:
    assert "name one" in run("key", "list", shop, "-w", tmp_path, code=2)
    assert "one folder" in run("serve", shop, "-w", tmp_path, code=2)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "there is no folder" in run("validate", tmp_path / "no", code=2)
    assert "there is no folder" in run("serve", "-w", tmp_path / "no", code=2)
