"""A visitor who becomes a user, on a server as a user runs it: he is found by every id, also after a restart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.served import Mailbox, Shop, command, until


@pytest.fixture
def shop(tmp_path: Path, mailbox: Mailbox) -> Iterator[Shop]:
    shop = Shop(tmp_path / "shop", mailbox.port)
    shop.init()
    yield shop
    shop.stop()


def test_a_visitor_who_becomes_a_user_is_found_by_every_id(shop: Shop, mailbox: Mailbox) -> None:
    shop.start()
    command("publish", "--all", "--workspace", shop.folder)
    visitor = {"type": "track", "anonymousId": "x", "event": "Signed Up",
               "context": {"traits": {"email": "ann@example.com", "first_name": "Ann"}}}  # fmt: skip
    shop.send(visitor)
    until(lambda: mailbox.to("ann@example.com"))
    shop.send({"type": "identify", "userId": "ann", "anonymousId": "x"})
    until(shop.is_worked_off)
    shop.send(
        {"type": "track", "userId": "ben", "event": "Signed Up"}, {"type": "track", "userId": "old", "event": "seen"}
    )
    shop.send({"type": "alias", "previousId": "old", "userId": "ann"})
    until(shop.is_worked_off)
    check(shop)
    assert shop.stop() == 0
    shop.start()
    until(shop.is_worked_off)
    check(shop)
    shop.send({"type": "identify", "anonymousId": "x", "traits": {"first_name": "Anna"}})
    until(shop.is_worked_off)
    found = shop.client().get("/api/profiles/ann").raise_for_status().json()
    assert "Anna" in str(found["attributes"])
    assert len(mailbox.to("ann@example.com")) == 1


def check(shop: Shop) -> None:
    """Find one profile by all its ids, with one history."""
    client = shop.client()
    for id in ("ann", "anon:x", "old"):
        assert client.get(f"/api/profiles/{id}").raise_for_status().json()["id"] == "ann"
        life = client.get(f"/api/profiles/{id}/timeline").raise_for_status().json()["rows"]
        assert {"Signed Up", "seen"} <= {word for row in life for word in map(str, row.values())}
        told = client.get(f"/api/documents/welcome/explain/{id}").raise_for_status().json()
        assert told["entered"] or told["passages"] or "ann" in told["summary"]
    assert client.get("/api/profiles/nobody").status_code == 404
