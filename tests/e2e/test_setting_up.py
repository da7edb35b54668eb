"""What the set-up pages ask the server: what arrives, what is rejected, rows, and things tried for real."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sojourn.cli.init import init
from tests.e2e.served import Mailbox, until
from tests.outside import Elsewhere, elsewhere
from tests.unit.service.access.serving import Served

SECRET = 'hunter2 & more/"x"'
DOCUMENTS = f"""
kind: entity
id: rental
key: rental_id
attributes: {{rental_id: integer, customer: string, due: date}}
links: {{who: {{to: profile, on: {{customer: profile_id}}}}}}
---
kind: source
id: weather
request: {{url: "URL/weather/{{{{ city }}}}", headers: {{X-Api-Token: in-a-header}}}}
auth: {{type: bearer, token: {json.dumps(SECRET)}}}
parameters: {{city: string, days: integer}}
response: {{temp: integer, sky: string, echo: string}}
"""


@pytest.fixture(scope="module")
def outside() -> Iterator[Elsewhere]:
    with elsewhere() as found:
        yield found


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    made = Mailbox()
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, outside: Elsewhere) -> Iterator[Served]:
    folder = Path(tmp_path_factory.mktemp("setting-up")) / "shop"
    files = {
        "more.yaml": DOCUMENTS.replace("URL", outside.url),
        "workspace.yaml": "kind: workspace\nid: shop\nallow_private_hosts: [127.0.0.1]\n",
    }
    init(folder, force=False)
    with Served.of(folder, files) as made:
        assert made.runtime.problems is None, made.runtime.problems
        yield made


@pytest.fixture(scope="module")
def tess(served: Served) -> httpx.Client:
    """Somebody technical."""
    return served.begun("tess", "technical")


def ok(answer: httpx.Response) -> Any:
    assert answer.is_success, answer.text
    return answer.json()


def send(served: Served, *calls: dict[str, Any]) -> None:
    ok(served.keyed("server").post("/v1/batch", json={"batch": list(calls)}))


def shown(tess: httpx.Client, **params: Any) -> list[str]:
    return [row["profile"] for row in ok(tess.get("/api/incoming", params=params))["rows"]]


def test_what_arrives_is_shown_the_newest_first_and_goes_on(served: Served, tess: httpx.Client) -> None:
    for name in ("eva", "udo", "eva"):
        send(served, {"type": "track", "userId": name, "event": "Signed Up", "properties": {"by": name}})
    page = ok(tess.get("/api/incoming"))
    assert [row["profile"] for row in page["rows"][:3]] == ["eva", "udo", "eva"]
    assert page["rows"][1]["data"] == {"by": "udo"} and page["rows"][1]["name"] == "Signed Up"
    assert ok(tess.get("/api/incoming", params={"after": page["end"]}))["rows"] == []
    send(served, {"type": "identify", "userId": "ida", "traits": {"email": "i@example.com"}})
    anew = ok(tess.get("/api/incoming", params={"after": page["end"]}))
    assert [(row["kind"], row["traits"]) for row in anew["rows"]] == [("identify", {"email": "i@example.com"})]
    assert anew["skipped"] == 0
    first = ok(tess.get("/api/incoming", params={"limit": 2, "kind": "track"}))
    rest = ok(tess.get("/api/incoming", params={"limit": 2, "kind": "track", "before": first["next"]}))
    assert [row["profile"] for row in (*first["rows"], *rest["rows"])] == ["eva", "udo", "eva"]
    assert rest["next"] is None
    assert shown(tess, profile="udo") == ["udo"] and shown(tess, name="Wedding") == []
    behind = ok(tess.get("/api/incoming", params={"after": 0, "limit": 1}))
    assert len(behind["rows"]) == 1 and behind["skipped"] == behind["end"] - 1


def test_what_is_rejected_is_shown_with_its_reason(served: Served, tess: httpx.Client) -> None:
    served.keyed("server").post("/v1/batch", json={"batch": [{"type": "track", "userId": "x"}, {"type": "track"}]})
    until(lambda: len(ok(tess.get("/api/rejects"))["rows"]) == 2)
    page = ok(tess.get("/api/rejects", params={"limit": 1}))
    assert sum(each["count"] for each in page["codes"]) == 2 and page["rows"][0]["source"] == "http"
    rest = ok(tess.get("/api/rejects", params={"before": page["next"]}))
    assert rest["next"] is None and rest["codes"] is None and '"userId":"x"' in rest["rows"][0]["item"].replace(" ", "")
    code = page["rows"][0]["code"]
    assert {row["code"] for row in ok(tess.get("/api/rejects", params={"code": code}))["rows"]} == {code}


def test_rows_of_an_entity(served: Served, tess: httpx.Client) -> None:
    for number in (1, 2, 30):
        row = {"rental_id": number, "customer": f"c{number}", "due": "2026-01-02"}
        send(served, {"type": "row", "entity": "rental", "op": "u", "row": row})
    until(lambda: ok(tess.get("/api/entities/rental/rows"))["of"] == 3)
    page = ok(tess.get("/api/entities/rental/rows", params={"limit": 2}))
    assert page["columns"][0] == "rental_id" and [row["rental_id"] for row in page["rows"]] == [1, 2]
    rest = ok(tess.get("/api/entities/rental/rows", params={"after": page["next"]}))
    assert [row["customer"] for row in rest["rows"]] == ["c30"] and rest["next"] is None
    found = ok(tess.get("/api/entities/rental/rows", params={"search": "C3"}))["rows"]
    assert found == [{"rental_id": 30, "customer": "c30", "due": "2026-01-02"}]
    for missing in ("wedding", "profile"):
        assert tess.get(f"/api/entities/{missing}/rows").status_code == 404


def source(served: Served, tess: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = ok(tess.get("/api/drafts/source/weather"))["document"]
    return found


def test_a_source_is_tried_for_real_and_shows_no_secret(served: Served, tess: httpx.Client, outside: Elsewhere) -> None:
    outside.text = json.dumps({"temp": "4", "sky": "grey", "echo": f"Bearer {SECRET}, in-a-header"}).encode()
    document = source(served, tess)
    assert SECRET not in json.dumps(document)
    answer = tess.post("/api/try/call", json={"document": document, "parameters": {"city": "São Paulo", "days": "3"}})
    told = ok(answer)
    assert outside.asked[-1].headers["authorization"] == f"Bearer {SECRET}"
    assert told["status"] == "200" and told["fields"]["temp"] == 4 and told["reply"]["code"] == 200
    assert told["request"]["url"].endswith("/weather/S%C3%A3o%20Paulo") and told["took_ms"] > 0
    assert told["fields"]["echo"] == "Bearer •••, •••"
    assert "hunter2" not in answer.text and "in-a-header" not in answer.text
    entry = ok(served.begun("root", "admin").get("/api/audit", params={"document": "weather"}))["entries"][0]
    assert entry["action"] == "source.try" and entry["caller"] == "user:tess"


def test_a_source_that_is_not_saved_is_tried_as_it_stands(
    served: Served, tess: httpx.Client, outside: Elsewhere
) -> None:
    document = {**source(served, tess), "request": {"url": f"{outside.url}/scripted"}, "response": {}}
    outside.script[:] = [503]
    told = ok(tess.post("/api/try/call", json={"document": document}))
    assert told["status"] == "503" and not outside.script and outside.paths()[-1] == "/scripted"
    assert outside.paths().count("/scripted") == 1, "a try is one attempt"


@pytest.mark.parametrize(
    ("change", "parameters", "status", "word"),
    [
        ({}, {"days": "many"}, 422, "days"),
        ({}, {"town": "Rome"}, 422, "no parameter"),
        ({"request": {}}, {}, 409, "url"),
        ({"kind": "journey"}, {}, 422, "cannot be tried"),
    ],
    ids=["type", "name", "errors", "kind"],
)
def test_what_cannot_be_tried_is_told(
    served: Served, tess: httpx.Client, change: dict[str, Any], parameters: dict[str, Any], status: int, word: str
) -> None:
    body = {"document": {**source(served, tess), **change}, "parameters": parameters}
    answer = tess.post("/api/try/call", json=body)
    assert answer.status_code == status and word in answer.text


def test_credentials_that_fit_no_header_are_told(served: Served, tess: httpx.Client) -> None:
    document = {**source(served, tess), "auth": {"type": "bearer", "token": "pässwörd"}}
    told = ok(tess.post("/api/try/call", json={"document": document}))
    assert told["status"] == "failed" and "ASCII" in told["detail"]


def test_a_private_address_is_not_reached(served: Served, tess: httpx.Client) -> None:
    document = {**source(served, tess), "request": {"url": "http://169.254.169.254/latest"}}
    told = ok(tess.post("/api/try/call", json={"document": document}))
    assert told["status"] == "failed" and "not on the public internet" in told["detail"] and told["reply"] is None


def test_a_channel_sends_one_test_message(served: Served, tess: httpx.Client, mailbox: Mailbox) -> None:
    document = ok(tess.get("/api/drafts/channel/mail"))["document"]
    document["settings"] = {**document["settings"], "port": mailbox.port}
    wanted = {"document": document, "to": "me@example.com", "fields": {"subject": "A test", "text": "It works."}}
    told = ok(tess.post("/api/try/message", json=wanted))
    assert told["outcome"] == "sent"
    [mail] = mailbox.to("me@example.com")
    assert mail["Subject"] == "A test" and "It works." in mail.as_string()
    assert ok(tess.post("/api/try/message", json={**wanted, "to": "a b"}))["outcome"] in ("failed", "bounced")
    document["settings"]["port"] = 1
    assert ok(tess.post("/api/try/message", json={**wanted, "document": document}))["outcome"] == "retry"


@pytest.mark.parametrize(
    ("to", "fields", "word"),
    [(None, {"text": "x"}, "address"), ("a@b.example", {}, "empty"), ("a@b.example", {"texte": "x"}, "text`")],
    ids=["address", "empty", "field"],
)
def test_a_test_message_must_be_whole(
    served: Served, tess: httpx.Client, to: str | None, fields: dict[str, Any], word: str
) -> None:
    document = ok(tess.get("/api/drafts/channel/mail"))["document"]
    answer = tess.post("/api/try/message", json={"document": document, "to": to, "fields": fields})
    assert answer.status_code == 422 and word in answer.text
