"""A backtest of a workspace whose server runs, and of one whose server does not."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.served import Mailbox, Shop, command, until

FROM = "2026-03-02T10:00:00Z"
CLOCK = ("--clock-start", FROM, "--clock-speed", "3600")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    mailbox = Mailbox()
    mailbox.start()
    shop = Shop(tmp_path / "shop", mailbox.port)
    shop.init()
    yield shop
    shop.stop()
    mailbox.stop()


def recorded(shop: Shop) -> str:
    """Let two people sign up under the live welcome; return an instant after that."""
    shop.start(*CLOCK)
    command("publish", "welcome", "--workspace", shop.folder)
    for name in ("ann", "bob"):
        shop.send({"type": "identify", "userId": name, "traits": {"email": f"{name}@example.com", "first_name": name}})
        shop.send({"type": "track", "userId": name, "event": "Signed Up"})
    until(lambda: shop.status("welcome")["messages"]["sent"] == 2)
    return str(shop.client().get("/api/clock").json()["now"])


def test_a_draft_of_the_folder_beside_the_live_version(shop: Shop) -> None:
    now = recorded(shop)
    only = "  - {id: ann, type: condition, paths: [{when: \"profile.first_name = 'ann'\", next: hello}]}\n"
    shop.edit("welcome.yaml", "nodes:\n", f"nodes:\n{only}")
    where = ("--from", FROM, "--until", now, "--workspace", shop.folder)
    printed = command("backtest", "welcome", *where)
    assert "journey welcome: the folder's draft" in printed
    found = json.loads(command("backtest", "welcome", *where, "--json"))
    assert [row for row in found["messages"] if row["node"] == "hello"] == [
        {"node": "hello", "channel": "email", "variant": None, "draft": 1, "live": 2, "difference": -1}
    ]
    answer = shop.client().post("/api/backtest", json={"document": "welcome", "from": FROM, "until": now})
    assert answer.raise_for_status().json() | {"seconds": 0} == found | {"seconds": 0}
    assert shop.status("welcome")["messages"]["sent"] == 2
    assert shop.status("welcome")["version"] == 1
    shop.stop()
    offline = json.loads(command("backtest", "welcome", *where, "--json"))
    assert offline["messages"] == found["messages"]
    assert not list((shop.folder / "data").glob("backtest-*"))


def test_what_is_wrong_is_told(shop: Shop) -> None:
    now = recorded(shop)
    where = ("--from", FROM, "--until", now, "--workspace", shop.folder)
    assert "did you mean `welcome`" in command("backtest", "welcom", *where, code=1)
    backwards = ("--from", now, "--until", FROM, "--workspace", shop.folder)
    assert "BACKTEST-001" in command("backtest", "welcome", *backwards, code=1)
    assert "--from" in command("backtest", "welcome", "--from", "then", *where[2:], code=2)
    api = shop.client()
    wish = {"document": "welcome", "from": now, "until": FROM}
    assert api.post("/api/backtest", json=wish).json()["code"] == "BACKTEST-001"
    assert api.post("/api/backtest", json={**wish, "from": "then"}).status_code == 422
    assert shop.client(shop.ingest_key).post("/api/backtest", json=wish).status_code == 403
    shop.edit("welcome.yaml", "event: purchase", "event: purchse")
    assert "purchse" in command("backtest", "welcome", *where, code=1)
