"""The console of a page of the guide: its commands, what the page says that they print, and running them."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide"
MARK = "----the next command----"


def steps(page: str) -> Iterator[tuple[str, str]]:
    """Yield each command of a page with what it says the command prints."""
    text = (GUIDE / page).read_text(encoding="utf-8")
    for block in re.findall(r"```console\n(.*?)```", text, flags=re.DOTALL):
        for command, _, printed in (part.partition("\n") for part in block.removeprefix("$ ").split("\n$ ")):
            yield command, printed


def pattern(printed: str) -> str:
    """Return a regular expression: lines in this order, and `…` stands for anything."""
    return ".*".join(
        r"[^\n]*".join(re.escape(piece) for piece in line.split("…")) for line in printed.strip().splitlines()
    )


def follow(todo: list[tuple[str, str]], folder: Path, **variables: str) -> None:
    """Run commands in a folder, one after the other, and check what each prints."""
    given = [f"{name}={value}" for name, value in variables.items()]
    script = "\n".join(
        [f'sojourn() {{ "{sys.executable}" -m sojourn "$@"; }}', *given, "export COLUMNS=200"]
        + [f"{command}\necho; echo '{MARK}'" for command, _ in todo]
    )
    done = subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, text=True, timeout=280, check=True)
    for (command, printed), came in zip(todo, done.stdout.split(MARK), strict=False):
        assert re.search(pattern(printed), came, flags=re.DOTALL), f"$ {command}\n{came}{done.stderr}"
