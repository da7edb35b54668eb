"""Signatures of mails, checked by dkimpy after a hop through a real SMTP server."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dkim
import pytest
from aiosmtpd.controller import Controller
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from sojourn.channels.email.dkim import Dkim, DkimSigner
from sojourn.channels.port import Outgoing, Sent
from sojourn.channels.registry import make_provider
from tests.contract.stands.stand import AT
from tests.contract.surrounded import surroundings
from tests.e2e.served import free_port

RSA = generate_private_key(65_537, 2_048)
EDWARDS = Ed25519PrivateKey.generate()


def pem(key: RSAPrivateKey | Ed25519PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def record(name: bytes, timeout: int = 5) -> bytes:
    """Answer for the DNS."""
    rsa = RSA.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    edwards = EDWARDS.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    records = {
        b"r1._domainkey.shop.example.": b"v=DKIM1; k=rsa; p=" + base64.b64encode(rsa),
        b"e1._domainkey.shop.example.": b"v=DKIM1; k=ed25519; p=" + base64.b64encode(edwards),
    }
    return records[name]


KEYS = [
    {"domain": "shop.example", "selector": "r1", "private_key": pem(RSA)},
    {"domain": "shop.example", "selector": "e1", "private_key": pem(EDWARDS)},
]
UNSUBSCRIBE = "https://t.example/u/" + "x" * 200


class Keeps:
    """Keeps envelopes and bytes as they come."""

    def __init__(self) -> None:
        self.senders: list[str] = []
        self.mails: list[bytes] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.senders.append(envelope.mail_from)
        self.mails.append(envelope.original_content)
        return "250 OK"


def hop(folder: Path, settings: dict[str, Any], **fields: Any) -> tuple[str, bytes]:
    """Send one mail through a server; return the envelope's sender and the bytes."""
    keeps = Keeps()
    controller = Controller(keeps, hostname="127.0.0.1", port=free_port())
    controller.start()
    content = {"subject": "Grüße aus Seoul 안녕", "text": "t", "html": "<p>h</p>"} | fields

    async def script() -> None:
        chosen = {"host": "127.0.0.1", "port": controller.port, "from": "Shop <hi@shop.example>", "tls": "none"}
        provider = make_provider("smtp", chosen | settings, surroundings(folder, "email"))
        message = Outgoing(7, "7.abc", "ann", "j/n", "ann@a.example", content, AT, UNSUBSCRIBE)
        assert await provider.send([message]) == [Sent()]
        await provider.close()

    try:
        asyncio.run(script())
    finally:
        controller.stop(no_assert=True)
    return keeps.senders[0], keeps.mails[0]


def verdicts(mail: bytes) -> list[bool]:
    return [holds(mail, place) for place in range(len(KEYS))]


def holds(mail: bytes, place: int) -> bool:
    try:
        return bool(dkim.DKIM(mail).verify(place, dnsfunc=record))
    except dkim.ValidationError:  # how dkimpy says that the body is another
        return False


@pytest.mark.parametrize(
    "text",
    ["", "one line", "a  b \t c \r\n\r\n", "\r\n\r\n", ".\r\n..\r\n", "한" * 2_000, "x" * 5_000, " lead\n\ttab \n"],
)
def test_both_signatures_hold_after_a_hop(tmp_path: Path, text: str) -> None:
    assert verdicts(hop(tmp_path, {"dkim": KEYS}, text=text)[1]) == [True, True]
    assert verdicts(hop(tmp_path, {"dkim": KEYS}, text=text, html=None)[1]) == [True, True]


CHANGES: list[Callable[[bytes], bytes]] = [
    lambda mail: mail.replace(b"<p>h</p>", b"<p>H</p>"),
    lambda mail: mail.replace(b"hi@shop.example", b"ho@shop.example"),
    lambda mail: mail.replace(b"List-Unsubscribe: <https://t", b"List-Unsubscribe: <https://u"),
    lambda mail: mail.replace(b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", b""),
    lambda mail: b"From: Bank <bank@bank.example>\r\n" + mail,
    lambda mail: b"Subject: other\r\n" + mail,
    lambda mail: b"Reply-To: evil@evil.example\r\n" + mail,
    lambda mail: mail + b"more\r\n",
]


@pytest.mark.parametrize("change", range(len(CHANGES)))
def test_what_is_changed_or_added_breaks_them(tmp_path: Path, change: int) -> None:
    mail = hop(tmp_path, {"dkim": KEYS})[1]
    changed = CHANGES[change](mail)
    assert changed != mail
    assert verdicts(changed) == [False, False]


def test_a_relay_may_fold_headers_and_add_its_own(tmp_path: Path) -> None:
    mail = hop(tmp_path, {"dkim": KEYS})[1].replace(b"Subject: ", b"Subject:\r\n\t ")
    assert verdicts(b"Received: from here by there; Mon, 2 Mar 2026 00:00:00 +0000\r\n" + mail) == [True, True]


def test_the_envelope_names_the_message(tmp_path: Path) -> None:
    settings = {"bounce_to": "bounces@shop.example", "verp": True}
    assert hop(tmp_path, settings)[0] == "bounces+7.abc@shop.example"
    assert hop(tmp_path, {"bounce_to": "bounces@shop.example"})[0] == "bounces@shop.example"


@pytest.mark.parametrize("key", ["no pem", pem(generate_private_key(65_537, 1_024))])
def test_a_key_that_is_none_or_weak_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="DKIM"):
        DkimSigner(Dkim.model_validate({**KEYS[0], "private_key": key}))
