"""Who may change which documents, and what of it is recorded; two who save at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.unit.service.access.serving import Served


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with Served.of(tmp_path_factory.mktemp("studio") / "shop") as found:
        yield found


def draft(client: httpx.Client, path: str) -> Any:
    return client.get(f"/api/drafts/{path}").raise_for_status().json()


def test_a_marketer_changes_journeys_and_no_channels(served: Served) -> None:
    marketer, technical = served.begun("mary", "marketer"), served.begun("theo", "technical")
    for path in ("channel/mail", "entity/profile", "event/purchase", "workspace/shop"):
        found = draft(marketer, path)
        wanted = {"etag": found["etag"], "document": {**found["document"], "description": "changed"}}
        refused = marketer.put(f"/api/drafts/{path}", json=wanted)
        assert (refused.status_code, refused.json()["code"]) == (403, "AUTH-006")
        assert marketer.delete(f"/api/drafts/{path}", params={"etag": found["etag"]}).status_code == 403
        assert technical.put(f"/api/drafts/{path}", json=wanted).status_code == 200
    found = draft(marketer, "journey/welcome")
    wanted = {"etag": found["etag"], "document": {**found["document"], "title": "Hello"}}
    assert marketer.put("/api/drafts/journey/welcome", json=wanted).status_code == 200


def test_a_deleted_channel_is_restored_by_who_may_configure(served: Served) -> None:
    marketer, technical = served.begun("mary", "marketer"), served.begun("theo", "technical")
    etag = draft(technical, "channel/mail")["etag"]
    key = technical.delete("/api/drafts/channel/mail", params={"etag": etag}).raise_for_status().json()["key"]
    assert marketer.post(f"/api/drafts-trash/{key}/restore").status_code == 403
    assert technical.post(f"/api/drafts-trash/{key}/restore").status_code == 200


def test_changes_are_recorded_with_their_difference(served: Served) -> None:
    marketer, admin = served.begun("mary", "marketer"), served.begun("ada", "admin")
    found = draft(marketer, "triggered/thanks")
    wanted = {"etag": found["etag"], "document": {**found["document"], "title": "Many thanks"}}
    marketer.put("/api/drafts/triggered/thanks", json=wanted).raise_for_status()
    entry = admin.get("/api/audit", params={"document": "triggered/thanks"}).raise_for_status().json()["entries"][0]
    assert (entry["caller"], entry["action"]) == ("user:mary", "draft.save")
    assert entry["difference"]["changes"] == [{"path": "title", "before": "Thanks", "after": "Many thanks"}]


def test_of_two_who_save_at_once_one_is_told(served: Served) -> None:
    clients = [served.begun(f"mary{i}", "marketer") for i in range(6)]
    found = draft(clients[0], "journey/welcome")

    def save(i: int) -> int:
        document = {**found["document"], "description": f"by {i}"}
        body = {"etag": found["etag"], "document": document}
        return clients[i].put("/api/drafts/journey/welcome", json=body).status_code

    with ThreadPoolExecutor(6) as pool:
        codes = list(pool.map(save, range(6)))
    assert sorted(codes) == [200, 409, 409, 409, 409, 409]
    assert draft(clients[0], "journey/welcome")["document"]["description"] == f"by {codes.index(200)}"


def test_a_viewer_sees_no_profiles(served: Served) -> None:
    viewer = served.begun("vera", "viewer")
    counted = viewer.post("/api/conditions/count", json={"condition": "true"}).raise_for_status().json()
    assert counted["sample"] == []
    template = {"kind": "template", "id": "hi", "channel": "sms", "text": "Hi {{ profile.first_name }}"}
    wanted = {"template": template, "profile": "ann"}
    assert viewer.post("/api/templates/preview", json=wanted).status_code == 403
    assert viewer.post("/api/templates/preview", json={"template": template}).status_code == 200
