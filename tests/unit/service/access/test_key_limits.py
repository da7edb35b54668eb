"""Keys over HTTP: rotated without downtime, limited by rate, and every request counted."""

from collections.abc import Iterator

import httpx
import pytest

from tests.unit.service.access.serving import Served

TRACK = {"type": "track", "userId": "ann", "event": "x"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with Served.of(tmp_path_factory.mktemp("keys") / "shop") as served:
        yield served


def make(served: Served, **wanted: object) -> tuple[str, str]:
    made = served.local().post("/api/keys", json={"role": "server", **wanted}).raise_for_status().json()
    return made["id"], made["secret"]


def track(served: Served, secret: str) -> httpx.Response:
    return served.client(auth=(secret, "")).post("/v1/batch", json={"batch": [TRACK]})


def row(served: Served, id: str) -> dict[str, object]:
    return next(key for key in served.local().get("/api/keys").json() if key["id"] == id)


def test_more_than_the_rate_waits_everywhere(served: Served) -> None:
    id, secret = make(served, rate="1/m")
    assert [track(served, secret).status_code, served.client(auth=(secret, "")).get("/api/status").status_code] == [
        200,
        429,
    ]
    told = track(served, secret)
    assert (told.status_code, told.json()["code"]) == (429, "rate_limited")
    assert 1 <= int(told.headers["retry-after"]) <= 60
    refused = served.client(auth=(secret, "")).get("/api/status")
    assert (refused.json()["code"], refused.json()["retryable"]) == ("KEY-002", True)
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    listed = row(served, id)
    assert (listed["calls"], listed["refused"], listed["rate"]) == (4, 3, "1/m")
    assert listed["used_at"] is not None
    changed = served.local().patch(f"/api/keys/{id}", json={"rate": None}).json()
    assert changed["rate"] is None and track(served, secret).status_code == 200


def test_a_key_is_rotated_without_downtime(served: Served) -> None:
    id, first = make(served)
    made = served.local().post(f"/api/keys/{id}/rotate", json={"grace": "1h"}).json()
    assert made["id"] == id and made["former_until"] is not None
    assert [track(served, secret).status_code for secret in (first, made["secret"])] == [200, 200]
    again = served.local().post(f"/api/keys/{id}/rotate", json={"grace": "0s"}).json()
    assert [track(served, secret).status_code for secret in (first, made["secret"], again["secret"])] == [401, 401, 200]
    entries = served.local().get("/api/audit").json()["entries"]
    assert [entry["action"] for entry in entries[:2]] == ["key.rotate", "key.rotate"]
    assert not [secret for secret in (first, made["secret"], again["secret"]) if secret in str(entries)]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/api/keys/nothing/rotate", {}, 404), ("PATCH", "/api/keys/nothing", {"rate": "1/s"}, 404),
        ("POST", "/api/keys", {"role": "server", "rate": "fast"}, 422),
        ("POST", "/api/keys/nothing/rotate", {"grace": "100d"}, 422),
    ],
    ids=["rotate nothing", "limit nothing", "no rate", "too long"],
)  # fmt: skip
def test_what_cannot_be_is_told(served: Served, method: str, path: str, body: object, status: int) -> None:
    assert served.local().request(method, path, json=body).status_code == status
