"""The list of what arrives undeclared: exact, bounded, durable, and what is refused at the door."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sojourn.ingest.shape import Difference
from sojourn.service.registry import findings
from sojourn.service.registry.findings import BEYOND, Findings
from tests.unit.service.access.serving import Served

WORKSPACE = "kind: workspace\nid: shop\nenforce: {mode}\n"


def until(found: Callable[[], Any]) -> Any:
    end_s = time.monotonic() + 20
    while time.monotonic() < end_s:
        if result := found():
            return result
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def send(served: Served, *events: dict[str, Any]) -> None:
    calls = [{"type": "track", "userId": "ann", "event": "Odd", "properties": event} for event in events]
    assert served.keyed("server").post("/v1/batch", json={"batch": calls}).status_code == 200


def counts(served: Served) -> dict[tuple[str, str], tuple[int, int]]:
    rows = served.local().get("/api/registry").json()["rows"]
    return {(row["field"], row["found"]): (row["count"], row["refused"]) for row in rows}


def test_counts_are_exact_and_outlive_a_start(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    expected = {("", ""): (3, 0), ("a", "integer"): (2, 0), ("a", "string"): (1, 0)}
    with Served.of(folder) as served:
        send(served, {"a": 1}, {"a": 2}, {"a": "x"})
        until(lambda: counts(served) == expected)
    with Served.of(folder) as served:
        send(served, {"a": 3})
        until(lambda: counts(served)[("a", "integer")] == (3, 0))
        assert counts(served)[("", "")] == (4, 0)
        chosen = {"items": [{"subject": "Odd", "field": "a"}]}
        assert served.local().post("/api/registry/forget", json=chosen).json() == {"rows": 2}
        assert counts(served) == {("", ""): (4, 0)}
        answer = served.local().post("/api/registry/adopt", json={"items": [{"subject": "Od"}]})
        assert (answer.status_code, answer.json()["code"]) == (404, "REGISTRY-001")


def test_what_is_refused_is_told_and_counted(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    with Served.of(folder) as served:
        (folder / "workspace.yaml").write_text(WORKSPACE.format(mode="reject"))
        assert served.local().post("/api/publish", json={"ids": []}).status_code == 200
        send(served, {"a": 1})
        rejects = until(lambda: served.local().get("/api/rejects").json()["rows"])
        assert rejects[0]["code"] == "undeclared_event"
        until(lambda: counts(served).get(("", "")) == (1, 1))
        assert served.local().get("/api/profiles/ann").status_code == 404
        adopted = served.local().post("/api/registry/adopt", json={"items": [{"subject": "Odd"}]}).json()
        assert [(row["id"], row["created"]) for row in adopted["documents"]] == [("odd", True)]
        served.local().post("/api/publish", json={"ids": []}).raise_for_status()
        send(served, {"a": 1})
        until(lambda: served.local().get("/api/profiles/ann").status_code == 200)
        assert counts(served) == {}


def test_memory_is_bounded(monkeypatch: Any) -> None:
    from datetime import UTC, datetime

    monkeypatch.setattr(findings, "MOST", 3)
    gathered = Findings(lambda: datetime(2026, 3, 1, tzinfo=UTC))
    for n in range(10):
        gathered.note(Difference("property", "e", f"field {n}", "string", None, "x" * 10_000))
    found = gathered.take()
    assert len(found) == 4 and found[BEYOND].count == 7
    assert all(len(each.example or "") <= findings.EXAMPLE for each in found.values())
