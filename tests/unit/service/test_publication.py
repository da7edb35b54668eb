"""What becomes of those inside older versions: told before a publication, chosen with it, and recorded."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from sojourn.cli.main import make
from sojourn.cli.rehearsed import rehearsed
from tests.unit.service.access.serving import TOKEN, Served

NAP = """\
kind: journey
id: nap
entry: {type: event, event: signed_up}
nodes:
  - {id: rest, type: wait, for: 30d, next: later}
  - {id: later, type: wait, for: 30d}
"""
REQUIRED = "kind: workspace\nid: shop\napproval: required\n"
PATIENCE_S = 60.0


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Served]:
    with Served.of(tmp_path / "shop", {"nap.yaml": NAP}) as served:
        served.local().post("/api/publish", json={"ids": ["nap"]}).raise_for_status()
        events = [{"type": "track", "userId": user, "event": "Signed Up"} for user in ("ann", "bob")]
        served.keyed("ingest").post("/v1/batch", json={"batch": events}).raise_for_status()
        until(lambda: waiting(served, "rest") == 2)
        yield served


def until(met: Callable[[], bool]) -> None:
    end = monotonic() + PATIENCE_S
    while not met():
        assert monotonic() < end, "it never came about"
        sleep(0.05)


def waiting(shop: Served, node: str) -> int:
    [document] = shop.local().get("/api/status").json()["documents"]
    return next(row["waiting"] for row in document["nodes"] if row["id"] == node)


def edit(shop: Served, before: str, after: str) -> None:
    path = shop.folder / "nap.yaml"
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after))


def preview(client: httpx.Client) -> dict[str, Any]:
    answer: dict[str, Any] = client.post("/api/publish/preview", json={"ids": ["nap"]}).raise_for_status().json()
    return answer


def last_acts(shop: Served, limit: int) -> list[tuple[str, str, dict[str, Any]]]:
    entries = shop.local().get("/api/audit", params={"limit": limit}).json()["entries"]
    after = [[change.get("after") for change in entry["difference"].get("changes", ())] for entry in entries]
    return [(entry["action"], entry["subject"], told) for entry, (told, *_) in zip(entries, after, strict=True)]


def test_a_publication_moves_who_can_and_says_so(shop: Served) -> None:
    admin = shop.local()
    edit(shop, "id: later, type: wait, for: 30d", "id: later, type: wait, for: 20d")
    [told] = preview(admin)["documents"]
    assert told["inside"] == [{"version": 1, "profiles": 2, "then": "finish", "moving": 2, "staying": []}]
    [made] = admin.post("/api/publish", json={"ids": ["nap"], "inside": "move"}).json()
    assert (made["version"], made["moved"], made["stayed"], made["left"]) == (2, 2, 0, 0)
    assert [row["inside"] for row in admin.get("/api/documents/nap/changes").json()["versions"]] == [2, 0]
    [(action, subject, chosen), _] = last_acts(shop, 2)
    assert (action, subject, chosen) == ("document.inside", "journey/nap", {"inside": "move", "moved": 2})


def test_who_cannot_move_is_told_by_step_with_the_reason(shop: Served) -> None:
    edit(shop, "id: rest, type: wait, for: 30d", "id: rest, type: wait, for: 20d")
    found = preview(shop.local())
    staying = {"step": "rest", "passages": 2, "reason": "changed", "later": None, "source": None}
    assert found["documents"][0]["inside"] == [
        {"version": 1, "profiles": 2, "then": "finish", "moving": 0, "staying": [staying]}
    ]
    assert list(rehearsed(found, "move")) == [
        "nap: version 2 would be live",
        "  0 would move from version 1",
        "  2 at `rest` would finish on version 1: the new version waits otherwise at `rest`",
    ]
    [made] = shop.local().post("/api/publish", json={"ids": ["nap"], "inside": "move"}).json()
    assert (made["moved"], made["stayed"]) == (0, 2)


def test_those_inside_leave_with_the_publication(shop: Served) -> None:
    admin = shop.local()
    edit(shop, "id: rest, type: wait, for: 30d", "id: rest, type: wait, for: 20d")
    assert list(rehearsed(preview(admin), "leave"))[1:] == ["  2 inside would leave version 1"]
    [made] = admin.post("/api/publish", json={"ids": ["nap"], "inside": "leave"}).json()
    assert (made["moved"], made["left"], waiting(shop, "rest")) == (0, 2, 0)
    assert last_acts(shop, 2)[0][2] == {"inside": "leave", "left": 2}


def test_what_was_asked_for_is_what_is_approved(shop: Served) -> None:
    (shop.folder / "workspace.yaml").write_text(REQUIRED)
    shop.local().post("/api/publish", json={"ids": ["nap"]}).raise_for_status()
    ann, bob = shop.begun("ann", "marketer"), shop.begun("bob", "technical")
    edit(shop, "id: later, type: wait, for: 30d", "id: later, type: wait, for: 20d")
    [asked] = ann.post("/api/publish", json={"ids": ["nap"], "inside": "move"}).json()
    assert bob.get(f"/api/approvals/{asked['approval']}").json()["inside"] == "move"
    approved = bob.post(f"/api/approvals/{asked['approval']}/approve", json={}).json()
    assert [row["moved"] for row in approved["published"]] == [2]


def test_the_command_says_what_would_be_and_what_was(shop: Served) -> None:
    edit(shop, "id: later, type: wait, for: 30d", "id: later, type: wait, for: 20d")
    (shop.folder / "data" / "server.json").write_text(json.dumps({"url": shop.url, "token": TOKEN}))
    command = ["publish", "nap", "--inside", "move", "--workspace", str(shop.folder)]
    tried = CliRunner().invoke(make(), [*command, "--dry-run"])
    assert tried.output.splitlines() == ["nap: version 2 would be live", "  2 would move from version 1"]
    done = CliRunner().invoke(make(), command)
    assert done.output.splitlines() == ["nap: version 2 is live, 2 moved into it"]
