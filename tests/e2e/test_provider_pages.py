"""What the guide says about each provider, done step by step: its documents, a server, an event, and what arrives."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from twilio.request_validator import RequestValidator

from sojourn.channels.registry import providers
from sojourn.model.channels import CHANNEL_TYPES
from tests.contract.stands.apns import ApnsStand
from tests.contract.stands.fcm import FcmStand
from tests.contract.stands.stand import Stand
from tests.contract.stands.twilio import TOKEN, TwilioStand, WhatsAppStand
from tests.contract.stands.web_server import Asked
from tests.contract.stands.webhook import WebhookStand
from tests.contract.stands.webpush import PEM, WebPushStand
from tests.contract.test_direct_mail import sftp
from tests.e2e.outside_thread import entered, running
from tests.e2e.served import Mailbox, Shop, command, until

pytestmark = pytest.mark.timeout(300)

PAGES = Path(__file__).resolve().parent.parent.parent / "docs" / "guide" / "channels"
BLOCK = re.compile(r"^```yaml\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)
ANN = {"email": "ann@example.com", "first_name": "Ann", "phone": "+821012345678"}
BUYS = {"type": "track", "userId": "ann", "event": "Order Completed", "properties": {"order_id": "7/8", "amount": 12}}


def documents_of(page: str, channel: str | None = None) -> str:
    """Return the documents of a page's steps: its first block, with another channel of the page in place of its own."""
    first, *others = BLOCK.findall((PAGES / page).read_text(encoding="utf-8"))
    if channel is None:
        return str(first)
    [other] = [block for block in others if f"provider: {channel}\n" in block and block.startswith("kind: channel")]
    return "---\n".join([other, *first.split("---\n")[1:]])


@pytest.fixture
def shop(tmp_path: Path, mailbox: Mailbox) -> Iterator[Shop]:
    shop = Shop(tmp_path / "shop", mailbox.port)
    shop.init()
    shop.edit("workspace.yaml", "timezone: UTC", "timezone: UTC\nallow_private_hosts: [127.0.0.1]")
    shop.edit("data.yaml", "  first_name: string", "  first_name: string\n  phone: string\n  push_token: string")
    yield shop
    shop.stop()


def follow(
    shop: Shop, page: str, *changes: tuple[str, str], token: str | None = None, channel: str | None = None
) -> None:  # fmt: skip
    """Do what a page says, with these texts changed, and let Ann buy something."""
    text = documents_of(page, channel)
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    (shop.folder / "provider.yaml").write_text(text, encoding="utf-8")
    shop.start()
    command("publish", "--all", "--workspace", shop.folder)
    shop.send({"type": "identify", "userId": "ann", "traits": ANN | ({"push_token": token} if token else {})}, BUYS)


def tally(shop: Shop, document: str) -> dict[str, Any]:
    """Return what became of a document's messages."""
    channels = shop.client().get(f"/api/documents/{document}/report").raise_for_status().json()["channels"]
    return dict(channels[0])


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Callable[[type[Stand]], Stand]]:
    entered = []

    def enter(kind: type[Stand]) -> Stand:
        entered.append(running(kind(tmp_path)))
        return entered[-1].__enter__()

    yield enter
    for context in entered:
        context.__exit__(None, None, None)


def test_sms(shop: Shop, outside: Callable[[type[Stand]], Stand], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "TWILIO_TOKEN", TOKEN)
    stand = outside(TwilioStand)
    assert isinstance(stand, TwilioStand)
    base = f"settings:\n  base_url: {stand.server.url}"
    follow(shop, "sms.md", ("settings:", base))
    until(lambda: stand.server.asked)
    form = parse_qs(stand.server.asked[0].body.decode())
    assert form["To"] == ["+821012345678"]
    assert form["Body"] == ["Thank you for your order 7/8"]
    [status_url] = form["StatusCallback"]
    until(lambda: tally(shop, "text-paid")["sent"] == 1)
    signed(status_url, {"MessageSid": "SM01", "MessageStatus": "delivered"})
    inbound = {"MessageSid": "SM02", "From": "+821012345678", "To": "+15005550006", "Body": " stop "}
    signed(f"{shop.url}/callbacks/texts", inbound)
    signed(f"{shop.url}/callbacks/texts", inbound)
    until(shop.is_worked_off)
    shop.send(BUYS)
    until(lambda: tally(shop, "text-paid")["discarded"] == {"no_consent": 1})
    assert len(stand.server.asked) == 1
    assert tally(shop, "text-paid")["delivered"] == 1
    assert TOKEN not in shop.log.read_text()


