"""The real server and the real commands, over a workspace made for one benchmark."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from time import perf_counter
from typing import Any, Final

import duckdb

from bench.shop import BASE, PEOPLE, START
from demo.server import SOJOURN, Server, command, start_server

MIB: Final = 1024
"""KiB, in which the kernel gives a process's memory."""


def mail_channel(port: int) -> dict[str, Any]:
    """Return a channel document for a mail server on this machine."""
    settings = {"host": "127.0.0.1", "port": port, "from": "Shop <hello@shop.example>"}
    return {
        "kind": "channel",
        "id": "mail",
        "type": "email",
        "provider": "smtp",
        "default": True,
        "settings": settings,
    }


def write_workspace(folder: Path, *documents: dict[str, Any]) -> Path:
    """Write the base documents and some more into a folder; JSON is YAML."""
    workspace = folder / "workspace"
    workspace.mkdir()
    text = "\n---\n".join(json.dumps(document, ensure_ascii=False) for document in (*BASE, *documents))
    (workspace / "bench.yaml").write_text(text, encoding="utf-8")
    return workspace


@contextmanager
def serving(workspace: Path) -> Iterator[Server]:
    """Run `sojourn serve` for a while."""
    server = start_server(workspace, workspace.parent / "server.log", ["--port", str(free_port())])
    try:
        yield server
    finally:
        server.stop()


def authorization(workspace: Path) -> str:
    """Make a write key and return the header that carries it."""
    key = command("key", "create", "--role", "server", workspace).split()[-1]
    return "Basic " + base64.b64encode(f"{key}:".encode()).decode()


@dataclass(frozen=True)
class Run:
    """What a command cost."""

    seconds: float
    peak_mib: float


def run(*words: str | Path) -> Run:
    """Run a command of Sojourn; raise when it fails."""
    with TemporaryFile() as said:
        start = perf_counter()
        process = subprocess.Popen([str(SOJOURN), *map(str, words)], stdout=said, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            said.seek(0)
            text = said.read().decode(errors="replace")[-2000:]
            raise RuntimeError(f"`sojourn {' '.join(map(str, words))}` failed: {text}")
    return Run(perf_counter() - start, usage.ru_maxrss / MIB)


def profiles_file(folder: Path, count: int) -> Path:
    """Write a population as CSV."""
    path = folder / "profiles.csv"
    query = f"COPY (SELECT * EXCLUDE (_pno, _created_at) FROM ({PEOPLE})) TO '{path}' (HEADER)"
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(query, {"at": START, "count": count})
    return path


def events_file(folder: Path, count: int, profiles: int) -> Path:
    """Write events of the past as NDJSON, by profiles at random."""
    path = folder / "events.ndjson"
    query = f"""COPY (
        SELECT 'c' || lpad((hash(i) % $profiles)::VARCHAR, 9, '0') AS "userId", 'purchase' AS event,
            strftime($at::TIMESTAMPTZ - to_seconds(86400 * 30 - i % 86400), '%Y-%m-%dT%H:%M:%SZ') AS timestamp,
            'm' || i AS "messageId", {{'invoice': 'i' || i, 'amount': (i % 10000) / 100}} AS properties
        FROM range($count) t(i)
    ) TO '{path}' (FORMAT json)"""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(query, {"at": START, "count": count, "profiles": profiles})
    return path


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
