"""What a page reports of a message counts once, however often and however much at once it is told."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

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
