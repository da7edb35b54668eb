"""Versions, publications and templates looked at before anything happens, over HTTP."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from sojourn.engine.clock import SystemClock
from sojourn.service.keys import KeyFile
from tests.e2e.served import Mailbox, Shop, until

NAP = """\
kind: journey
id: nap
entry: {type: event, event: signed_up}
nodes:
  - {id: rest, type: wait, for: 30d}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    mailbox = Mailbox()
    mailbox.start()
    shop = Shop(tmp_path_factory.mktemp("studio") / "shop", mailbox.port)
    shop.init()
    (shop.folder / "nap.yaml").write_text(NAP)
    shop.start()
    admin = client(shop)
    ok(admin.post("/api/publish", json={"ids": ["nap"]}))
    for name in ("ann", "bob"):
        shop.send({"type": "track", "userId": name, "event": "Signed Up"})
    shop.send({"type": "identify", "userId": "ann", "traits": {"email": "ann@example.com", "first_name": "Ann"}})
    until(lambda: shop.status("nap")["inside"] == 2 and shop.is_worked_off())
    yield shop
    shop.stop()
    mailbox.stop()


def client(shop: Shop) -> httpx.Client:
    return shop.client(KeyFile(shop.folder / "data" / "keys").create("admin", SystemClock().now()))


def ok(answer: httpx.Response) -> Any:
    assert answer.is_success, answer.text
    return answer.json()


def test_a_publication_is_rehearsed_and_versions_are_compared(shop: Shop) -> None:
    admin = client(shop)
    unchanged = ok(admin.post("/api/publish/preview", json={"ids": ["nap"]}))
    assert unchanged["documents"] == [
        {
            "id": "nap", "kind": "journey", "version": 1, "verdict": "already live", "changes": [],
            "inside": [{"version": 1, "profiles": 2, "then": "stay", "moving": 0, "staying": []}],
        }
    ]  # fmt: skip
    shop.edit("nap.yaml", "30d", "10d")
    (shop.folder / "geo.yaml").write_text("{kind: geofence, id: shop, lat: 1.0, lon: 2.0, radius: 50}\n")
    [nap], [fence] = ok(admin.post("/api/publish/preview", json={"ids": ["nap"]})).values()
    assert (nap["version"], nap["verdict"]) == (2, "published")
    assert nap["changes"] == [{"path": "nodes[rest].for", "kind": "changed", "before": "30d", "after": "10d"}]
    staying = {"step": "rest", "passages": 2, "reason": "changed", "later": None, "source": None}
    assert nap["inside"] == [{"version": 1, "profiles": 2, "then": "finish", "moving": 0, "staying": [staying]}]
    assert (fence["id"], fence["verdict"]) == ("shop", "added")
    assert ok(admin.get("/api/documents/nap/changes"))["draft"]["changes"] == nap["changes"]
    ok(admin.post("/api/publish", json={"ids": ["nap"]}))
    history = ok(admin.get("/api/documents/nap/changes"))
    assert [(row["version"], row["inside"], row["changes"]) for row in history["versions"]] == [
        (2, 0, nap["changes"]), (1, 2, []),
    ]  # fmt: skip
    assert history["draft"]["changes"] == []
    assert "for: 10d" in history["versions"][0]["yaml"]


def test_a_rehearsal_tells_what_keeps_the_documents_from_being_published(shop: Shop) -> None:
    admin = client(shop)
    assert admin.post("/api/publish/preview", json={"ids": ["nothing"]}).status_code == 404
    path = shop.folder / "broken.yaml"
    path.write_text("kind: journey\nid: broken\nnodes: []\n")
    refused = admin.post("/api/publish/preview", json={"ids": ["nap"]})
    path.unlink()
    assert refused.status_code == 409
    assert {error["file"] for error in refused.json()["errors"]} == {"broken.yaml"}


def test_a_template_is_rendered_for_a_profile(shop: Shop) -> None:
    admin = client(shop)
    template = {
        "kind": "template", "id": "hi", "channel": "email", "subject": "Hi {{ profile.first_name }}",
        "html": "<p>You bought <b>{{ event.item }}</b></p>",
        "locales": {"ko": {"subject": "안녕 {{ profile.first_name }}"}},
    }  # fmt: skip
    wanted = {"template": template, "profile": "ann", "event": {"item": "tea"}}
    found = ok(admin.post("/api/templates/preview", json=wanted))
    assert (found["outcome"], found["subject"], found["text"]) == ("rendered", "Hi Ann", "You bought tea\n")
    assert found["html"] == "<p>You bought <b>tea</b></p>"
    assert found["reads"] == {"event": ["item"], "profile": ["first_name"]}
    assert ok(admin.post("/api/templates/preview", json={**wanted, "locale": "ko"}))["subject"] == "안녕 Ann"
    assert ok(admin.post("/api/templates/preview", json={**wanted, "attributes": {"first_name": "Eve"}}))[
        "subject"
    ] == ("Hi Eve")
    assert admin.post("/api/templates/preview", json={**wanted, "profile": "nobody"}).status_code == 404


@pytest.mark.parametrize(
    ("text", "outcome", "detail"),
    [
        ("{% abort_message 'not now' %}", "aborted", "not now"),
        ("{{ 'a' | nothing }}", "invalid", None),
        ("{% for i in (1..9000000) %}x{% endfor %}", "failed", "steps"),
    ],
    ids=["aborted", "invalid", "endless"],
)
def test_a_template_that_gives_no_message_says_why(shop: Shop, text: str, outcome: str, detail: str | None) -> None:
    template = {"kind": "template", "id": "hi", "channel": "sms", "text": text}
    found = ok(client(shop).post("/api/templates/preview", json={"template": template}))
    assert found["outcome"] == outcome
    assert (detail or "") in (found["detail"] or "")
    assert bool(found["problems"]) == (outcome == "invalid")
