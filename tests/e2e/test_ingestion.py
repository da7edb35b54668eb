"""Ingestion as its clients see it: real requests to a real server, with the log on a disk."""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from sojourn.service.ingestion import Limits
from sojourn.service.request_body import BodyLimits
from tests.e2e.ingesting import Server, listening

SIZE = 512_000


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with listening(tmp_path, Limits(BodyLimits(SIZE, read_s=0.5), waiting_bytes=2 * SIZE)) as server:
        yield server


def track(**fields: object) -> dict[str, object]:
    return {"type": "track", "userId": "ann", "event": "Order Completed", **fields}


def test_a_batch_is_durable_when_it_is_answered(server: Server) -> None:
    answer = server.post("batch", {"batch": [track(properties={"total": 27.5}), track(messageId="m-2")]})
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    rows = server.items().select("kind", "profile_id", "name", "data", "message_id").rows()
    assert rows == [
        ("track", "ann", "Order Completed", '{"total": 27.5}', None),
        ("track", "ann", "Order Completed", "{}", "m-2"),
    ]


def test_single_calls_need_no_type(server: Server) -> None:
    assert server.post("track", {"userId": "ann", "event": "seen"}).json() == {"success": True}
    assert server.post("identify", {"userId": "ann", "traits": {"city": "Seoul"}}).json() == {"success": True}
    assert server.post("t", {"anonymousId": "x1", "event": "seen"}).json() == {"success": True}
    rows = server.items().select("kind", "profile_id", "name", "traits").rows()
    assert rows == [
        ("track", "ann", "seen", None),
        ("identify", "ann", None, '{"city": "Seoul"}'),
        ("track", "anon:x1", "seen", None),
    ]


def test_what_segment_python_sends(server: Server) -> None:
    body = (
        b'{"batch":[{"integrations":{},"anonymousId":null,"properties":{"orderId":"50314e2b","total":27.5},'
        b'"timestamp":"2026-01-02T03:04:05.000+00:00","context":{"library":{"name":"analytics-python"}},'
        b'"userId":"user-1","type":"track","event":"Order Completed","messageId":"82ea50bb"}],"writeKey":"%s"}'
    ) % server.ingest_key.encode()
    answer = server.client.post("/v1/batch", content=body, headers={"content-type": "application/json"})
    assert answer.json() == {"success": True}
    item = server.items().row(0, named=True)
    assert item["occurred_at"] == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert item["data"] == '{"orderId":"50314e2b","total":27.5}'


def test_what_rudder_node_sends(server: Server) -> None:
    now = datetime.now(UTC)
    message = {
        "userId": "u1",
        "event": "Order Completed",
        "properties": {"total": 1},
        "type": "track",
        "channel": "server",
        "context": {"traits": {"plan": "pro"}},
        "originalTimestamp": (now - timedelta(hours=5)).isoformat(),
        "messageId": "83918824",
        "sentAt": (now - timedelta(hours=4)).isoformat(),
    }
    body = gzip.compress(json.dumps({"batch": [message], "sentAt": now.isoformat()}).encode())
    kind = {"content-type": "application/x-www-form-urlencoded", "content-encoding": "gzip"}
    assert server.post("batch", body, **kind).json() == {"success": True}
    item = server.items().row(0, named=True)
    assert item["traits"] == '{"plan": "pro"}'
    assert abs(item["occurred_at"] - (now - timedelta(hours=1))) < timedelta(minutes=1)


