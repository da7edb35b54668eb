"""Test mode through a running server: profiles copied from it, a draft, a clock; nothing that is live changes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.served import Mailbox, Shop, command, until

START = "2026-03-02T10:00:00Z"


@pytest.fixture
def shop(tmp_path: Path, mailbox: Mailbox) -> Iterator[Shop]:
    shop = Shop(tmp_path / "shop", mailbox.port)
    shop.init()
    shop.start("--clock-start", START)
    command("publish", "welcome", "--workspace", shop.folder)
    shop.send({"type": "identify", "userId": "ann", "traits": {"email": "ann@example.com", "first_name": "Ann"}})
    until(shop.is_worked_off)
    yield shop
    shop.stop()


def begin(api: httpx.Client, **wish: Any) -> dict[str, Any]:
    answer = api.post("/api/test-sessions", json=wish)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_draft_is_tried_with_a_copied_and_a_made_up_profile(shop: Shop, mailbox: Mailbox) -> None:
    api = shop.client()
    draft = {"kind": "template", "id": "hello", "channel": "email", "subject": "Hej {{ profile.first_name }}",
             "text": "x"}  # fmt: skip
    made = begin(
        api, overrides=[draft], start=START,
        profiles=[{"id": "ann", "copy": True}, {"id": "bob", "attributes": {"email": "bob", "first_name": "Bob"}}],
    )  # fmt: skip
    at = f"/api/test-sessions/{made['id']}"
    assert (made["now"], [profile["id"] for profile in made["profiles"]]) == (START, ["ann", "bob"])
    signed_up = [{"type": "track", "userId": who, "event": "Signed Up"} for who in ("ann", "bob")]
    state = api.post(f"{at}/items", json={"items": signed_up}).raise_for_status().json()
    ann, bob = state["profiles"]
    assert [(mail["subject"], mail["to"]) for mail in ann["messages"]] == [("Hej Ann", "ann@example.com")]
    assert bob["paths"][0]["passages"][0]["steps"][0]["discards"][0]["reason"] == "bad_address"
    assert ann["waiting"][0]["until"] == state["next_at"] == "2026-03-09T10:00:00Z"
    later = api.post(f"{at}/clock", json={"next": True}).raise_for_status().json()
    assert (later["now"], later["profiles"][0]["paths"][0]["passages"][0]["state"]) == (state["next_at"], "completed")
    assert api.get(f"{at}/explain/welcome/ann").json()["entered"]
    assert api.get("/api/documents/welcome/report").json()["passages"]["entered"] == 0
    assert mailbox.mails == []
    assert api.delete(at).status_code == 204
    assert api.get(at).status_code == 404


def test_sessions_are_apart_and_what_is_wrong_is_told(shop: Shop) -> None:
    api = shop.client()
    one, two = (begin(api, profiles=[{"id": "eve"}]) for _ in range(2))
    api.post(f"/api/test-sessions/{one['id']}/items", json={"items": [{"type": "identify", "userId": "zoe"}]})
    assert len(api.get(f"/api/test-sessions/{one['id']}").json()["profiles"]) == 2
    assert len(api.get(f"/api/test-sessions/{two['id']}").json()["profiles"]) == 1
    assert api.get("/api/test-sessions").json() == {"sessions": [one["id"], two["id"]]}
    wrong = {
        404: [{"profiles": [{"id": "nobody", "copy": True}]}, {"ids": ["welcom"]}],
        422: [{"start": "then"}, {"profile": []}, {"profiles": [{"id": "a"}, {"id": "a"}]}],
        409: [{"documents": [{"kind": "journey", "id": "x"}]}],
    }
    for status, wishes in wrong.items():
        assert [api.post("/api/test-sessions", json=wish).status_code for wish in wishes] == [status] * len(wishes)
    clock = f"/api/test-sessions/{one['id']}/clock"
    assert api.post(clock, json={"by": "1d", "next": True}).status_code == 422
    assert api.post(clock, json={"to": "2020-01-01T00:00:00Z"}).json()["code"] == "TEST-004"
    assert shop.client(shop.ingest_key).get("/api/test-sessions").status_code == 403
    for _ in range(14):
        begin(api)
    assert api.post("/api/test-sessions", json={}).status_code == 429
    schema = api.get("/api/openapi.json").json()
    assert "SessionState" in schema["components"]["schemas"]
