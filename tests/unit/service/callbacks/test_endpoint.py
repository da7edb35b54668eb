"""Callbacks of providers: who is believed, what he says, and what is told twice. Signed by Twilio's own library."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from starlette.applications import Starlette
from twilio.request_validator import RequestValidator

from sojourn.log.errors import LogFull
from sojourn.log.memory import MemoryLog
from sojourn.messages.links import Tracker
from sojourn.messages.tokens import Signer, Ticket
from sojourn.model.documents import Channel
from sojourn.model.reasons import FEEDBACK_KINDS
from sojourn.service.callbacks.endpoint import MOST_BYTES, Callbacks
from sojourn.store.duckdb import DuckStore
from tests.contract.surrounded import NOW

BASE = "https://t.example"
TOKEN = "the-auth-token"
SIGNER = Signer(b"the secret of this test")
TICKET = Ticket(7, "ann", "welcome/text", 1_772_000_000, channel="sms")
SETTINGS = {"account_sid": "AC1", "auth_token": TOKEN, "from": "+15005550006"}
CHANNELS = {
    "texts": Channel(kind="channel", id="texts", type="sms", provider="twilio", settings=SETTINGS),
    "chat": Channel(kind="channel", id="chat", type="whatsapp", provider="twilio", settings=SETTINGS),
    "mail": Channel(kind="channel", id="mail", type="email", provider="log"),
}
STATUS_URL = Tracker(BASE, SIGNER).status_url("texts", TICKET)


class Clock:
    def now(self) -> Any:
        return NOW


class Site:
    """The public addresses, over a real store."""

    def __init__(self, folder: Path) -> None:
        self.store = DuckStore(folder / "store.duckdb")
        con = self.store.connection
        con.execute("ALTER TABLE profile ADD COLUMN phone VARCHAR")
        con.execute("ALTER TABLE profile ADD COLUMN country VARCHAR")
        con.execute("""INSERT INTO profile (_pno, profile_id, phone, country) VALUES
            (1, 'ann', '+821012345678', NULL), (2, 'home', '010-1234-5678', 'kr'), (3, 'bob', '+82212345678', NULL)""")
        self.log = MemoryLog(Clock())
        self.start()

    def start(self) -> None:
        callbacks = Callbacks(BASE, SIGNER, self.log, Clock(), CHANNELS.get, self.store.cursor)
        self.app = Starlette(routes=callbacks.routes())

    def post(self, url: str, form: dict[str, str], signature: str | None = None) -> int:
        if signature is None:
            signature = RequestValidator(TOKEN).compute_signature(url, form)
        headers = {
            "X-Twilio-Signature": signature.encode("latin-1"),
            "Content-Type": b"application/x-www-form-urlencoded",
        }

        async def call() -> int:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport) as client:
                return (await client.post(url, content=urlencode(form), headers=headers)).status_code

        return asyncio.run(call())

    def items(self) -> list[tuple[Any, ...]]:
        frame = self.log.read(0, 100)
        return [
            (kind, profile, name, json.loads(data))
            for kind, profile, name, data in frame.select("kind", "profile_id", "name", "data").iter_rows()
        ]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    yield site
    site.store.close()


def about(status: str, code: int | None = None) -> dict[str, str]:
    form = {"MessageSid": "SM1", "MessageStatus": status, "To": "+821012345678", "AccountSid": "AC1"}
    return form | ({"ErrorCode": str(code)} if code else {})


def text(body: str, sender: str = "+821012345678", id: str = "SM9") -> dict[str, str]:
    return {"MessageSid": id, "From": sender, "To": "+15005550006", "Body": body, "NumMedia": "0"}


@pytest.mark.parametrize(
    ("form", "kind", "detail"),
    [
        (about("delivered"), "delivered", {}),
        (about("read"), "opened", {}),
        (about("undelivered", 30005), "bounced", {"code": 30005, "reason": "undelivered 30005"}),
        (about("undelivered", 30003), "soft_bounced", {"code": 30003, "reason": "undelivered 30003"}),
        (about("failed", 30007), "failed", {"code": 30007, "reason": "failed 30007"}),
        (about("failed"), "failed", {"reason": "failed"}),
    ],
)
def test_a_status_becomes_feedback(site: Site, form: dict[str, str], kind: str, detail: dict[str, Any]) -> None:
    assert site.post(STATUS_URL, form) == 204
    assert site.items() == [("feedback", "ann", kind, {"of": "welcome/text", "message": 7, **detail})]


@pytest.mark.parametrize("status", ["queued", "accepted", "sending", "sent", "scheduled", "whatever comes next"])
def test_what_is_under_way_changes_nothing(site: Site, status: str) -> None:
    assert site.post(STATUS_URL, about(status)) == 204
    assert site.items() == []


def test_a_replay_changes_nothing(site: Site) -> None:
    for _ in range(3):
        assert site.post(STATUS_URL, about("delivered")) == 204
        assert site.post(f"{BASE}/callbacks/texts", text("STOP")) == 204
    assert [kind for kind, *_ in site.items()] == ["feedback", "inbound", "inbound"]


def test_a_replay_after_a_restart_changes_nothing(site: Site) -> None:
    site.post(STATUS_URL, about("delivered"))
    site.post(f"{BASE}/callbacks/texts", text("STOP"))
    site.store.connection.execute(
        "INSERT INTO feedback (message, kind) VALUES (7, $kind)", {"kind": FEEDBACK_KINDS.index("delivered")}
    )
    site.start()
    assert site.post(STATUS_URL, about("delivered")) == 204
    assert site.post(f"{BASE}/callbacks/texts", text("STOP")) == 204
    assert len(site.items()) == 3


def test_a_replay_after_a_restart_counts_as_one_while_the_store_is_behind(site: Site) -> None:
    site.post(STATUS_URL, about("undelivered", 30003))
    site.start()
    assert site.post(STATUS_URL, about("undelivered", 30003)) == 204
    assert [name for _, _, name, _ in site.items()] == ["soft_bounced"]


@pytest.mark.parametrize(
    ("url", "signature", "code"),
    [
        (STATUS_URL, "", 403),
        (STATUS_URL, "forged", 403),
        (STATUS_URL, "é", 403),
        (STATUS_URL, RequestValidator("another token").compute_signature(STATUS_URL, about("delivered")), 403),
        (STATUS_URL, RequestValidator(TOKEN).compute_signature(STATUS_URL, about("failed")), 403),
        (STATUS_URL[:-1] + ("A" if STATUS_URL[-1] != "A" else "B"), None, 404),
        (STATUS_URL.replace("texts", "chat"), None, 404),
        (STATUS_URL.replace("texts", "mail"), None, 404),
        (STATUS_URL.replace("texts", "nobody"), None, 404),
        (f"{BASE}/callbacks/texts", None, 400),
    ],
)
def test_who_is_not_believed(site: Site, url: str, signature: str | None, code: int) -> None:
    assert site.post(url, about("delivered"), signature) == code
    assert site.items() == []


@pytest.mark.parametrize("port", ["", ":443"])
def test_the_usual_port_may_be_named(site: Site, port: str) -> None:
    signed = STATUS_URL.replace(BASE, BASE + port)
    signature = RequestValidator(TOKEN).compute_signature(signed, about("delivered"))
    assert site.post(STATUS_URL, about("delivered"), signature) == 204
    assert len(site.items()) == 1


def test_a_text_is_of_everybody_with_the_number_however_it_is_written(site: Site) -> None:
    assert site.post(f"{BASE}/callbacks/texts", text("수신거부")) == 204
    assert site.items() == [
        ("inbound", "ann", "sms", {"text": "수신거부"}),
        ("inbound", "home", "sms", {"text": "수신거부"}),
    ]


def test_whatsapp_senders_have_a_prefix(site: Site) -> None:
    assert site.post(f"{BASE}/callbacks/chat", text("Hi", "whatsapp:+82212345678")) == 204
    assert site.items() == [("inbound", "bob", "whatsapp", {"text": "Hi"})]


@pytest.mark.parametrize("form", [text("Hi", "+15550001111"), text("Hi", "+8212345678")])
def test_a_text_from_nobody_known_is_taken_and_dropped(site: Site, form: dict[str, str]) -> None:
    assert site.post(f"{BASE}/callbacks/texts", form) == 204
    assert site.items() == []


def test_what_is_too_large_is_refused(site: Site) -> None:
    assert site.post(f"{BASE}/callbacks/texts", text("x" * MOST_BYTES)) == 400


def test_a_log_that_refuses_is_told_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = site.log.append_async

    def full(frame: Any) -> Any:
        raise LogFull("the disk is full")

    monkeypatch.setattr(site.log, "append_async", full)
    assert site.post(STATUS_URL, about("delivered")) == 503
    monkeypatch.setattr(site.log, "append_async", taken)
    assert site.post(STATUS_URL, about("delivered")) == 204
    assert len(site.items()) == 1
