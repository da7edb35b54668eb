"""The server as a user runs it: a process, real mail, real requests, kills."""

import random
import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import httpx
import pytest

from tests.e2e.served import Mailbox, Shop, command, until

ANN = {"type": "identify", "userId": "ann", "traits": {"email": "ann@example.com", "first_name": "Ann"}}
SIGNED_UP = {"type": "track", "userId": "ann", "event": "Signed Up"}


@pytest.fixture
def shop(tmp_path: Path, mailbox: Mailbox) -> Iterator[Shop]:
    shop = Shop(tmp_path / "shop", mailbox.port)
    shop.init()
    yield shop
    shop.stop()


def live(shop: Shop, *options: str) -> Shop:
    """Start a server with all documents live."""
    shop.start(*options)
    command("publish", "--all", "--workspace", shop.folder)
    return shop


def test_an_event_leaves_as_a_mail_and_what_the_reader_does_comes_back(shop: Shop, mailbox: Mailbox) -> None:
    live(shop, "--clock-start", "2026-03-02T10:00:00Z", "--clock-speed", "100")
    shop.send(ANN, SIGNED_UP)
    until(lambda: mailbox.to("ann@example.com"))
    [mail] = mailbox.to("ann@example.com")
    assert mail["Subject"] == "Welcome, Ann"
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    time.sleep(0.1)
    browser = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}
    assert httpx.get(re.search(r'src="([^"]+)"', html)[1], headers=browser).status_code == 200  # type: ignore[index]
    clicked = httpx.get(re.search(r'href="([^"]+/c/[^"]+)"', html)[1], headers=browser)  # type: ignore[index]
    assert clicked.headers["location"] == "https://shop.example/start"
    until(lambda: shop.status("welcome")["messages"]["clicked"] == 1)
    counts = shop.status("welcome")["messages"]
    assert (counts["sent"], counts["pending"], counts["opened"]) == (1, 0, 1)
    assert httpx.post(mail["List-Unsubscribe"].strip("<>")).status_code == 200
    until(lambda: shop.status("welcome")["messages"]["unsubscribed"] == 1)
    shop.send({"type": "track", "userId": "ann", "event": "Order Completed", "properties": {"order_id": "7"}})
    until(lambda: shop.status("thanks")["discards"] == {"no_consent": 1})
    assert len(mailbox.mails) == 1


def test_a_stopped_server_ends_with_0_and_goes_on_where_it_was(shop: Shop, mailbox: Mailbox) -> None:
    live(shop)
    shop.send(ANN, SIGNED_UP)
    until(lambda: mailbox.mails)
    assert shop.stop() == 0
    shop.start()
    assert shop.status("welcome")["inside"] == 1
    shop.send({"type": "track", "userId": "ann", "event": "Order Completed", "properties": {"order_id": "7"}})
    until(lambda: len(mailbox.mails) == 2)
    until(lambda: shop.status("welcome")["completed"] == 1)
    assert [mail["Subject"] for mail in mailbox.mails] == ["Welcome, Ann", "Your order 7"]


def test_time_outs_come_on_the_fast_clock(shop: Shop, mailbox: Mailbox) -> None:
    live(shop, "--clock-start", "2026-03-02T10:00:00Z", "--clock-speed", "1000000")
    shop.send(ANN, SIGNED_UP)
    until(lambda: shop.status("welcome")["completed"] == 1)
    assert {node["id"]: node["left"] for node in shop.status("welcome")["nodes"]}["bought"] == {"on_timeout": 1}


def test_lifecycle_commands_hold_and_end(shop: Shop, mailbox: Mailbox) -> None:
    live(shop)
    assert "paused" in command("pause", "welcome", "--workspace", shop.folder)
    shop.send(ANN, SIGNED_UP)
    until(shop.is_worked_off)
    assert not mailbox.mails
    assert "live" in command("resume", "welcome", "--workspace", shop.folder)
    shop.send({**ANN, "userId": "bob", "traits": {"email": "bob@example.com"}}, {**SIGNED_UP, "userId": "bob"})
    until(lambda: mailbox.to("bob@example.com"))
    assert "stopped" in command("stop", "welcome", "--workspace", shop.folder)
    assert shop.status("welcome")["inside"] == 0
    told = command("pause", "welcom", "--workspace", shop.folder, code=1)
    assert "did you mean `welcome`" in told
    assert "Traceback" not in told


def test_who_is_inside_finishes_on_the_version_he_entered(shop: Shop, mailbox: Mailbox) -> None:
    live(shop)
    shop.send(ANN, SIGNED_UP)
    until(lambda: shop.status("welcome")["inside"] == 1)
    assert "version 1 is already live" in command("publish", "welcome", "--workspace", shop.folder)
    shop.edit("welcome.yaml", "template: hello", "template: hallo")
    told = command("publish", "welcome", "--workspace", shop.folder, code=1)
    assert "welcome.yaml:8:40" in told
    assert "did you mean `hello`" in told
    shop.edit("welcome.yaml", "template: hallo", "template: thank-you")
    assert "version 2 is live" in command("publish", "welcome", "--workspace", shop.folder)
    shop.send({**ANN, "userId": "bob", "traits": {"email": "bob@example.com"}}, {**SIGNED_UP, "userId": "bob"})
    until(lambda: len(mailbox.mails) == 2)
    assert mailbox.to("bob@example.com")[0]["Subject"] == "Your order"
    shop.stop()
    shop.start()
    shop.send({"type": "track", "userId": "ann", "event": "Order Completed", "properties": {"order_id": "7"}})
    until(lambda: shop.status("welcome")["completed"] == 1)
    assert shop.status("welcome")["inside"] == 1


