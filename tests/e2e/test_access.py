"""Accounts by command, beside a running server."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.served import Mailbox, Shop, command

PASSWORD = "three good words"


@pytest.fixture
def shop(tmp_path: Path, mailbox: Mailbox) -> Iterator[Shop]:
    shop = Shop(tmp_path / "shop", mailbox.port)
    shop.init()
    yield shop
    shop.stop()


def user(shop: Shop, *words: str, code: int = 0) -> str:
    """Run `sojourn user` with a password on its standard input."""
    done = subprocess.run(
        [sys.executable, "-m", "sojourn", "user", *words, str(shop.folder)],
        input=f"{PASSWORD}\n", capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_what_commands_change_a_running_server_sees_at_once(shop: Shop) -> None:
    user(shop, "add", "ann", "--role", "admin", "--password-stdin")
    shop.start()
    assert "no account yet" not in shop.log.read_text()
    with httpx.Client(base_url=shop.url) as client:
        signing = client.post("/api/session", json={"name": "ann", "password": PASSWORD})
        assert signing.json()["user"]["role"] == "admin"
        assert "last administrator" in user(shop, "disable", "ann", code=1)
        user(shop, "add", "eve", "--role", "admin", "--password-stdin")
        assert client.get("/api/users").status_code == 200
        assert user(shop, "role", "ann", "viewer") == "ann: viewer\n"
        assert client.get("/api/users").status_code == 401
        client.post("/api/session", json={"name": "ann", "password": PASSWORD})
        assert client.get("/api/users").status_code == 403
        user(shop, "disable", "eve", code=1)
        user(shop, "disable", "ann")
        assert client.get("/api/session").status_code == 401
        assert client.post("/api/session", json={"name": "ann", "password": PASSWORD}).status_code == 401
        user(shop, "enable", "ann")
        assert client.post("/api/session", json={"name": "ann", "password": PASSWORD}).status_code == 200


def test_sessions_outlive_the_server_and_the_set_up_code_does_not(shop: Shop) -> None:
    shop.start()
    [old] = re.findall(r"/setup\?code=(\S+)", shop.log.read_text())
    shop.stop()
    shop.start()
    new = re.findall(r"/setup\?code=(\S+)", shop.log.read_text())[-1]
    wanted = {"name": "ann", "password": PASSWORD}
    with httpx.Client() as client:
        assert client.post(f"{shop.url}/api/setup", json={**wanted, "code": old}).status_code == 403
        assert client.post(f"{shop.url}/api/setup", json={**wanted, "code": new}).status_code == 200
        shop.stop()
        shop.start()
        assert client.get(f"{shop.url}/api/session").json()["user"]["name"] == "ann"
    assert shop.log.read_text().count("no account yet") == 2


def test_what_commands_do_is_recorded(shop: Shop) -> None:
    user(shop, "add", "ann", "--role", "admin", "--password-stdin")
    command("publish", "welcome", "--workspace", shop.folder)
    shop.start()
    command("pause", "welcome", "--workspace", shop.folder)
    admin = command("key", "create", "--role", "admin", shop.folder).split()[-1]
    entries = shop.client(admin).get("/api/audit").json()["entries"]
    told = [(entry["caller"], entry["action"]) for entry in entries]
    assert told[:-2] == [
        ("local", "key.create"), ("local", "document.pause"), ("local", "document.publish"), ("local", "user.create"),
    ]  # fmt: skip
