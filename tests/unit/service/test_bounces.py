"""A bounce counts once, however many read its mail at once."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.e2e.served import until
from tests.unit.service.access.serving import Served

DOCUMENTS = """
{kind: workspace, id: shop}
---
{kind: entity, id: profile, attributes: {email: string}}
---
{kind: event, id: bought}
---
{kind: template, id: hi, channel: email, subject: Hi, text: Hi}
---
{kind: triggered, id: thanks, trigger: [{event: bought}], messages: [{channel: email, template: hi}]}
"""


def test_a_mail_that_two_read_at_once_counts_once(tmp_path: Path) -> None:
    (tmp_path / "documents.yaml").write_text(DOCUMENTS)
    with Served.of(tmp_path) as served:
        admin, server = served.local(), served.keyed("server")
        admin.post("/api/publish", json={"ids": ["thanks"]}).raise_for_status()
        ann = {"userId": "ann"}
        calls = [{"type": "identify", **ann, "traits": {"email": "ann@example.com"}},
                 {"type": "track", **ann, "event": "bought"}]  # fmt: skip
        server.post("/v1/batch", json={"batch": calls}).raise_for_status()
        outbox = tmp_path / "data" / "outbox" / "email.ndjson"
        until(lambda: outbox.exists() and outbox.read_text())
        key = json.loads(outbox.read_text().splitlines()[0])["key"]
        told = {"reports": [{"kind": "soft_bounced", "status": "4.2.2", "keys": [key]}] * 3}
        with ThreadPoolExecutor(8) as pool:
            answers = [pool.submit(admin.post, "/api/bounces", json=told) for _ in range(16)]
        counts = [answer.result().raise_for_status().json() for answer in answers]
        assert sum(count["soft_bounced"] for count in counts) == 1
        assert sum(count["known"] for count in counts) == 47
        assert served.runtime.log.read(0, 100).filter(name="soft_bounced").height == 1
