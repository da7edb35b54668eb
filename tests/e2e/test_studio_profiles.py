"""Profiles and counts over HTTP, as the studio asks for them."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.e2e.served import Mailbox, Shop, until


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    mailbox = Mailbox()
    mailbox.start()
    shop = Shop(tmp_path_factory.mktemp("studio") / "shop", mailbox.port)
    shop.init()
    shop.start()
    for name in ("ann", "bob", "a/b c"):
        traits = {"email": f"{name[0]}@example.com", "first_name": name}
        shop.send({"type": "identify", "userId": name, "traits": traits})
    shop.send({"type": "track", "userId": "ann", "event": "Signed Up"})
    until(shop.is_worked_off)
    yield shop
    shop.stop()
    mailbox.stop()


@pytest.fixture
def server(shop: Shop) -> httpx.Client:
    return shop.client()


def ok(answer: httpx.Response) -> Any:
    assert answer.is_success, answer.text
    return answer.json()


def test_profiles_are_listed_and_searched(server: httpx.Client) -> None:
    assert [row["id"] for row in ok(server.get("/api/profiles"))["rows"]] == ["ann", "bob", "a/b c"]
    assert [row["id"] for row in ok(server.get("/api/profiles", params={"search": "B@"}))["rows"]] == ["bob"]
    first = ok(server.get("/api/profiles", params={"limit": 1}))
    second = ok(server.get("/api/profiles", params={"after": first["next"], "limit": 1}))
    assert [row["id"] for row in (*first["rows"], *second["rows"])] == ["ann", "bob"]


@pytest.mark.parametrize("id", ["ann", "a%2Fb%20c"])
def test_a_profile_and_its_time_line(server: httpx.Client, id: str) -> None:
    found = ok(server.get(f"/api/profiles/{id}"))
    assert found["addresses"][0]["address"] == "a@example.com"
    assert {row["kind"] for row in ok(server.get(f"/api/profiles/{id}/timeline"))["rows"]} == (
        {"event"} if id == "ann" else set()
    )


def test_a_time_line_of_some_kinds_only(server: httpx.Client) -> None:
    path = "/api/profiles/ann/timeline"
    everything = {row["kind"] for row in ok(server.get(path))["rows"]}
    assert "event" in everything
    assert {row["kind"] for row in ok(server.get(path, params={"kind": ["event"]}))["rows"]} == {"event"}
    assert "event" not in {row["kind"] for row in ok(server.get(path, params={"kind": ["step", "left"]}))["rows"]}
    assert server.get(path, params={"kind": "wedding"}).status_code == 422


def test_who_is_not_there_is_told(server: httpx.Client) -> None:
    for path in ("/api/profiles/nobody", "/api/profiles/nobody/timeline", "/api/documents/nothing/inside"):
        assert server.get(path).status_code == 404


def test_a_condition_is_counted(server: httpx.Client) -> None:
    wanted = {"condition": "profile.first_name = 'bob'"}
    found = ok(server.post("/api/conditions/count", json=wanted))
    assert (found["count"], found["of"], [row["profile_id"] for row in found["sample"]]) == (1, 3, ["bob"])
    assert server.post("/api/conditions/count", json={"condition": "profile.x = 1"}).status_code == 422


def test_a_key_for_ingestion_sees_nobody(shop: Shop) -> None:
    stranger = shop.client(shop.ingest_key)
    for path in (
        "/api/profiles",
        "/api/profiles/ann",
        "/api/documents/welcome/inside",
        "/api/drafts",
        "/api/vocabulary",
    ):
        assert stranger.get(path).status_code in (401, 403)