def test_web_push(shop: Shop, outside: Callable[[type[Stand]], Stand]) -> None:
    stand = outside(WebPushStand)
    assert isinstance(stand, WebPushStand)
    public = command("vapid", shop.folder).strip()
    assert command("vapid", shop.folder).strip() == public
    follow(shop, "push.md", token=stand.address(3))
    until(lambda: stand.server.asked)
    asked = stand.server.asked[0]
    assert asked.headers["authorization"].endswith(f", k={public}")
    read = stand.browsers[3].read(asked.body)
    assert (read["title"], read["url"]) == ("Thank you", "https://shop.example/orders/7%2F8")
    until(lambda: tally(shop, "push-paid")["sent"] == 1)
    stand.mood = "bounces"
    shop.send(BUYS)
    until(lambda: tally(shop, "push-paid")["bounced"] == 1)
    shop.send(BUYS)
    until(lambda: tally(shop, "push-paid")["discarded"] == {"suppressed": 1})
    fresh = {"push_token": stand.address(4)}
    stand.mood = "takes"
    shop.send({"type": "identify", "userId": "ann", "traits": fresh}, BUYS)
    until(lambda: len(stand.server.asked) == 3)


def signed(url: str, form: dict[str, str]) -> None:
    """Call back as the provider does."""
    signature = RequestValidator(TOKEN).compute_signature(url, form)
    httpx.post(url, data=form, headers={"X-Twilio-Signature": signature}).raise_for_status()