def test_a_bad_item_does_not_spoil_its_batch(server: Server) -> None:
    calls = [
        track(event="first"), track(event=7), {"type": "tracc", "userId": "ann"}, {"type": "track", "event": "nobody"},
        "text", track(timestamp="yesterday"), track(properties=[1]), track(properties={"text": "x" * 40_000}),
        {"type": "alias", "userId": "b"}, {"type": "trigger", "id": "j", "userId": "ann"},
        track(userId="i" * 501), track(event="last"),
    ]  # fmt: skip
    assert server.post("batch", {"batch": calls}).json() == {"success": True}
    assert server.items()["name"].to_list() == ["first", "last"]
    assert [(reject.line, reject.code) for reject in server.rejects.kept] == [
        (2, "bad_item"), (3, "bad_item"), (4, "no_profile"), (5, "bad_item"), (6, "bad_item"), (7, "not_an_object"),
        (8, "too_large"), (9, "no_previous"), (10, "not_allowed"), (11, "too_long"),
    ]  # fmt: skip
    assert json.loads(server.rejects.kept[0].item)["event"] == 7
    assert "$.timestamp" in server.rejects.kept[4].reason


def test_half_a_surrogate_pair_spoils_nothing(server: Server) -> None:
    body = (
        b'{"batch":[{"type":"track","userId":"a","event":"e","properties":{"t":"cut \\ud83d"}},'
        + json.dumps(track()).encode()
        + b"]}"
    )
    assert server.post("batch", body).json() == {"success": True}
    assert server.items()["data"].to_list() == ['{"t": "cut ?"}', "{}"]


def test_our_own_items_take_a_server_key(server: Server) -> None:
    calls = [
        {"type": "feedback", "userId": "ann", "kind": "opened", "of": "journey/node"},
        {"type": "subscription", "userId": "ann", "channel": "email", "status": "unsubscribed"},
        {"type": "subscription", "userId": "ann", "group": "newsletter", "status": "subscribed"},
        {"type": "trigger", "id": "welcome", "userId": "ann", "properties": {"a": 1}},
        {"type": "inbound", "channel": "sms", "userId": "ann", "text": "STOP"},
        {"type": "location", "userId": "ann", "lat": 37.5, "lon": 127},
        {"type": "session", "userId": "ann"},
        {"type": "track", "event": "Flight Cancelled"},
        {"type": "row", "entity": "booking", "row": {"id": 1}},
    ]
    assert server.post("batch", {"batch": calls}, key=server.server_key).json() == {"success": True}
    assert server.codes() == []
    assert server.items().select("kind", "profile_id", "name", "data").rows() == [
        ("feedback", "ann", "opened", '{"of":"journey/node"}'),
        ("subscription", "ann", "channel:email", '{"status":"unsubscribed"}'),
        ("subscription", "ann", "group:newsletter", '{"status":"subscribed"}'),
        ("trigger", "ann", "welcome", '{"a": 1}'),
        ("inbound", "ann", "sms", '{"text":"STOP"}'),
        ("location", "ann", None, '{"lat":37.5,"lon":127.0}'),
        ("session", "ann", None, None),
        ("track", None, "Flight Cancelled", "{}"),
        ("row", None, "booking", '{"op":"u","row":{"id":1}}'),
    ]


