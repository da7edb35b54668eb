"""A channel that sends at most once, in a server that is killed while hundreds of mails are under way."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.e2e.served import Mailbox, Shop, command, until

PEOPLE = 300


class Slow(Mailbox):
    """An SMTP server that takes its time for each mail, so that some are under way at any moment."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        time.sleep(0.01)
        return answer


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[tuple[Shop, Slow]]:
    mailbox = Slow()
    mailbox.start()
    shop = Shop(tmp_path / "shop", mailbox.port)
    shop.init()
    shop.edit("channels.yaml", "default: true", "default: true\nat_most_once: true")
    yield shop, mailbox
    shop.stop()
    mailbox.stop()


@pytest.mark.timeout(300)
def test_nobody_gets_a_mail_twice_and_each_is_accounted_for(shop: tuple[Shop, Slow]) -> None:
    site, mailbox = shop
    site.start()
    command("publish", "--all", "--workspace", site.folder)
    people = [f"p{n}" for n in range(PEOPLE)]
    site.send(*(
        {"type": "identify", "userId": id, "traits": {"email": f"{id}@example.com"}} for id in people
    ))  # fmt: skip
    site.send(*({"type": "track", "userId": id, "event": "Signed Up"} for id in people))
    for share in (0.2, 0.5):
        until(lambda share=share: len(mailbox.mails) >= PEOPLE * share, 60)  # type: ignore[misc]
        site.kill()
        site.start()
    until(lambda: not parts(site)["pending"], 120)
    told = parts(site)
    assert told["targeted"] == PEOPLE == told["sent"] + told["failed"]
    counts = Counter(str(mail["To"]) for mail in mailbox.mails)
    assert max(counts.values()) == 1, "a mail came twice"
    assert told["sent"] <= len(counts), "nothing counts as sent that did not come"
    letters = site.client().get("/api/dead-letters", params={"limit": 1_000}).raise_for_status().json()
    assert letters["total"] == told["failed"] > 0, "each kill met mails under way"
    assert all("may have been handed over" in row["reason"] for row in letters["rows"])
    missing = {f"{id}@example.com" for id in people} - counts.keys()
    assert missing <= {f"{row['profile']}@example.com" for row in letters["rows"]}, "who got nothing is on the list"


def parts(site: Shop) -> dict[str, Any]:
    report = site.client().get("/api/documents/welcome/report").raise_for_status().json()
    return dict(report["totals"])
