"""Bounces out of a mailbox: Sojourn reads a real Dovecot over IMAP, as the guide says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sojourn.channels.email.mailbox import BounceMailbox, MailboxFailed, open_mailbox
from sojourn.model.secrets import Vault
from tests.e2e.dovecot import PASSWORD, USER, Dovecot, dovecot, missing
from tests.e2e.served import Mailbox, Shop, command, until
from tests.unit.ingest.bounces.test_report import ARF, DSN, KEY

pytestmark = pytest.mark.skipif(missing() is not None, reason=str(missing()))
GUIDE = (Path(__file__).parents[2] / "docs" / "guide" / "channels" / "email.md").read_text(encoding="utf-8")
ANSWER = "From: ann@example.com\nTo: bounce@shop.example\nSubject: Re: your order\n\nThank you!\n"


@pytest.fixture(scope="module")
def imap() -> Iterator[Dovecot]:
    with dovecot() as running:
        yield running


@pytest.fixture(autouse=True)
def empty(imap: Dovecot) -> None:
    for folder in ("new", "cur"):
        for path in (imap.maildir / folder).iterdir():
            path.unlink()


def settings(imap: Dovecot, **more: Any) -> dict[str, Any]:
    given = {"host": "localhost", "port": imap.tls_port, "username": USER, "password": PASSWORD}
    return {**given, "verify_certificate": False, **more}


def opened(imap: Dovecot, **more: Any) -> Any:
    return open_mailbox(BounceMailbox.model_validate(settings(imap, **more)), Vault())


@pytest.mark.parametrize("tls", ["implicit", "starttls", "none"])
def test_mails_are_read_and_marked(imap: Dovecot, tls: str) -> None:
    for n in range(3):
        imap.put(f"{n}.mail", f"Subject: {n}\n\nHello {n}\n")
    with opened(imap, tls=tls, port=imap.tls_port if tls == "implicit" else imap.port) as box:
        uids = box.unread()
        named = {box.mail(uid).split()[1].decode(): uid for uid in uids}
        assert sorted(named) == ["0", "1", "2"]
        assert box.unread() == uids, "looking marks nothing"
        box.mark([named["0"]], r"\Seen")
        box.delete([named["1"]])
        assert box.unread() == [named["2"]]
        assert box.mail(named["1"]) is None
    assert imap.flags() == {"0.mail": "S", "2.mail": ""}


@pytest.mark.parametrize(("wrong", "why"), [
    ({"password": "another"}, "(?i)authentication failed"),
    ({"verify_certificate": True}, "(?i)certificate"),
    ({"folder": "Nowhere"}, "(?i)mailbox doesn't exist"),
    ({"port": 9}, "(?i)refused"),
    ({"password": "a\r\nA1 DELETE INBOX"}, "letters that IMAP does not take"),
])  # fmt: skip
def test_why_a_mailbox_cannot_be_read_is_said(imap: Dovecot, wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(MailboxFailed, match=why) as error, opened(imap, **{"timeout": "5s", **wrong}):
        pass
    assert PASSWORD not in str(error.value) and "DELETE" not in str(error.value)


LINE = 'settings: {host: 127.0.0.1, port: PORT, from: "My shop <hello@shop.example>"}'
LINES = """settings:
  host: 127.0.0.1
  port: PORT
  tls: none
  from: "My shop <hello@shop.example>"
"""


@pytest.fixture
def shop(tmp_path: Path, mailbox: Mailbox, imap: Dovecot) -> Iterator[Shop]:
    """A workspace whose channel has the mailbox of the guide."""
    found = re.search(r"^  bounces:\n(?:    .*\n)+", GUIDE, flags=re.MULTILINE)
    assert found is not None
    block = found[0].replace("mail.shop.example", "localhost").replace("{env: BOUNCE_PASSWORD}", f"'{PASSWORD}'")
    block += f"    port: {imap.tls_port}\n    verify_certificate: false\n    every: 5s\n"
    shop = Shop(tmp_path / "shop", mailbox.port)
    shop.init()
    shop.edit("thanks.yaml", "trigger:", "reeligible: always\ntrigger:")
    shop.edit(
        "channels.yaml", LINE.replace("PORT", str(mailbox.port)), LINES.replace("PORT", str(mailbox.port)) + block
    )
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


def looked(shop: Shop) -> dict[str, Any]:
    [look] = shop.client().get("/api/channels").raise_for_status().json()["mail"]["mailboxes"] or [{}]
    return dict(look)


@pytest.mark.timeout(300)
def test_bounces_and_complaints_are_picked_up_once(shop: Shop, mailbox: Mailbox, imap: Dovecot) -> None:
    until(lambda: looked(shop).get("trouble", "?") is None, 30)
    for id in ("ann", "bob"):
        buys(shop, id)
    until(lambda: len(mailbox.mails) == 2)
    ids = {mail["To"]: mail["Message-ID"].strip("<>").partition("@")[0] for mail in mailbox.mails}
    gone = DSN.replace("ACTION", "failed").replace("STATUS", "5.1.1").replace("SAID", "550 5.1.1 User unknown")
    complaint = ARF.replace("TYPE", "abuse").replace("8.fedcba9876543210", ids["bob@example.com"])
    imap.put("1.answer", ANSWER)
    imap.put("2.gone", gone.replace(KEY, ids["ann@example.com"]))
    imap.put("3.forged", gone)
    imap.put("4.complaint", complaint)
    until(lambda: (tally(shop)["bounced"], tally(shop)["complained"]) == (1, 1), 40)
    until(lambda: set(imap.flags().values()) == {"S"}, 30)
    assert set(imap.flags()) == {"1.answer", "2.gone", "3.forged", "4.complaint"}
    # The server dies after the reports were durable and before the mails were marked: they come again, and count once.
    shop.kill()
    for folder in ("new", "cur"):
        for path in (imap.maildir / folder).iterdir():
            path.unlink()
    imap.put("5.gone", gone.replace(KEY, ids["ann@example.com"]))
    imap.put("6.complaint", complaint)
    shop.start()
    until(lambda: set(imap.flags().values()) == {"S"}, 60)
    until(lambda: looked(shop).get("mails", {}).get("known") == 2 or looked(shop).get("mails") == {}, 30)
    until(shop.is_worked_off)
    assert (tally(shop)["bounced"], tally(shop)["complained"]) == (1, 1)
    for id in ("ann", "bob"):
        buys(shop, id)
    until(lambda: tally(shop)["discarded"] == {"suppressed": 2})
    assert len(mailbox.mails) == 2