def test_a_retry_is_taken_once(server: Server) -> None:
    call = track(messageId="m-1")
    server.post("batch", {"batch": [call, call]})
    server.post("batch", {"batch": [track(messageId="m-2"), call]})
    server.post("track", track(messageId="m-1", userId="ben"))
    assert server.items().select("profile_id", "message_id").rows() == [("ann", "m-1"), ("ann", "m-2"), ("ben", "m-1")]


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b'{"batch": [', {}, 400, "unreadable"),
        (b'{"batch": 7}', {}, 400, "unreadable"),
        (b"\xff\xfe", {}, 400, "unreadable"),
        (b"[" * 100_000, {}, 400, "unreadable"),
        (b"", {}, 400, "unreadable"),
        (b"not gzip", {"content-encoding": "gzip"}, 400, "bad_gzip"),
        (gzip.compress(b'{"batch": []}', mtime=0)[:-9], {"content-encoding": "gzip"}, 400, "bad_gzip"),
        (b"{}", {"content-encoding": "br"}, 415, "unsupported_encoding"),
        (b" " * (SIZE + 1), {}, 413, "too_large"),
        (gzip.compress(b" " * 50_000_000, mtime=0), {"content-encoding": "gzip"}, 413, "too_large"),
    ],
)
def test_a_body_that_cannot_be_read_is_said_to_be(
    server: Server, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    answer = server.post("batch", body, **headers)
    assert (answer.status_code, answer.json()["code"], answer.json()["success"]) == (status, code, False)
    assert answer.json()["message"]
    assert server.post("track", track()).status_code == 200


def test_unknown_keys_are_refused(server: Server) -> None:
    for answer in (
        server.post("track", track(), key="wrong"),
        server.client.post("/v1/track", json=track()),
        server.client.post("/v1/track", json=track(writeKey="wrong")),
        server.client.post("/v1/track", json=track(), headers={"authorization": "Basic ???"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert server.items().is_empty()


def test_unknown_addresses_and_methods_are_refused(server: Server) -> None:
    assert server.post("nothing", {}).status_code == 404
    assert server.client.get("/v1/track").status_code == 405


def test_a_browser_may_ask_and_send(server: Server) -> None:
    origin = {"origin": "https://shop.example"}
    asked = server.client.options("/v1/t", headers=origin)
    assert asked.headers["access-control-allow-origin"] == "https://shop.example"
    assert "authorization" in asked.headers["access-control-allow-headers"]
    wanted = {"access-control-request-headers": "authorization,rsa-retry-attempt,x-retry-count"}
    again = server.client.options("/v1/t", headers=origin | wanted)
    assert again.headers["access-control-allow-headers"] == wanted["access-control-request-headers"]
    strange = server.client.options("/v1/t", headers=origin | {"access-control-request-headers": "a: b; <c>"})
    assert "authorization" in strange.headers["access-control-allow-headers"]
    sent = server.post("t", track(), **origin)
    assert sent.headers["access-control-allow-origin"] == "https://shop.example"
    assert sent.headers["access-control-expose-headers"] == "retry-after", "a page waits as long as it is told"
    refused = server.post("t", track(), key="wrong", **origin)
    assert refused.headers["access-control-allow-origin"] == "https://shop.example"


def test_absurd_and_future_instants_become_the_instant_of_arrival(server: Server) -> None:
    future = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    calls = [
        track(timestamp=t) for t in ("1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", future)
    ]
    assert server.post("batch", {"batch": calls}).json() == {"success": True}
    items = server.items()
    assert items["occurred_at"].to_list() == items["at"].to_list()
    assert items.height == 4


def test_a_full_disk_is_said_and_the_server_goes_on(server: Server) -> None:
    server.post("track", track())
    writing = server.log._batches._writing
    writing.execute(f"pragma max_page_count = {writing.execute('pragma page_count').fetchone()[0]}")
    big = {"batch": [track(messageId=f"m-{n}", properties={"n": random.randbytes(5000).hex()}) for n in range(40)]}
    answer = server.post("batch", big)
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (507, "LOG-001", "1")
    writing.execute("pragma max_page_count = 1000000")
    assert server.post("batch", big).json() == {"success": True}
    assert server.items().height == 41


def test_a_slow_sender_is_sent_away(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as slow:
        slow.sendall(b"POST /v1/track HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        slow.settimeout(5)
        assert b"408" in slow.recv(1000)


def test_too_much_at_once_is_told_to_come_back(server: Server) -> None:
    head = b"POST /v1/track HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n"
    waiting = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(2)]
    for each in waiting:
        each.sendall(head + b"x" * 499_990)  # what was only announced takes no room
    time.sleep(0.2)
    answer = server.post("batch", {"batch": [track(properties={"n": "x" * 30_000})]})
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (429, "busy", "1")
    for each in waiting:
        each.close()
    time.sleep(0.1)
    assert server.post("track", track()).status_code == 200


def test_many_clients_at_once_lose_nothing(server: Server) -> None:
    async def send_all() -> list[int]:
        auth = httpx.BasicAuth(server.ingest_key, "")
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", auth=auth) as client:
            bodies = [{"batch": [track(messageId=f"{n}-{m}") for m in range(10)]} for n in range(60)]
            answers = await asyncio.gather(*(client.post("/v1/batch", json=body) for body in bodies))
            return [answer.status_code for answer in answers]

    assert asyncio.run(send_all()) == [200] * 60
    assert server.items()["message_id"].n_unique() == 600


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/x-www-form-urlencoded", None])
@pytest.mark.parametrize(
    "endpoint",
    ["track", "t", "identify", "i", "page", "p", "screen", "s", "group", "g", "alias", "a", "batch", "b"],
)
def test_all_routes_take_any_content_type(server: Server, endpoint: str, kind: str | None) -> None:
    call = {"userId": "ann", "event": "seen", "groupId": "acme", "previousId": "x"}
    body = json.dumps({"batch": [{"type": "track", **call}]} if endpoint in ("batch", "b") else call)
    request = server.client.build_request("POST", f"/v1/{endpoint}", content=body)
    if kind is not None:
        request.headers["content-type"] = kind
    answer = server.client.send(request, auth=(server.ingest_key, ""))
    assert (answer.status_code, answer.content) == (200, b'{"success":true}')
    assert server.items().height == 1


def test_a_browser_gets_what_segment_s_client_loads_first(server: Server) -> None:
    place = f"/v1/projects/{server.ingest_key}/settings"
    answer = server.client.get(place, headers={"origin": "https://shop.example"})
    assert answer.headers["access-control-allow-origin"] == "https://shop.example"
    sender = answer.json()["integrations"]["Segment.io"]
    assert (sender["apiKey"], sender["apiHost"], sender["protocol"]) == (
        server.ingest_key, f"127.0.0.1:{server.port}/v1", "http",
    )  # fmt: skip
    secure = server.client.get(place, headers={"x-forwarded-proto": "https", "host": "data.shop.example"}).json()
    sender = secure["integrations"]["Segment.io"]
    assert (sender["apiHost"], sender["protocol"]) == ("data.shop.example/v1", "https")
    assert "apiHost" not in server.client.get(place, headers={"host": 'x"y'}).json()["integrations"]["Segment.io"]
    assert server.client.get("/v1/projects/wrong/settings").json()["code"] == "unauthorized"
    assert server.client.post(place).status_code == 405


def test_a_browser_gets_what_rudderstack_s_client_loads_first(server: Server) -> None:
    asked = {"p": "npm", "v": "3.34.1", "writeKey": server.ingest_key}
    for auth in ((server.ingest_key, ""), None):
        source = server.client.get("/sourceConfig/", params=asked, auth=auth).json()["source"]
        assert (source["enabled"], source["destinations"], source["connections"]) == (True, [], [])
        assert source["config"]["statsCollection"] == {"errors": {"enabled": False}, "metrics": {"enabled": False}}
    assert server.client.get("/sourceConfig/", params={"writeKey": "wrong"}).status_code == 401
    assert server.client.get("/sourceConfig").status_code == 401


def test_an_id_that_was_sent_again_days_later_is_known(server: Server) -> None:
    server.post("track", track(messageId="m-1"))
    for n in range(30):
        server.post("batch", {"batch": [track(messageId=f"{n}-{m}") for m in range(100)]})
    assert server.post("track", track(messageId="m-1")).json() == {"success": True}
    assert server.items().filter(server.items()["message_id"] == "m-1").height == 1


def test_inflated_bodies_count_as_what_they_are(server: Server) -> None:
    big = gzip.compress(json.dumps({"batch": [track(properties={"n": "x" * 20_000}) for _ in range(24)]}).encode())
    answers = []

    def send() -> None:
        with httpx.Client(base_url=str(server.client.base_url), auth=(server.ingest_key, "")) as client:
            answers.append(client.post("/v1/batch", content=big, headers={"content-encoding": "gzip"}))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} <= {200, 429}
    taken = sum(answer.status_code == 200 for answer in answers)
    assert server.items().height == 24 * taken > 0
