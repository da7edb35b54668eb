"""Publications that somebody else must approve."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.unit.service.access.serving import Served

REQUIRED = "kind: workspace\nid: shop\napproval: required\n"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Served]:
    with Served.of(tmp_path / "shop", {"workspace.yaml": REQUIRED}) as served:
        yield served


def edit(shop: Served, name: str, before: str, after: str) -> None:
    path = shop.folder / name
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after))


def ask(client: httpx.Client, *ids: str) -> int:
    answer = client.post("/api/publish", json={"ids": list(ids), "comment": "please"})
    assert answer.status_code == 202, answer.text
    return int(answer.json()[0]["approval"])


def decide(client: httpx.Client, id: int, what: str = "approve", **body: Any) -> httpx.Response:
    return client.post(f"/api/approvals/{id}/{what}", json=body)


def states(client: httpx.Client) -> dict[str, tuple[int, str]]:
    rows = client.get("/api/documents").raise_for_status().json()
    return {row["id"]: (row["version"], row["state"]) for row in rows}


def test_a_marketers_publication_waits_for_somebody_elses_approval(shop: Served) -> None:
    ann, bob = shop.begun("ann", "marketer"), shop.begun("bob", "technical")
    answer = ann.post("/api/publish", json={"ids": ["welcome"], "comment": "please"})
    assert answer.status_code == 202
    nobody = {"moved": 0, "stayed": 0, "left": 0}
    assert answer.json() == [{"id": "welcome", "version": None, "verdict": "requested", "approval": 1, **nobody}]
    assert states(ann) == {}
    assert decide(ann, 1).json()["code"] == "AUTH-006"
    waiting = bob.get("/api/approvals", params={"state": "waiting"}).json()["approvals"]
    assert [(row["id"], row["requested_by"], row["comment"], row["changed_since"]) for row in waiting] == [
        (1, "user:ann", "please", []),
    ]  # fmt: skip
    [change] = waiting[0]["changes"]
    assert change["subject"] == "journey/welcome"
    approved = decide(bob, 1, comment="fine")
    assert approved.status_code == 200, approved.text
    assert approved.json()["published"] == [
        {"id": "welcome", "version": 1, "verdict": "published", "approval": None, **nobody},
    ]  # fmt: skip
    told = approved.json()["approval"]
    assert (told["state"], told["decided_by"], told["decision"]) == ("published", "user:bob", "fine")
    assert states(ann) == {"welcome": (1, "live")}
    entries = shop.local().get("/api/audit", params={"limit": 3}).json()["entries"]
    assert [(entry["caller"], entry["action"]) for entry in entries] == [
        ("user:bob", "approval.approve"), ("user:bob", "document.publish"), ("user:ann", "approval.request"),
    ]  # fmt: skip
    assert decide(bob, 1).json()["code"] == "APPROVAL-002"


@pytest.mark.parametrize("role", ["technical", "admin"])
def test_who_approves_publishes_at_once(shop: Served, role: Any) -> None:
    answer = shop.begun("bob", role).post("/api/publish", json={"ids": ["welcome"]})
    assert answer.status_code == 200
    assert answer.json()[0]["verdict"] == "published"


def test_nobody_approves_an_own_request(shop: Served) -> None:
    bob, eve = shop.begun("bob", "technical"), shop.begun("eve", "technical")
    asked = bob.post("/api/approvals", json={"ids": ["welcome"]})
    assert asked.status_code == 201
    id = asked.json()["id"]
    assert decide(bob, id).json()["code"] == "APPROVAL-003"
    assert decide(bob, id, "refuse", comment="no").json()["code"] == "APPROVAL-003"
    assert decide(eve, id).status_code == 200


def test_a_request_is_refused_with_a_reason_or_taken_back(shop: Served) -> None:
    ann, bob, eve = (shop.begun(*who) for who in [("ann", "marketer"), ("bob", "technical"), ("eve", "marketer")])
    id = ask(ann, "welcome")
    assert decide(bob, id, "refuse").status_code == 422
    refused = decide(bob, id, "refuse", comment="the subject is wrong").json()
    assert (refused["state"], refused["decision"]) == ("refused", "the subject is wrong")
    id = ask(ann, "welcome")
    assert decide(eve, id, "withdraw").json()["code"] == "APPROVAL-006"
    assert decide(ann, id, "withdraw").json()["state"] == "withdrawn"
    assert decide(bob, id).json()["code"] == "APPROVAL-002"
    assert states(ann) == {}


def test_a_draft_that_changed_is_asked_for_again(shop: Served) -> None:
    ann, bob = shop.begun("ann", "marketer"), shop.begun("bob", "technical")
    id = ask(ann, "welcome")
    edit(shop, "welcome.yaml", "template: hello", "template: thank-you")
    assert bob.get(f"/api/approvals/{id}").json()["changed_since"] == ["journey/welcome"]
    refused = decide(bob, id)
    assert (refused.status_code, refused.json()["code"]) == (409, "APPROVAL-005")
    again = ask(ann, "welcome")
    assert bob.get(f"/api/approvals/{id}").json()["state"] == "replaced"
    assert decide(bob, again).status_code == 200


def test_the_data_documents_of_a_request_are_part_of_it(shop: Served) -> None:
    ann, bob = shop.begun("ann", "marketer"), shop.begun("bob", "technical")
    edit(shop, "templates.yaml", "Good to have you here.", "Welcome to our shop.")
    id = ask(ann, "welcome")
    assert [change["subject"] for change in bob.get(f"/api/approvals/{id}").json()["changes"]] == [
        "journey/welcome", "template/hello",
    ]  # fmt: skip
    edit(shop, "templates.yaml", "Welcome to our shop.", "Something else.")
    assert decide(bob, id).json()["code"] == "APPROVAL-005"


def test_newer_drafts_of_others_are_not_published_along(shop: Served) -> None:
    ann, bob = shop.begun("ann", "marketer"), shop.begun("bob", "technical")
    id = ask(ann, "welcome")
    edit(shop, "templates.yaml", "Thank you for your order", "Unseen by anybody")
    (shop.folder / "broken.yaml").write_text("kind: journey\nid: broken\nnodes: nothing\n")
    assert decide(bob, id).status_code == 200
    kept = shop.runtime.cursor().execute("SELECT body FROM document WHERE kind = 'workspace'").fetchall()[0][0]
    assert "Thank you for your order" in kept
    assert "Unseen" not in kept


def test_a_restart_takes_no_draft_in(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    with Served.of(folder, {"workspace.yaml": REQUIRED}) as shop:
        edit(shop, "templates.yaml", "Thank you for your order", "Unseen by anybody")
    with Served.of(folder) as shop:
        kept = shop.runtime.cursor().execute("SELECT body FROM document WHERE kind = 'workspace'").fetchall()[0][0]
        assert "Unseen" not in kept
        shop.local().post("/api/publish", json={}).raise_for_status()
        kept = shop.runtime.cursor().execute("SELECT body FROM document WHERE kind = 'workspace'").fetchall()[0][0]
        assert "Unseen" in kept


def test_a_marketer_cannot_turn_the_approval_off(shop: Served) -> None:
    ann = shop.begun("ann", "marketer")
    edit(shop, "workspace.yaml", "required", "none")
    assert ann.post("/api/publish", json={"ids": ["welcome"]}).status_code == 202
    shop.begun("bob", "technical").post("/api/publish", json={"ids": ["thanks"]}).raise_for_status()
    assert ann.post("/api/publish", json={"ids": ["welcome"]}).status_code == 200


def test_it_is_told_who_asks_and_who_publishes_at_once(shop: Served) -> None:
    ann, bob = shop.begun("ann", "marketer"), shop.begun("bob", "technical")
    assert [who.get("/api/publish").json()["by"] for who in (ann, bob)] == ["asking", "publishing"]
    edit(shop, "workspace.yaml", "required", "none")
    bob.post("/api/publish", json={}).raise_for_status()
    assert ann.get("/api/publish").json()["by"] == "publishing"


def test_what_would_change_nothing_is_not_asked_for(shop: Served) -> None:
    shop.local().post("/api/publish", json={}).raise_for_status()
    ann = shop.begun("ann", "marketer")
    assert ann.post("/api/publish", json={"ids": ["welcome"]}).json()["code"] == "APPROVAL-004"
    shop.local().post("/api/documents/welcome/stop").raise_for_status()
    assert ann.post("/api/publish", json={"ids": ["welcome"]}).status_code == 202


def test_documents_without_versions_are_published_alone(shop: Served) -> None:
    shop.local().post("/api/publish", json={}).raise_for_status()
    ann, bob = shop.begun("ann", "marketer"), shop.begun("bob", "technical")
    edit(shop, "welcome.yaml", "template: hello", "template: thank-you")
    edit(shop, "channels.yaml", "port: 1025", "port: 1026")
    shown = bob.post("/api/publish/preview", json={"ids": ["mail"]}).json()
    assert shown["documents"] == [] and [row["id"] for row in shown["data"]] == ["mail"]
    [asked] = ann.post("/api/publish", json={"ids": ["mail"]}).json()
    assert (asked["id"], asked["verdict"]) == ("mail", "requested")
    bob.post(f"/api/approvals/{asked['approval']}/approve", json={}).raise_for_status()
    assert shop.runtime.channel("mail").settings["port"] == 1026  # type: ignore[union-attr]
    [draft] = [row for row in bob.get("/api/drafts").json() if row["id"] == "welcome"]
    assert draft["changed"], "the journey's draft was not published along"
    edit(shop, "channels.yaml", "port: 1026", "port: 1027")
    assert bob.post("/api/publish", json={"ids": ["mail"]}).json() == []
    assert shop.runtime.channel("mail").settings["port"] == 1027  # type: ignore[union-attr]


def test_errors_are_told_to_who_asks(shop: Served) -> None:
    ann = shop.begun("ann", "marketer")
    assert ann.post("/api/publish", json={"ids": ["welcom"]}).json()["code"] == "RUN-003"
    edit(shop, "welcome.yaml", "template: hello", "template: hallo")
    wrong = ann.post("/api/publish", json={"ids": ["welcome"]}).json()
    assert wrong["errors"][0]["file"] == "welcome.yaml"
    assert ann.get("/api/approvals/99").json()["code"] == "APPROVAL-001"


def test_pages_of_requests(shop: Served) -> None:
    ann = shop.begun("ann", "marketer")
    asked = [ask(ann, id) for id in ("welcome", "thanks", "welcome")]
    first = ann.get("/api/approvals", params={"limit": 2}).json()
    assert [row["id"] for row in first["approvals"]] == asked[:0:-1]
    second = ann.get("/api/approvals", params={"limit": 2, "before": first["next"]}).json()
    assert ([row["id"] for row in second["approvals"]], second["next"]) == (asked[:1], None)
    assert second["approvals"][0]["state"] == "replaced"


def test_without_the_setting_marketers_publish(fresh: Served) -> None:
    answer = fresh.begun("ann", "marketer").post("/api/publish", json={"ids": ["welcome"]})
    assert (answer.status_code, answer.json()[0]["verdict"]) == (200, "published")