def test_a_folder_with_errors_does_not_stop_what_runs(shop: Shop, mailbox: Mailbox) -> None:
    live(shop)
    shop.stop()
    shop.edit("welcome.yaml", "template: hello", "template: hallo")
    shop.start()
    assert "hallo" in shop.log.read_text()
    shop.send(ANN, SIGNED_UP)
    until(lambda: mailbox.to("ann@example.com"))


def test_who_may_do_what(shop: Shop) -> None:
    live(shop)
    assert httpx.get(f"{shop.url}/healthz").status_code == 200
    assert httpx.get(f"{shop.url}/api/status").status_code == 401
    assert shop.client(shop.ingest_key).get("/api/status").status_code == 403
    assert shop.client("local").get("/api/status").status_code == 401
    assert shop.client().get("/api/status").status_code == 200
    assert shop.client().post("/api/publish", json={}).status_code == 403
    admin = command("key", "create", "--role", "admin", shop.folder).split()[-1]
    assert shop.client(admin).post("/api/publish", json={"ids": ["welcome"]}).json()[0]["verdict"] == "already live"
    assert shop.client(admin).post("/api/documents/nobody/pause").status_code == 404
    for path in ("/api/documents", "/api/clock", "/api/channels", "/api/documents/welcome/report"):
        assert shop.client().get(path).status_code == 200


def test_two_servers_of_one_workspace_are_refused(shop: Shop) -> None:
    shop.start()
    told = command("serve", shop.folder, "--port", "0", code=1)
    assert "LOG-005" in told
    assert shop.client().get("/api/status").status_code == 200


@pytest.mark.timeout(180)
def test_kills_lose_nothing_and_do_nothing_twice(shop: Shop, mailbox: Mailbox) -> None:
    live(shop)
    acknowledged: list[str] = []
    over = threading.Event()
    threads = [threading.Thread(target=sign_up, args=(shop, n, acknowledged, over)) for n in range(3)]
    for thread in threads:
        thread.start()
    chance = random.Random(7)
    try:
        for _ in range(4):
            answered = len(acknowledged)
            until(lambda: len(acknowledged) > answered + 5, 60)  # noqa: B023
            time.sleep(chance.uniform(0.0, 1.0))
            shop.kill()
            shop.start()
        time.sleep(1)
    finally:
        over.set()  # else a red test would never end
        for thread in threads:
            thread.join()
    until(shop.is_worked_off, 60)
    until(lambda: shop.status("welcome")["messages"]["pending"] == 0, 60)
    assert shop.stop() == 0
    assert len(acknowledged) > 20
    with duckdb.connect(shop.folder / "data" / "sojourn.duckdb") as store:
        entered = store.sql(
            "SELECT profile_id, count(*) FROM passage JOIN profile ON pno = _pno GROUP BY ALL"
        ).fetchall()
        left = store.sql("SELECT count(*) FROM outbox").fetchall()
    assert left == [(0,)]
    assert {count for _, count in entered} == {1}
    assert set(acknowledged) <= {person for person, _ in entered}
    received: dict[str, set[str]] = {}
    for mail in mailbox.mails:
        received.setdefault(mail["To"], set()).add(mail["Message-ID"])
    assert {f"{person}@example.com" for person, _ in entered} == set(received)
    assert {len(ids) for ids in received.values()} == {1}


def sign_up(shop: Shop, thread: int, acknowledged: list[str], over: threading.Event) -> None:
    """Sign up one person after the other, each with retries, whatever happens to the server."""
    number = 0
    while not over.is_set():
        person = f"p{thread}-{number}"
        calls = [
            {
                "type": "identify",
                "userId": person,
                "traits": {"email": f"{person}@example.com"},
                "messageId": f"i{person}",
            },
            {"type": "track", "userId": person, "event": "Signed Up", "messageId": f"t{person}"},
        ]
        try:
            answer = httpx.post(f"{shop.url}/v1/batch", json={"batch": calls}, auth=(shop.server_key, ""), timeout=10)
        except httpx.HTTPError:
            time.sleep(0.05)
            continue
        if answer.status_code == 200:
            acknowledged.append(person)
            number += 1


def test_the_data_folder_is_for_its_owner_and_not_for_git(shop: Shop) -> None:
    shop.start()
    data = shop.folder / "data"
    assert data.stat().st_mode & 0o077 == 0
    assert (data / "server.json").stat().st_mode & 0o077 == 0
    assert (data / ".gitignore").read_text() == "*\n"
    with sqlite3.connect(data / "log.sqlite") as log:
        assert log.execute("select count(*) from batch").fetchone() == (0,)
    shop.stop()
    assert not (data / "server.json").exists()
