"""Documents read, checked, edited and deleted over HTTP, as the studio does."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from sojourn.engine.clock import SystemClock
from sojourn.service.keys import KeyFile
from tests.e2e.served import Mailbox, Shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    mailbox = Mailbox()
    shop = Shop(tmp_path_factory.mktemp("studio") / "shop", mailbox.port)
    shop.init()
    shop.edit("channels.yaml", "kind: channel", "kind: channel # how mail leaves")
    shop.start()
    yield shop
    shop.stop()


@pytest.fixture
def admin(shop: Shop) -> httpx.Client:
    return shop.client(KeyFile(shop.folder / "data" / "keys").create("admin", SystemClock().now()))


def ok(answer: httpx.Response) -> Any:
    assert answer.is_success, answer.text
    return answer.json()


def test_a_journey_is_edited_without_loss_and_the_second_editor_is_told(shop: Shop, admin: httpx.Client) -> None:
    row = next(row for row in ok(admin.get("/api/drafts")) if row["kind"] == "journey")
    draft = ok(admin.get(f"/api/drafts/journey/{row['id']}"))
    text = (shop.folder / draft["file"]).read_text()
    document = {**draft["document"], "title": "Another title"}
    saved = ok(admin.put(f"/api/drafts/journey/{row['id']}", json={"etag": draft["etag"], "document": document}))
    written = (shop.folder / draft["file"]).read_text()
    assert [line for line in written.splitlines() if line not in text.splitlines()] == ["title: Another title"]
    assert saved["document"] == document
    refused = admin.put(f"/api/drafts/journey/{row['id']}", json={"etag": draft["etag"], "document": document})
    assert (refused.status_code, refused.json()["code"]) == (409, "DRAFT-003")
    assert refused.json()["draft"] == saved


def test_a_draft_with_errors_is_saved_and_the_server_goes_on(shop: Shop, admin: httpx.Client) -> None:
    broken = {"kind": "journey", "id": "broken", "entry": {"type": "event", "event": "nothing"}, "nodes": []}
    made = admin.post("/api/drafts", json={"kind": "journey", "id": "broken", "document": broken})
    assert made.status_code == 201
    assert {problem["path"] for problem in made.json()["problems"]} == {"nodes"}
    assert (shop.folder / "journey" / "broken.yaml").exists()
    assert ok(admin.get("/api/status"))["documents"] is not None
    etag = made.json()["etag"]
    gone = ok(admin.delete("/api/drafts/journey/broken", params={"etag": etag}))
    assert admin.get("/api/drafts/journey/broken").status_code == 404
    assert ok(admin.post(f"/api/drafts-trash/{gone['key']}/restore"))["etag"] == etag
    ok(admin.delete("/api/drafts/journey/broken", params={"etag": etag}))


def test_unsaved_documents_are_checked(admin: httpx.Client) -> None:
    document = {"kind": "audience", "id": "new", "where": "profile.nothing = 1"}
    [problem] = ok(admin.post("/api/drafts/check", json={"documents": [document]}))["problems"]
    assert (problem["document"], problem["path"]) == ({"kind": "audience", "id": "new"}, "where")
    [problem] = ok(admin.post("/api/drafts/check", json={"yaml": ["kind: audience\nid: new\nwhere: profile.no = 1"]}))[
        "problems"
    ]
    assert (problem["line"], problem["column"]) == (3, 8)


def test_a_key_without_the_permission_is_refused(shop: Shop, admin: httpx.Client) -> None:
    reader = shop.client()
    assert reader.get("/api/drafts").is_success
    wanted = {"kind": "group", "id": "g", "document": {"kind": "group", "id": "g", "channel": "email"}}
    assert reader.post("/api/drafts", json=wanted).status_code == 403


def test_secrets_are_in_no_answer_and_survive_an_edit(shop: Shop, admin: httpx.Client) -> None:
    row = next(row for row in ok(admin.get("/api/drafts")) if row["kind"] == "channel")
    path = f"/api/drafts/channel/{row['id']}"
    draft = ok(admin.get(path))
    settings = {**draft["document"]["settings"], "password": "hunter2"}
    draft = ok(admin.put(path, json={"etag": draft["etag"], "document": {**draft["document"], "settings": settings}}))
    assert "hunter2" not in str(draft)
    changed = draft["yaml"].replace("how mail leaves", "how all mail leaves")
    again = ok(admin.put(path, json={"etag": draft["etag"], "yaml": changed}))
    written = (shop.folder / draft["file"]).read_text()
    assert "hunter2" in written and "# how all mail leaves" in written
    assert "hunter2" not in str(again) + admin.get("/api/drafts").text


def test_catalog_and_vocabulary_are_there(admin: httpx.Client) -> None:
    assert {"wait", "email"} <= {node["type"] for node in ok(admin.get("/api/catalog"))["nodes"]}
    assert "profile_id" in {attribute["name"] for attribute in ok(admin.get("/api/vocabulary"))["profile"]}


def test_a_server_starts_again_with_a_draft_that_has_errors(shop: Shop, admin: httpx.Client) -> None:
    ok(admin.post("/api/publish", json={"ids": []}))
    running = {document["id"] for document in ok(admin.get("/api/status"))["documents"]}
    broken = {"kind": "journey", "id": "half", "nodes": [{"id": "a", "type": "email"}]}
    ok(admin.post("/api/drafts", json={"kind": "journey", "id": "half", "document": broken}))
    assert shop.stop() == 0
    shop.start()
    again = shop.client(KeyFile(shop.folder / "data" / "keys").create("admin", SystemClock().now()))
    assert {document["id"] for document in ok(again.get("/api/status"))["documents"]} == running
    assert [row["errors"] for row in ok(again.get("/api/drafts")) if row["id"] == "half"] == [1]
