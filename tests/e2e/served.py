"""A real server process, a real SMTP server, and the commands, for end-to-end tests."""

import email
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import httpx
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

READY_S = 60.0


class Mailbox:
    """An SMTP server that keeps what comes."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.port = free_port()

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop(no_assert=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        mail = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in list(self.mails) if mail["To"] == address]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(*words: str | Path, code: int = 0, given: str | None = None) -> str:
    """Run a command on a text as its input; return what it printed, after its exit code was what is expected."""
    done = subprocess.run(
        [sys.executable, "-m", "sojourn", *words], capture_output=True, text=True, check=False, timeout=100,
        input=given, env={**os.environ, "COLUMNS": "200"},
    )  # fmt: skip
    assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


@dataclass
class Shop:
    """A workspace made by `sojourn init`, and its server."""

    folder: Path
    smtp_port: int
    server_key: str = ""
    ingest_key: str = ""
    url: str = ""
    options: tuple[str, ...] = ()
    process: "subprocess.Popen[bytes] | None" = None
    _clients: list[httpx.Client] = field(default_factory=list)

    def init(self) -> None:
        printed = command("init", self.folder)
        self.server_key, self.ingest_key = (
            re.search(rf"  {role} +(\S+)", printed)[1]  # type: ignore[index]
            for role in ("server", "ingest")
        )
        self.edit("channels.yaml", "port: 1025", f"port: {self.smtp_port}")

    def edit(self, name: str, before: str, after: str) -> None:
        path = self.folder / name
        text = path.read_text()
        assert before in text
        path.write_text(text.replace(before, after))

    @property
    def log(self) -> Path:
        return self.folder.with_suffix(".log")

    def start(self, *options: str) -> None:
        seen = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "sojourn", "serve", self.folder, "--port", "0", *self.options, *options],
                stdout=out, stderr=out,
            )  # fmt: skip
        end = time.monotonic() + READY_S
        while not (found := re.search(rb"listening on (\S+)\n", self.log.read_bytes()[seen:])):
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < end, "the server is not ready"
            time.sleep(0.02)
        self.url = found[1].decode()

    def client(self, key: str | None = None) -> httpx.Client:
        client = httpx.Client(base_url=self.url, auth=(key or self.server_key, ""), timeout=30)
        self._clients.append(client)
        return client

    def send(self, *calls: dict[str, Any]) -> None:
        self.client().post("/v1/batch", json={"batch": list(calls)}).raise_for_status()

    def status(self, id: str) -> dict[str, Any]:
        found = self.client().get("/api/status").raise_for_status().json()
        return next(document for document in found["documents"] if document["id"] == id)

    def is_worked_off(self) -> bool:
        items = self.client().get("/api/status").raise_for_status().json()["items"]
        return bool(items["appended"] == items["processed"])

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        for client in self._clients:
            client.close()
        self._clients.clear()
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


def until(condition: Callable[[], Any], timeout_s: float = 60) -> None:
    """Wait for something to become true; patience costs nothing where it comes true."""
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
