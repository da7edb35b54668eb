"""The commands of the guide's page about access print what the page says."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.served import Mailbox, Shop

PAGE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "access.md"
BLOCKS = re.findall(r"```console\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
SERVE = "sojourn serve shop"
MARK = "----the next command----"


def steps() -> Iterator[tuple[str, str]]:
    """Yield each command of the page with what it says the command prints."""
    for block in BLOCKS:
        for command, _, printed in (part.partition("\n") for part in block.removeprefix("$ ").split("\n$ ")):
            yield command, printed


def pattern(printed: str) -> str:
    """Return a regular expression: lines in this order, and `…` stands for anything."""
    return ".*".join(
        r"[^\n]*".join(re.escape(piece) for piece in line.split("…")) for line in printed.strip().splitlines()
    )


@pytest.fixture
def shop(tmp_path: Path, mailbox: Mailbox) -> Iterator[Shop]:
    shop = Shop(tmp_path / "shop", mailbox.port)
    shop.init()
    yield shop
    shop.stop()


def test_the_commands_print_what_the_page_says(shop: Shop) -> None:
    shop.start()
    said = dict(steps())[SERVE].replace("http://127.0.0.1:8080", "…")
    assert re.search(pattern(said), shop.log.read_text(), flags=re.DOTALL)
    todo = [(command, printed) for command, printed in steps() if command != SERVE]
    assert len(todo) > 10
    script = "\n".join(
        [f'sojourn() {{ "{sys.executable}" -m sojourn "$@"; }}', f"URL={shop.url}", "export COLUMNS=200"]
        + [f"{command}\necho; echo '{MARK}'" for command, _ in todo]
    )
    done = subprocess.run(
        ["bash", "-c", script], cwd=shop.folder.parent, capture_output=True, text=True, timeout=90, check=True
    )
    for (command, printed), came in zip(todo, done.stdout.split(MARK), strict=False):
        assert re.search(pattern(printed), came, flags=re.DOTALL), f"$ {command}\n{came}{done.stderr}"
