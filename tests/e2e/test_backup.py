"""A workspace under traffic is backed up, its server killed, and the backup put back elsewhere."""

import json
import shutil
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import httpx
import pytest

from tests.e2e.served import Mailbox, Shop, command, until
from tests.e2e.test_serve import sign_up


@pytest.fixture
def shop(tmp_path: Path, mailbox: Mailbox) -> Iterator[Shop]:
    shop = Shop(tmp_path / "shop", mailbox.port)
    shop.init()
    yield shop
    shop.stop()


def put_back(shop: Shop, backup: Path, *options: str) -> Shop:
    again = Shop(shop.folder.with_name("again"), shop.smtp_port, shop.server_key, shop.ingest_key)
    command("restore", backup, again.folder, *options)
    return again


def people(folder: Path) -> set[str]:
    with duckdb.connect(folder / "data" / "sojourn.duckdb", read_only=True) as store:
        return {row[0] for row in store.execute("SELECT profile_id FROM profile").fetchall()}


@pytest.mark.timeout(240)
def test_a_backup_under_traffic_has_all_that_was_answered_and_sends_nothing_again(
    shop: Shop, mailbox: Mailbox, tmp_path: Path
) -> None:
    shop.start()
    command("publish", "--all", "--workspace", shop.folder)
    acknowledged: list[str] = []
    over = threading.Event()
    threads = [threading.Thread(target=sign_up, args=(shop, n, acknowledged, over)) for n in range(3)]
    for thread in threads:
        thread.start()
    try:
        until(lambda: len(acknowledged) > 100, 60)
        before = list(acknowledged)
        mails_before = len(mailbox.mails)
        told = command("backup", tmp_path / "backup", "--workspace", shop.folder)
        answered = len(acknowledged)
        until(lambda: len(acknowledged) > answered + 50, 60)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    shop.kill()
    assert "items" in told
    assert not (tmp_path / "backup.partial").exists()
    until(lambda: len(mailbox.mails) >= mails_before)
    sent_before = Counter(mail["To"] for mail in mailbox.mails)

    again = put_back(shop, tmp_path / "backup")
    again.start()
    try:
        until(again.is_worked_off, 60)
        until(lambda: again.status("welcome")["messages"]["pending"] == 0, 60)
        ready = httpx.get(f"{again.url}/readyz")
        assert ready.status_code == 200, ready.text
        told_of = again.status("welcome")["messages"]["sent"]
    finally:
        assert again.stop() == 0
    found = people(again.folder)
    assert set(before) <= found
    assert told_of == len(found)
    with duckdb.connect(tmp_path / "backup" / "data" / "sojourn.duckdb", read_only=True) as store:
        known = known_as_sent(store, tmp_path / "backup" / "data" / "log.sqlite")
    received = Counter(mail["To"] for mail in mailbox.mails)
    twice = {person for person in found if received[f"{person}@example.com"] > 1}
    assert not twice & known, "the backup knew that these were sent"
    assert all(count >= 1 for address, count in received.items())
    assert set(sent_before) | {f"{person}@example.com" for person in found} == set(received)


def known_as_sent(store: duckdb.DuckDBPyConnection, log: Path) -> set[str]:
    """Return whose messages a backup knows as sent: by the store or by the log behind it."""
    import io

    import polars as pl

    with sqlite3.connect(log) as reading:
        batches = [pl.read_ipc_stream(io.BytesIO(items)) for (items,) in reading.execute("select items from batch")]
    items = pl.concat(batches)
    return set(items.filter((pl.col("kind") == "feedback") & (pl.col("name") == "sent"))["profile_id"])


def test_a_backup_without_a_server_is_put_back_with_its_channels_paused(
    shop: Shop, mailbox: Mailbox, tmp_path: Path
) -> None:
    shop.start()
    command("publish", "--all", "--workspace", shop.folder)
    command("user", "add", "ann", "--role", "admin", "--password-stdin", shop.folder, given="three good words of mine")
    shop.stop()
    command("backup", tmp_path / "backup", "--workspace", shop.folder)
    again = put_back(shop, tmp_path / "backup", "--pause")
    assert "ann" in command("user", "list", again.folder)
    again.start()
    try:
        again.send({"type": "identify", "userId": "bob", "traits": {"email": "bob@example.com"}},
                   {"type": "track", "userId": "bob", "event": "Signed Up"})  # fmt: skip
        until(lambda: again.status("welcome")["messages"]["pending"] == 1)
        assert not mailbox.mails
        command("channels", "resume", "--workspace", again.folder, code=2)
        assert "mail: goes on" in command("channels", "resume", "--all", "--workspace", again.folder)
        assert all(not each["paused"] for each in again.client().get("/api/channels").json().values())
        until(lambda: mailbox.to("bob@example.com"))
    finally:
        again.stop()


def test_nothing_is_overwritten_and_nothing_is_put_back_that_is_not_whole(shop: Shop, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    shop.start()
    command("backup", backup, "--workspace", shop.folder)
    assert "BACKUP-001" in command("backup", backup, "--workspace", shop.folder, code=1)
    assert "BACKUP-002" in command("backup", shop.folder / "mine", "--workspace", shop.folder, code=1)
    assert "BACKUP-004" in command("backup", tmp_path / "no" / "such", "--workspace", shop.folder, code=1)
    assert "BACKUP-001" in command("restore", backup, shop.folder, code=1)
    for spoil, why in (
        (lambda folder: (folder / "welcome.yaml").unlink(), "missing"),
        (lambda folder: flip(folder / "data" / "sojourn.duckdb"), "not what was backed up"),
        (lambda folder: (folder / "manifest.json").unlink(), "cannot be read"),
        (lambda folder: escape(folder / "manifest.json"), "it names the file"),
    ):
        spoilt = tmp_path / "spoilt"
        shutil.copytree(backup, spoilt)
        spoil(spoilt)
        told = command("restore", spoilt, tmp_path / "put-back", code=1)
        assert "BACKUP-005" in told
        assert why in told
        shutil.rmtree(spoilt)
    assert {path.name for path in tmp_path.iterdir()} == {"shop", "shop.log", "backup"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in [backup, *(backup / "data").iterdir()])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-100] ^= 1
    path.write_bytes(content)


def escape(path: Path) -> None:
    manifest = json.loads(path.read_text())
    manifest["files"][0]["path"] = "../welcome.yaml"
    path.write_text(json.dumps(manifest))


def test_a_backup_is_told_to_who_watches(shop: Shop, tmp_path: Path) -> None:
    shop.start()
    began = time.time()
    command("backup", tmp_path / "backup", "--workspace", shop.folder)
    page = shop.client().get("/metrics").raise_for_status().text
    [at] = [
        float(line.split()[1]) for line in page.splitlines() if line.startswith("sojourn_backup_timestamp_seconds ")
    ]
    assert began - 1 <= at <= time.time() + 1
    assert shop.client().post("/api/backup", json={"to": str(tmp_path / "other")}).status_code == 403
