"""What a page tells counts once, however often and however much at once it is told."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sojourn.messages.tokens import Signer, Ticket
from sojourn.store.inbox import Inbox, Shown
from tests.unit.service.access.serving import Served


def test_a_view_that_is_replayed_all_at_once_counts_once(tmp_path: Path) -> None:
    (tmp_path / "workspace.yaml").write_text("kind: workspace\nid: shop\n")
    with Served.of(tmp_path) as served:
        runtime = served.runtime
        now_s = int(runtime.clock.now().timestamp())
        token = Signer(runtime.secret).sign("m", Ticket(7, "ann", "welcome/note", now_s, channel="in_app"))
        inbox = Inbox(runtime.places.data)
        inbox.put([Shown(7, "in_app", "ann", token, now_s, now_s + 1_000, {"title": "Hi"})], now_s)
        inbox.close()
        key = runtime.keys.create("ingest", runtime.clock.now())
        report = {"writeKey": key, "events": [{"token": token, "kind": "viewed"}]}
        client = served.client()
        with ThreadPoolExecutor(12) as pool:
            posts = [pool.submit(client.post, "/sdk/v1/reports", json=report) for _ in range(36)]
        assert {post.result().status_code for post in posts} == {200}
        assert runtime.log.read(0, 100).filter(name="viewed").height == 1


@pytest.mark.parametrize("name", ["session", "location"])
def test_what_is_told_again_with_its_id_counts_once(tmp_path: Path, name: str) -> None:
    (tmp_path / "workspace.yaml").write_text("kind: workspace\nid: shop\n")
    with Served.of(tmp_path) as served:
        key = served.runtime.keys.create("ingest", served.runtime.clock.now())
        call = {"writeKey": key, "anonymousId": "v", "messageId": "m-1", "lat": 37.5, "lon": 127.0}
        client = served.client()
        with ThreadPoolExecutor(6) as pool:
            posts = [pool.submit(client.post, f"/sdk/v1/{name}", json=call) for _ in range(18)]
        assert {post.result().status_code for post in posts} == {200}
        for other in ({"messageId": "m-2"}, {"anonymousId": "w"}, {"messageId": None}, {"messageId": None}):
            assert client.post(f"/sdk/v1/{name}", json=call | other).status_code == 200
        as_event = {"type": name, "anonymousId": "v", "messageId": "m-1", "lat": 1, "lon": 2}
        answer = client.post("/v1/batch", json={"writeKey": key, "batch": [as_event]})
        assert answer.json() == {"success": True}, "the SDK sends it like this, so that it is kept until it arrived"
        assert served.runtime.log.read(0, 100).filter(kind=name).height == 5