def test_webhook(shop: Shop, outside: Callable[[type[Stand]], Stand], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "HOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    stand = outside(WebhookStand)
    assert isinstance(stand, WebhookStand)
    follow(
        shop, "webhook.md", ("https://hooks.example.com", stand.server.url), ("[hooks.example.com]", "[127.0.0.1]")
    )  # fmt: skip
    until(lambda: stand.server.asked)
    asked: Asked = stand.server.asked[0]
    assert (asked.method, asked.target) == ("POST", "/orders/7%2F8")
    assert asked.body == b'{"profile": "ann", "amount": 12}'
    assert asked.headers["x-shop"] == "main"
    assert asked.headers["webhook-signature"].startswith("v1,")
    until(lambda: tally(shop, "tell-paid")["sent"] == 1)
    assert "whsec_" not in shop.log.read_text()


def test_direct_mail(shop: Shop) -> None:
    follow(shop, "direct_mail.md")
    files = shop.folder / "data" / "direct_mail" / "files"
    until(lambda: list(files.glob("*.manifest.json")), 30)
    [content] = [path.read_bytes().decode() for path in files.glob("post-print-paid-*.csv")]
    office = "Our own office,office@shop.example,seed"
    assert content.split("\r\n") == ["name,email,order", "Ann,ann@example.com,7/8", office, ""]
    until(lambda: tally(shop, "print-paid")["sent"] == 1)
    assert list(files.glob("*.part")) == []


def test_email(shop: Shop, mailbox: Mailbox) -> None:
    (shop.folder / "channels.yaml").unlink()
    there = f"host: 127.0.0.1\n  port: {mailbox.port}\n  tls: none"
    follow(shop, "email.md", ("host: mail.shop.example\n  port: 587", there))
    until(lambda: any(mail["Subject"] == "Thank you for order 7/8" for mail in mailbox.to("ann@example.com")))
    mail = next(mail for mail in mailbox.to("ann@example.com") if mail["Subject"] == "Thank you for order 7/8")
    assert mail["From"] == "Shop <hi@shop.example>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    until(lambda: tally(shop, "mail-paid")["sent"] == 1)


def test_whatsapp(shop: Shop, outside: Callable[[type[Stand]], Stand], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "TWILIO_TOKEN", TOKEN)
    stand = outside(WhatsAppStand)
    assert isinstance(stand, WhatsAppStand)
    follow(shop, "sms.md", ("sms", "whatsapp"), ("settings:", f"settings:\n  base_url: {stand.server.url}"))
    until(lambda: stand.server.asked, 60)
    form = parse_qs(stand.server.asked[0].body.decode())
    assert (form["To"], form["From"]) == (["whatsapp:+821012345678"], ["whatsapp:+15005550006"])
    assert form["Body"] == ["Thank you for your order 7/8"]
    until(lambda: tally(shop, "text-paid")["sent"] == 1, 60)
    signed(form["StatusCallback"][0], {"MessageSid": "SM01", "MessageStatus": "read"})
    until(lambda: tally(shop, "text-paid")["opened"] == 1, 60)


def test_firebase(shop: Shop, outside: Callable[[type[Stand]], Stand], monkeypatch: pytest.MonkeyPatch) -> None:
    stand = outside(FcmStand)
    assert isinstance(stand, FcmStand)
    stand.now, stand.slack_s = datetime.now(UTC), 600
    monkeypatch.setitem(os.environ, "FCM_ACCOUNT", stand.account())
    settings = ("settings: {", f"settings: {{base_url: {stand.server.url}, ")
    follow(shop, "push.md", settings, token=stand.address(3), channel="fcm")
    until(lambda: stand.taken(), 60)
    message = json.loads(stand.server.asked[-1].body)["message"]
    assert (message["token"], message["notification"]["title"]) == (stand.address(3), "Thank you")
    assert message["data"]["url"] == "https://shop.example/orders/7%2F8"
    until(lambda: tally(shop, "push-paid")["sent"] == 1, 60)
    stand.mood = "bounces"
    shop.send(BUYS)
    until(lambda: tally(shop, "push-paid")["bounced"] == 1, 60)
    shop.send(BUYS)
    until(lambda: tally(shop, "push-paid")["discarded"] == {"suppressed": 1}, 60)
    assert "PRIVATE KEY" not in shop.log.read_text()


def test_apple(shop: Shop, outside: Callable[[type[Stand]], Stand], monkeypatch: pytest.MonkeyPatch) -> None:
    stand = outside(ApnsStand)
    assert isinstance(stand, ApnsStand)
    monkeypatch.setitem(os.environ, "APNS_KEY", PEM)
    monkeypatch.setitem(os.environ, "SSL_CERT_FILE", str(stand.pem))
    settings = ("settings: {", f'settings: {{base_url: "https://127.0.0.1:{stand.port}", ')
    follow(shop, "push.md", settings, token=stand.address(3), channel="apns")
    until(lambda: stand.asked, 60)
    [asked] = stand.asked
    assert (asked.target, asked.headers["apns-topic"]) == (f"/3/device/{stand.address(3)}", "example.shop.app")
    assert json.loads(asked.body)["aps"]["alert"]["title"] == "Thank you"
    until(lambda: tally(shop, "push-paid")["sent"] == 1, 60)
    stand.mood = "bounces"
    shop.send(BUYS)
    until(lambda: tally(shop, "push-paid")["bounced"] == 1, 60)


def test_direct_mail_by_sftp(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "printer"
    with entered(sftp(root)) as reached:
        (root / "incoming").mkdir()
        monkeypatch.setitem(os.environ, "PRINTER_KEY", reached["private_key"])
        follow(
            shop, "direct_mail.md", ("sftp.printer.example", f"127.0.0.1\n    port: {reached['port']}"),
            ("username: shop", f"username: {reached['username']}"),
            ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI…", reached["host_key"]),
            ("batch: day", "settle: 1s"), channel="files",  # nobody waits for 18:00
        )  # fmt: skip
        until(lambda: list((root / "incoming").glob("*.manifest.json")), 60)
        [content] = [path.read_text() for path in (root / "incoming").glob("printer-*.csv")]
        assert content.splitlines() == ["name,email,order", "Ann,ann@example.com,7/8"]
        assert tally(shop, "print-paid")["sent"] == 1


def test_log(shop: Shop) -> None:
    page = (PAGES.parent / "delivery.md").read_text(encoding="utf-8")
    [channel] = [block for block in BLOCK.findall(page) if "provider: log" in block]
    (shop.folder / "file.yaml").write_text(channel, encoding="utf-8")
    text = documents_of("sms.md").split("---\n", 1)[1]
    (shop.folder / "text.yaml").write_text(text, encoding="utf-8")
    shop.start()
    command("publish", "--all", "--workspace", shop.folder)
    shop.send({"type": "identify", "userId": "ann", "traits": ANN}, BUYS)
    written = shop.folder / "data" / "outbox" / "texts.ndjson"
    until(lambda: written.exists() and written.read_text().endswith("\n"), 60)
    assert json.loads(written.read_text())["text"] == "Thank you for your order 7/8"


def test_every_provider_has_a_page_that_is_followed_here() -> None:
    told = " ".join(path.read_text(encoding="utf-8") for path in [*PAGES.glob("*.md"), PAGES.parent / "delivery.md"])
    known = {name for kind in CHANNEL_TYPES for name in providers(kind)}
    assert known == {"smtp", "twilio", "webpush", "fcm", "apns", "http", "sdk", "files", "log"}, (
        "a page and a test, please"
    )
    assert [name for name in known if f"provider: {name}\n" not in told] == []
