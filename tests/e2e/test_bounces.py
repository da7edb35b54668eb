"""A mail is sent, bounces by mail, and its address is suppressed: by the Message-ID that came back, and by VERP."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.served import Mailbox, Shop, command, until
from tests.unit.ingest.bounces.test_report import ARF, DSN, KEY


@pytest.fixture
def shop(tmp_path: Path, mailbox: Mailbox) -> Iterator[Shop]:
    shop = Shop(tmp_path / "shop", mailbox.port)
    shop.init()
    shop.edit("thanks.yaml", "trigger:", "reeligible: always\ntrigger:")
    shop.start()
    command("publish", "--all", "--workspace", shop.folder)
    yield shop
    shop.stop()


def buys(shop: Shop, id: str) -> None:
    traits = {"email": f"{id}@example.com"}
    bought = {"type": "track", "userId": id, "event": "Order Completed", "properties": {"order_id": "7", "amount": 1}}
    shop.send({"type": "identify", "userId": id, "traits": traits}, bought)


def tally(shop: Shop) -> dict[str, Any]:
    return dict(shop.client().get("/api/documents/thanks/report").raise_for_status().json()["channels"][0])


def test_bounces_and_complaints_come_back(shop: Shop, mailbox: Mailbox, tmp_path: Path) -> None:
    for id in ("ann", "bob"):
        buys(shop, id)
    until(lambda: len(mailbox.mails) == 2)
    ids = {mail["To"]: mail["Message-ID"].strip("<>").partition("@")[0] for mail in mailbox.mails}
    gone = DSN.replace("ACTION", "failed").replace("STATUS", "5.1.1").replace("SAID", "550 5.1.1 User unknown")
    maildir = tmp_path / "Maildir"
    for name in ("new", "cur", "tmp"):
        (maildir / name).mkdir(parents=True)
    (maildir / "new" / "1.one").write_text(gone.replace(KEY, ids["ann@example.com"]))
    (maildir / "new" / "2.forged").write_text(gone)
    at = ("--workspace", shop.folder)
    assert "2 mails: 1 bounced, 0 bounced softly, 0 complained; 0 known before, 1 about" in command(
        "bounces", maildir, *at
    )
    assert sorted(path.name for path in (maildir / "cur").iterdir()) == ["1.one:2,S", "2.forged:2,S"]
    until(shop.is_worked_off)
    again = [maildir / "cur" / "1.one:2,S", *at]
    assert "1 known before" in command("bounces", *again)
    complaint = ARF.replace("TYPE", "abuse").replace("8.fedcba9876543210", ids["bob@example.com"])
    asked = [sys.executable, "-m", "sojourn", "bounces", "-", *map(str, at)]
    done = subprocess.run(asked, input=complaint, capture_output=True, text=True, check=True)
    assert "1 complained" in done.stdout
    until(lambda: (tally(shop)["bounced"], tally(shop)["complained"]) == (1, 1))
    for id in ("ann", "bob"):
        buys(shop, id)
    until(lambda: tally(shop)["discarded"] == {"suppressed": 2})
    assert len(mailbox.mails) == 2
