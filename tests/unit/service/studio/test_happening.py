"""Events that are sent from the studio: by whom, for whom, and what is kept of them."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sojourn.service.studio.allowance import MOST, Allowance
from sojourn.service.studio.happening import TooManyEvents
from tests.unit.service.access.serving import Served

PURCHASE = """
kind: event
id: bought
match: Order Completed
properties: {amount: {type: number}}
enforce: reject
"""
EVENT = {"event": "bought", "profile": "ann", "properties": {"amount": 3}}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("happening") / "shop"
    with Served.of(folder, {"bought.yaml": PURCHASE}) as found:
        yield found


def items(served: Served) -> list[dict[str, Any]]:
    return served.runtime.log.read(0, 1_000).to_dicts()


def address_of(served: Served, profile: str) -> str | None:
    for _ in range(1_000):
        answer = served.local().get(f"/api/profiles/{profile}")
        if answer.status_code == 200:
            return answer.json()["attributes"].get("email")
        time.sleep(0.02)
    return None


def test_a_marketer_lets_an_event_happen_under_its_incoming_name_and_it_is_recorded(served: Served) -> None:
    answer = served.begun("mia", "marketer").post("/api/try/event", json={**EVENT, "email": "ann@shop.example"})
    assert (answer.status_code, answer.json()) == (200, {"items": 2}), answer.text
    *_, identify, track = items(served)
    assert (identify["kind"], json.loads(identify["traits"])) == ("identify", {"email": "ann@shop.example"})
    assert (track["kind"], track["name"], track["profile_id"]) == ("track", "Order Completed", "ann")
    assert json.loads(track["data"]) == {"amount": 3}
    [entry] = [e for e in served.local().get("/api/audit").json()["entries"] if e["action"] == "event.send"]
    assert (entry["caller"], entry["subject"]) == ("user:mia", "event/bought")
    assert "ann@" not in json.dumps(entry)


def test_nobodys_mail_is_sent_elsewhere_by_a_test(served: Served) -> None:
    client = served.begun("mia", "marketer")
    first = {**EVENT, "profile": "bob", "email": "bob@shop.example"}
    assert client.post("/api/try/event", json=first).json() == {"items": 2}
    assert address_of(served, "bob") == "bob@shop.example"
    before = len(items(served))
    answer = client.post("/api/try/event", json={**first, "email": "mallory@elsewhere.example"})
    assert (answer.status_code, answer.json()["code"]) == (409, "TRY-005")
    assert len(items(served)) == before
    assert client.post("/api/try/event", json=first).json() == {"items": 1}


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"event": "bough"}, 404, "TRY-004"),
        ({"properties": {"amount": "much"}}, 422, "TRY-006"),
        ({"profile": ""}, 422, "HTTP-422"),
        ({"profile": "   "}, 422, "HTTP-422"),
    ],
)
def test_what_cannot_happen_says_why_and_leaves_no_trace(
    served: Served, more: dict[str, Any], status: int, code: str
) -> None:
    before = len(items(served))
    answer = served.local().post("/api/try/event", json={**EVENT, **more})
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert len(items(served)) == before


def test_a_viewer_lets_nothing_happen(served: Served) -> None:
    assert served.begun("vic", "viewer").post("/api/try/event", json=EVENT).status_code == 403


def test_so_many_in_an_hour_and_no_more() -> None:
    allowance = Allowance(TooManyEvents, lambda: 0.0)
    allowance.take("ann", MOST)
    with pytest.raises(TooManyEvents):
        allowance.take("ann", 1)
