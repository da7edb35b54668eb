"""The real server and the real commands, as processes."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

READY: Final = "Sojourn is listening on "
READY_WITHIN_S: Final = 60.0
STOP_WITHIN_S: Final = 20.0
TAIL_LINES: Final = 25
SOJOURN: Final = Path(sys.executable).with_name("sojourn")


class CommandFailed(Exception):
    """A command of Sojourn, or its server, did not do what the demo needs; the text says what it printed."""


@dataclass(frozen=True)
class Server:
    """A running ``sojourn serve``.

    Attributes
    ----------
    url
        Where it listens, without a slash at the end.
    log
        The file that its output goes to.
    """

    url: str
    log: Path
    process: "subprocess.Popen[bytes]"

    def stop(self) -> None:
        """End it as an operator would, and by force when it does not end."""
        self.process.terminate()
        try:
            self.process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_server(workspace: Path, log: Path, options: Sequence[str]) -> Server:
    """Start ``sojourn serve`` in a session of its own and wait until it listens.

    Parameters
    ----------
    workspace
        The folder to serve.
    log
        Where its output goes, after what is already there.
    options
        More of the command line.

    Raises
    ------
    CommandFailed
        It ended, or was not ready in time.
    """
    start = log.stat().st_size if log.exists() else 0
    with log.open("ab") as out:
        process = subprocess.Popen(
            [SOJOURN, "serve", workspace, *options], stdout=out, stderr=out, start_new_session=True, env=environment()
        )
    return Server(_wait_until_ready(process, log, start), log, process)


def command(*words: str | Path) -> str:
    """Run a command of Sojourn and return what it printed.

    Raises
    ------
    CommandFailed
        Its exit code is not 0.
    """
    done = subprocess.run([SOJOURN, *typed(words)], capture_output=True, text=True, check=False, env=environment())
    if done.returncode != 0:
        raise CommandFailed(f"`{written(words)}` ended with code {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def show_command(*words: str | Path) -> None:
    """Run a command of Sojourn as in a terminal: what it prints goes to the screen, its progress bar included.

    Raises
    ------
    CommandFailed
        Its exit code is not 0.
    """
    sys.stdout.flush()
    code = subprocess.run([SOJOURN, *typed(words)], stderr=subprocess.STDOUT, check=False, env=environment()).returncode
    if code != 0:
        raise CommandFailed(f"`{written(words)}` ended with code {code}; what it said stands above")


def typed(words: Sequence[str | Path]) -> list[str]:
    """Give the words of a command line with paths as short as a user would type them."""
    return [_relative(word) for word in words]


def written(words: Sequence[str | Path]) -> str:
    """Write a command as a user would type it."""
    return " ".join(["sojourn", *typed(words)])


def tail(log: Path) -> str:
    """Give the last lines of the server's log."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    return "\n".join(lines[-TAIL_LINES:])


def environment() -> dict[str, str]:
    """Give the environment of the commands: their tables are not to be folded at the width of no terminal."""
    return {"COLUMNS": "120", **os.environ}


def _wait_until_ready(process: "subprocess.Popen[bytes]", log: Path, start: int) -> str:
    until_s = time.monotonic() + READY_WITHIN_S
    while process.poll() is None and time.monotonic() < until_s:
        if url := _announced(log, start):
            return url
        time.sleep(0.05)
    process.kill()
    raise CommandFailed(f"`sojourn serve` ended with code {process.wait()}, or was not ready in {READY_WITHIN_S:.0f} s")


def _announced(log: Path, start: int) -> str | None:
    printed = log.read_bytes()[start:].decode(errors="replace")
    lines = (line for line in printed.splitlines(keepends=True) if line.endswith("\n"))
    found = (line.partition(READY)[2].split()[0] for line in lines if READY in line)
    return next(found, None)


def _relative(word: str | Path) -> str:
    if isinstance(word, Path) and word.is_absolute() and word.is_relative_to(Path.cwd()):
        return str(word.relative_to(Path.cwd()))
    return str(word)
