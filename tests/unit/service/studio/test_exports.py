"""Reports as CSV, and the monitor, over HTTP."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.e2e.served import until
from tests.unit.service.access.serving import Served

JOURNEY = """
kind: journey
id: steps
entry: {type: event, event: signed_up}
nodes:
  - {id: first, type: email, template: hello, next: rest}
  - {id: rest, type: wait, for: 2d, next: over}
  - {id: over, type: end}
"""
PEOPLE = ["ann", "=cmd()", "zoe"]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with Served.of(tmp_path_factory.mktemp("exports") / "shop", {"steps.yaml": JOURNEY}) as found:
        found.local().post("/api/publish", json={"ids": ["steps"]}).raise_for_status()
        calls = [
            call
            for who in PEOPLE
            for call in (
                {"type": "identify", "userId": who, "traits": {"email": f"{len(who)}@example.com"}},
                {"type": "track", "userId": who, "event": "Signed Up"},
            )
        ]
        found.keyed("server").post("/v1/batch", json={"batch": calls}).raise_for_status()
        until(lambda: status(found)["entered"] == len(PEOPLE))
        yield found


def status(served: Served) -> Any:
    documents = served.local().get("/api/status").json()["documents"]
    return next(row for row in documents if row["id"] == "steps")


def table(client: httpx.Client, path: str) -> list[dict[str, str]]:
    answer = client.get(f"/api/documents/steps/export/{path}").raise_for_status()
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="steps-')
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_tables_of_a_report(served: Served) -> None:
    viewer = served.begun("vic", "viewer")
    nodes = table(viewer, "nodes.csv")
    assert [(row["id"], row["entered"]) for row in nodes] == [("first", "3"), ("rest", "3"), ("over", "0")]
    assert table(viewer, "channels.csv")[0]["targeted"] == "3"
    assert [row["entered"] for row in table(viewer, "breakdown.csv?by=day&zone=Asia/Seoul")] == ["3"]
    assert [table(viewer, f"{name}.csv") for name in ("links", "conversions", "refused")] == [[], [], []]
    assert viewer.get("/api/documents/steps/export/secrets.csv").status_code == 422
    assert viewer.get("/api/documents/nothing/export/nodes.csv").json()["code"] == "REPORT-001"


def test_profiles_are_for_who_may_see_them_and_it_is_recorded(served: Served) -> None:
    viewer, marketer, admin = (served.begun(name, name) for name in ("viewer", "marketer", "admin"))
    assert viewer.get("/api/documents/steps/export/people.csv").status_code == 403
    people = table(marketer, "people.csv?behind=arrived&node=rest")
    assert {row["profile"] for row in people} == {"ann", "'=cmd()", "zoe"}
    (newest, *_) = admin.get("/api/audit").json()["entries"]
    assert (newest["caller"], newest["action"], newest["subject"]) == (
        "user:marketer",
        "profiles.export",
        "journey/steps",
    )


def test_the_monitor_has_samples_and_goes_on_from_the_last_one(served: Served) -> None:
    viewer = served.begun("vic", "viewer")
    served.runtime.monitoring.take()
    first = viewer.get("/api/monitor").raise_for_status().json()
    assert (first["running"], first["speed"]) == (True, 1.0)
    assert first["appended"] == first["processed"] > 0
    series = first["series"]
    assert len(series["at"]) == len(series["levels"]["inside"]) == len(series["rates"]["sent"]) >= 1
    assert series["levels"]["inside"][-1] == 3
    served.runtime.monitoring.take()
    newer = viewer.get("/api/monitor", params={"after": series["at"][-1]}).json()["series"]
    assert newer["at"] and min(newer["at"]) > series["at"][-1]


def test_the_monitor_keeps_an_hour(served: Served) -> None:
    monitoring = served.runtime.monitoring
    assert monitoring._samples.maxlen == 720
    kept = monitoring._samples[-1]
    assert all(value >= 0 for value in (*kept.rates.values(), *kept.levels.values()))


def test_rejects_are_troubles(served: Served) -> None:
    bad = {"type": "track", "userId": "ann", "event": "Nothing of the kind", "timestamp": "yesterday"}
    served.keyed("server").post("/v1/batch", json={"batch": [bad]})
    viewer = served.begun("vic", "viewer")

    def rejects() -> Any:
        return [row for row in viewer.get("/api/monitor").json()["troubles"] if row["kind"] == "reject"]

    until(rejects)
    (told,) = rejects()
    assert (told["count"], told["detail"], told["document"]) == (1, None, None)


def test_a_channel_that_rests_is_a_trouble(served: Served) -> None:
    viewer = served.begun("vic", "viewer")

    def mail() -> Any:
        return next(row for row in viewer.get("/api/monitor").json()["channels"] if row["type"] == "email")

    until(lambda: mail()["lanes"] and mail()["lanes"][0]["trouble"])
    assert (mail()["pending"], mail()["sent"], mail()["lanes"][0]["id"]) == (3, 0, "mail")
    first = viewer.get("/api/monitor").json()["troubles"][0]
    assert (first["kind"], first["name"], first["at"]) == ("channel", "mail", None)
