"""Mails through a real Postfix: signatures that hold, and bounces that it writes itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import dkim
import pytest
from aiosmtpd.controller import Controller

from sojourn.channels.port import Outgoing, Sent
from sojourn.channels.registry import make_provider
from tests.contract.stands.stand import AT
from tests.contract.surrounded import surroundings
from tests.contract.test_dkim import KEYS, UNSUBSCRIBE, record
from tests.e2e.postfix import Postfix, missing, postfix
from tests.e2e.served import Shop, command, free_port, until

pytestmark = [
    pytest.mark.timeout(180),
    pytest.mark.skipif(missing() is not None, reason=missing() or ""),
]


class Sink:
    """The server of the recipients: some addresses do not exist there."""

    def __init__(self) -> None:
        self.port = free_port()
        self.raw: list[bytes] = []
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop(no_assert=True)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if address.startswith("gone"):
            return "550 5.1.1 no such user"
        if address.startswith("full"):
            return "552 5.2.2 mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.raw.append(envelope.original_content)
        return "250 OK"

    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=default) for raw in self.raw]  # type: ignore[misc]


@pytest.fixture
def sink() -> Iterator[Sink]:
    sink = Sink()
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def relay(sink: Sink) -> Iterator[Postfix]:
    with postfix(sink.port) as running:
        yield running


def test_signatures_hold_after_a_hop(relay: Postfix, sink: Sink, tmp_path: Path) -> None:
    settings = {
        "host": "127.0.0.1", "port": relay.port, "from": "Shop <hi@shop.example>", "tls": "none", "dkim": KEYS,
    }  # fmt: skip
    texts = ["Hello", "안녕하세요, 주문이 출발했습니다.", ".\n..\nFrom here\n" + "x" * 1_500 + "\n  spaces  \n\n\n"]
    letters = [
        Outgoing(no, f"{no}.k", f"p{no}", "j/n", f"p{no}@example.com",
                 {"subject": f"Grüße {no} 안녕", "text": text, "html": f"<p>{text}</p>"}, AT, UNSUBSCRIBE)
        for no, text in enumerate(texts)
    ]  # fmt: skip

    async def send() -> list[Any]:
        provider = make_provider("smtp", settings, surroundings(tmp_path, "email"))
        try:
            return list(await provider.send(letters))
        finally:
            await provider.close()

    assert asyncio.run(send()) == [Sent()] * 3
    until(lambda: len(sink.raw) == 3, 60)
    for raw in sink.raw:
        assert b"by mx.test.example (Postfix)" in raw
        for place in range(2):
            assert dkim.DKIM(raw).verify(idx=place, dnsfunc=record), (place, raw)
        assert not dkim.verify(raw.replace(b"\nTo: ", b"\nTo: x"), dnsfunc=record)


def test_bounces_that_postfix_writes_are_picked_up_from_its_maildir(
    relay: Postfix, sink: Sink, tmp_path: Path
) -> None:  # fmt: skip
    shop = Shop(tmp_path / "shop", relay.port)
    shop.init()
    shop.edit("thanks.yaml", "trigger:", "reeligible: always\ntrigger:")
    path = shop.folder / "channels.yaml"
    returned = f"port: {relay.port}, bounce_to: bounce@shop.example, verp: true"
    text = path.read_text().replace(f"port: {relay.port}", returned)
    assert "verp" in text
    path.write_text(text)
    shop.start()
    try:
        command("publish", "--all", "--workspace", shop.folder)
        for id in ("gone", "full", "ann"):
            bought = {"event": "Order Completed", "properties": {"order_id": "7", "amount": 1}}
            shop.send(
                {"type": "identify", "userId": id, "traits": {"email": f"{id}@example.com"}},
                {"type": "track", "userId": id, **bought},
            )
        until(lambda: len(list((relay.maildir / "new").glob("*"))) == 2, 60)
        until(lambda: bool(sink.mails()), 60)
        assert [mail["To"] for mail in sink.mails()] == ["ann@example.com"]
        told = command("bounces", relay.maildir, "--workspace", shop.folder)
        assert "2 mails: 1 bounced, 1 bounced softly" in told
        until(shop.is_worked_off)
        bought = {"event": "Order Completed", "properties": {"order_id": "8", "amount": 1}}
        shop.send({"type": "track", "userId": "gone", **bought})

        def tally() -> dict[str, Any]:
            report = shop.client().get("/api/documents/thanks/report").raise_for_status().json()
            return dict(report["channels"][0])

        until(lambda: tally()["discarded"] == {"suppressed": 1})
        assert (tally()["bounced"], tally()["soft_bounced"]) == (1, 1)
        assert list((relay.maildir / "new").glob("*")) == []
    finally:
        shop.stop()
