"""The commands as a user types them, without a server."""

from pathlib import Path

import pytest

from tests.e2e.served import command

COMMANDS = (
    "init", "serve", "validate", "schema", "import", "publish", "pause", "resume", "close", "stop", "status", "report",
    "explain", "backtest", "simulate", "key", "seal", "vapid", "bounces", "version",
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop") / "shop"
    command("init", folder)
    return folder


def test_help_names_every_command_and_how_to_begin() -> None:
    told = command("--help")
    assert all(f"  {name} " in told for name in COMMANDS)
    assert "sojourn serve shop" in told
    assert "--timezone" in command("import", "--help")


def test_a_new_workspace_is_valid_and_says_what_to_do_next(folder: Path) -> None:
    assert "no problems" in command("validate", folder)
    told = command("init", folder.with_name("second"))
    assert "server_" in told
    assert "sojourn publish --all" in told
    assert "RUN-011" in command("init", folder.with_name("second"), code=1)
    command("init", folder.with_name("second"), "--force")


def test_lifecycle_status_report_and_explain_without_a_server(folder: Path) -> None:
    at = ("--workspace", folder)
    assert "Nothing is published" in command("status", *at)
    assert "welcome: version 1 is live" in command("publish", "welcome", *at)
    assert "welcome: version 1 is already live" in command("publish", "welcome", *at)
    assert "welcome: paused" in command("pause", "welcome", *at)
    assert "welcome: live" in command("resume", "welcome", *at)
    assert "welcome: closed" in command("close", "welcome", *at)
    assert "finished" in command("report", "welcome", *at)  # nobody is inside
    assert "welcome: version 2 is live" in command("publish", "welcome", *at)
    assert "welcome" in command("status", *at)
    assert "0 entered" in command("report", "welcome", *at)
    assert "nobody" in command("explain", "--profile", "nobody", "--document", "welcome", *at)


@pytest.mark.parametrize(
    ("words", "code", "part"),
    [
        (("publish", "welcom"), 1, "did you mean `welcome`"),
        (("publish",), 2, "--all"),
        (("pause", "thanks"), 1, "RUN-003"),
        (("report", "nothing"), 1, "REPORT-001"),
    ],
)
def test_mistakes_are_told_without_a_traceback(folder: Path, words: tuple[str, ...], code: int, part: str) -> None:
    told = command(*words, "--workspace", folder, code=code)
    assert part in told
    assert "Traceback" not in told


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    assert "RUN-010" in command("status", "--workspace", tmp_path / "no", code=1)


def test_keys_are_made_listed_and_revoked(folder: Path) -> None:
    made = command("key", "create", "--role", "ingest", "--label", "page", folder).strip()
    assert made.startswith("ingest_")
    listed = command("key", "list", folder)
    assert made not in listed
    [line] = [line for line in listed.splitlines() if "page" in line]
    id = line.split("│")[1].strip()
    assert "revoked" in command("key", "revoke", id, folder)
    assert "KEY-001" in command("key", "revoke", id, folder, code=1)
    assert "page" not in command("key", "list", folder)


def test_the_version_is_printed() -> None:
    assert command("version") == command("--version") == command("-V")
    assert command("version").startswith("sojourn ")
