"""Numbers that no file holds and instants that are none are refused as such, wherever they are given."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.unit.service.access.serving import Served

HUGE = 2**64


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with Served.of(tmp_path_factory.mktemp("strange") / "shop") as served:
        yield served


@pytest.mark.parametrize(
    "path",
    [
        f"/api/approvals/{HUGE}", f"/api/approvals?before={HUGE}", f"/api/audit?before={HUGE}",
        f"/api/campaigns/x/runs/{HUGE}/transitions/y", f"/api/campaigns/x/runs/1/transitions/y?offset={HUGE}",
    ],
)  # fmt: skip
def test_a_number_that_is_too_large_is_refused(served: Served, path: str) -> None:
    answer = served.local().get(path)
    assert (answer.status_code, answer.json()["retryable"]) == (422, False)


@pytest.mark.parametrize("verb", ["approve", "refuse", "withdraw"])
def test_so_is_one_of_a_request(served: Served, verb: str) -> None:
    answer = served.local().post(f"/api/approvals/{HUGE}/{verb}", json={"comment": "x"})
    assert answer.status_code == 422


def test_an_event_of_the_past_has_an_instant(served: Served) -> None:
    def asked(timestamp: str) -> int:
        profile = {"id": "ann", "events": [{"event": "seen", "timestamp": timestamp}]}
        return served.local().post("/api/test-sessions", json={"profiles": [profile]}).status_code

    assert [asked("2026-03-02T00:00:00Z"), asked(""), asked("yesterday")] == [201, 422, 422]


def test_a_file_that_is_not_there_is_documented(served: Served) -> None:
    assert served.local().get("/api/written", params={"file": "nothing.ndjson"}).status_code == 404


STRANGE: list[dict[str, Any]] = [
    {},
    {"kind": "journey"},
    {"id": 7},
    {"channel": "email"},
    {"channel": "pigeon"},
    {"id": [1]},
]


@pytest.mark.parametrize("template", STRANGE, ids=str)
@pytest.mark.parametrize("others", [[], [{}], [{"kind": "block"}]], ids=["alone", "nothing", "block"])
def test_a_template_that_is_none_is_invalid(served: Served, template: dict[str, Any], others: list[Any]) -> None:
    wish = {"template": template, "others": others}
    answer = served.local().post("/api/templates/preview", json=wish)
    assert (answer.status_code, answer.json()["outcome"]) == (200, "invalid") and answer.json()["problems"]
    proof = served.local().post("/api/templates/proof", json={**wish, "to": "ann@example.com"})
    assert 400 <= proof.status_code < 500


@pytest.mark.parametrize(
    ("tables", "status"),
    [
        ({"nothing": []}, 404), ({"profile": [{"profile_id": "x"}]}, 404),
        ({"seat": [{"seat_id": "1", "n": 1}, {"seat_id": "1", "n": None}]}, 201),
    ],
)  # fmt: skip
def test_rows_of_a_test_session_are_of_an_entity(served: Served, tables: dict[str, Any], status: int) -> None:
    seat = {"kind": "entity", "id": "seat", "key": "seat_id", "attributes": {"seat_id": "string", "n": "integer"}}
    answer = served.local().post("/api/test-sessions", json={"tables": tables, "overrides": [seat]})
    assert answer.status_code == status, answer.text
