"""What Prometheus reads of a served workspace: read by the parsers of its own client library."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import httpx
import pytest
import yaml
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from tests.unit.service.access.serving import Served

GUIDE = Path(__file__).resolve().parents[4] / "docs" / "guide"
PAGE = (GUIDE / "monitoring.md").read_text(encoding="utf-8")
SIGNED_UP = [
    {"type": "identify", "userId": "ann", "traits": {"email": "ann@example.com"}},
    {"type": "track", "userId": "ann", "event": "Signed Up"},
]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with Served.of(tmp_path / "shop") as served:
        yield served


class Scrape(dict[str, dict[tuple[tuple[str, str], ...], float]]):
    """Samples by name and labels."""

    def of(self, name: str, **labels: str) -> float:
        return self.get(name, {}).get(tuple(sorted(labels.items())), 0.0)


def scrape(client: httpx.Client, accept: str = "application/openmetrics-text; version=1.0.0") -> Scrape:
    answer = client.get("/metrics", headers={"Accept": accept}).raise_for_status()
    is_open = answer.headers["content-type"].startswith("application/openmetrics-text")
    assert is_open == ("openmetrics" in accept)
    parse = openmetrics.text_string_to_metric_families if is_open else text_string_to_metric_families
    found = Scrape()
    for family in parse(answer.text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found


def test_a_key_for_metrics_reads_them_and_nothing_else(served: Served) -> None:
    secret = served.runtime.keys.create("metrics", served.runtime.clock.now())
    key = served.client(auth=(secret, ""))
    assert scrape(key).of("sojourn_engine_running") == 1
    assert scrape(key, "text/plain").of("sojourn_engine_running") == 1
    for path in ("/api/status", "/api/monitor", "/api/profiles"):
        assert key.get(path).status_code == 403
    assert key.post("/v1/batch", json={"batch": SIGNED_UP}).status_code == 403
    inbox = served.client().post("/sdk/v1/messages", json={"writeKey": secret, "anonymousId": "a"})
    assert (inbox.status_code, inbox.json()["code"]) == (403, "SDK-007")
    assert served.client().get("/metrics").status_code == 401
    assert served.keyed("ingest").get("/metrics").status_code == 403


def test_what_happens_is_counted(served: Served) -> None:
    served.local().post("/api/publish", json={"ids": []}).raise_for_status()
    sender, reader = served.keyed("server"), served.keyed("metrics")
    sender.post("/v1/batch", json={"batch": SIGNED_UP}).raise_for_status()
    sender.post("/v1/batch", json={"batch": [{"type": "track", "userId": "ann"}]}).raise_for_status()
    sender.get("/api/documents/welcome/report").raise_for_status()
    until(lambda: scrape(reader).of("sojourn_messages_decided_total", type="email") == 1)
    until(lambda: scrape(reader).of("sojourn_items_rejected_total", source="http") == 1)
    found = scrape(reader)
    assert found.of("sojourn_items_appended_total") >= 2
    assert found.of("sojourn_lag_items") == 0
    assert found.of("sojourn_ingestion_refused_total", code="no_event") == 1
    assert found.of("sojourn_passages") == 1
    assert found.of("sojourn_http_request_seconds_count", route="/v1/batch", method="POST", status="200") == 2
    report = {"route": "/api/documents/{id}/report", "method": "GET", "status": "200"}
    assert found.of("sojourn_http_request_seconds_count", **report) == 1
    assert found.of("sojourn_turn_seconds_count") > 0
    assert found.of("sojourn_file_bytes", file="store") > 0
    assert 0 < found.of("sojourn_disk_free_bytes") <= found.of("sojourn_disk_bytes")
    assert found.of("process_resident_memory_bytes") > 0
    assert found["sojourn_build_info"]


def test_a_store_that_cannot_be_read_is_told_and_the_rest_is_there(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> duckdb.DuckDBPyConnection:
        raise duckdb.IOException("the disk is gone")

    monkeypatch.setattr(served.runtime, "cursor", refuse)
    found = scrape(served.keyed("metrics"))
    assert found.of("sojourn_store_readable") == 0
    assert "sojourn_passages" not in found
    assert found.of("sojourn_engine_running") == 1


def test_strangers_make_no_series(served: Served) -> None:
    stranger = served.client()
    for n in range(30):
        stranger.get(f"/api/{n}")
        stranger.post(f"/v1/{n}")
        stranger.get(f"/{n}")
        stranger.request("PROPFIND", "/healthz")
    series = [dict(labels) for labels in scrape(served.keyed("metrics"))["sojourn_http_request_seconds_count"]]
    assert {labels["route"] for labels in series} == {"/api/other", "/v1/other", "studio", "/healthz"}
    assert {labels["method"] for labels in series} == {"GET", "POST", "other"}


def test_the_rules_and_the_dashboard_of_the_guide_ask_for_what_there_is(served: Served) -> None:
    rules = yaml.safe_load(re.findall(r"```yml\n(# sojourn-alerts.*?)```", PAGE, re.S)[0])
    dashboard = json.loads((GUIDE / "monitoring" / "grafana.json").read_text())
    asked = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    asked += [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    named = {name for expr in asked for name in re.findall(r"\b(?:sojourn|process)_\w+", expr)}
    assert len(asked) > 20
    answer = served.keyed("metrics").get("/metrics", headers={"Accept": "text/plain"}).text
    known = set()
    for family in text_string_to_metric_families(answer):
        endings = {"histogram": ("_bucket", "_count", "_sum"), "counter": ("_total",)}.get(family.type, ("",))
        known |= {family.name.removesuffix("_total") + ending for ending in endings}
    assert named - known == {"sojourn_backup_timestamp_seconds"}, "it is there from the first backup on"
    table = set(
        re.findall(
            r"`(\w+)(?:\{[\w,]+\})?`",
            PAGE.split("## Prometheus")[1].split("## Alerts")[0],
        )
    )
    stems = {name.removeprefix("sojourn_").removesuffix("_bucket") for name in known}
    assert {name for name in table if name.endswith(("_total", "_seconds", "_bytes"))} - stems - {
        "backup_timestamp_seconds", "housekeeping_timestamp_seconds", *known
    } == set()  # fmt: skip


def test_prometheus_itself_takes_the_rules(tmp_path: Path) -> None:
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed")
    (tmp_path / "rules.yml").write_text(re.findall(r"```yml\n(# sojourn-alerts.*?)```", PAGE, re.S)[0])
    done = subprocess.run(
        ["promtool", "check", "rules", tmp_path / "rules.yml"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def until(condition: object) -> None:
    end = time.monotonic() + 60
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)
