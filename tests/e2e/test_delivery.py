"""Delivery from the outbox of a real store to a real SMTP server, with the feedback on a real log."""

import asyncio
import email
import json
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from sojourn.engine import lane
from sojourn.engine.delivery import Delivery, Patience
from sojourn.engine.lane import Rest
from sojourn.engine.outbox import DuckOutbox
from sojourn.engine.postman import Postman, Route
from sojourn.log.embedded import EmbeddedLog
from sojourn.messages.compiling import compile_template
from sojourn.messages.links import Tracker
from sojourn.messages.tokens import Signer
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.documents import Channel
from sojourn.store.delivery_book import DeliveryBook
from sojourn.store.duckdb.store import DuckStore
from tests.contract.surrounded import surroundings

SECRET = b"the secret of this test"
QUICK = Patience(Rest(0.05, 0.2), Rest(0.05, 0.2))


class Clock:
    """The wall clock, which a test can put forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Server:
    """A real SMTP server that answers as its script says."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: dict[str, list[str]] = {}
        self.drop_after_data: list[str] = []
        self._controller: Controller | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop(no_assert=True)
            self._controller = None

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answers = self.recipients.get(address)
        if answers:
            answer = answers.pop(0)
            if not answer.startswith("250"):
                return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        mail = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        address = envelope.rcpt_tos[0]
        if address in self.drop_after_data:
            self.drop_after_data.remove(address)
            assert server.transport is not None
            server.transport.abort()
        return "250 OK"

    def to(self) -> list[str]:
        return sorted(str(mail["To"]) for mail in self.mails)


class Shop:
    """A store, a log and a delivery; `read_back` does what the engine does with feedback."""

    def __init__(self, folder: Path, port: int, **settings: Any) -> None:
        self.folder = folder
        self.store = DuckStore(folder / "store.duckdb")
        self.store.connection.execute("ALTER TABLE profile ADD COLUMN email VARCHAR")
        self.store.connection.execute("ALTER TABLE profile ADD COLUMN first_name VARCHAR")
        self.clock = Clock()
        self.log = EmbeddedLog(folder / "log", self.clock)
        self.settings = {
            "host": "127.0.0.1",
            "port": port,
            "from": "Shop <hi@shop.example>",
            "timeout": "2s",
        } | settings
        self.rate: str | None = None
        self.more: dict[str, Any] = {}
        self.book = DeliveryBook(folder / "delivery.sqlite")
        self.template: dict[str, Any] = {
            "id": "hi", "channel": "email", "subject": "Hello {{ profile.first_name }}",
            "html": "<body><p>Amount {{ entry.amount }}</p><a href='https://shop.example/'>go</a></body>",
        }  # fmt: skip
        self.read = 0

    def channel(self, id: str) -> Channel | None:
        fields = {"kind": "channel", "id": id, "type": "email", "provider": "smtp", "settings": self.settings}
        fields |= self.more
        return Channel.model_validate(fields | ({"rate": self.rate} if self.rate else {}))

    def route(self, doc: int, node: int, slot: int, variant: int) -> Route | None:
        if doc == 9:
            return Route("texts/sms", "sms", None, compile_template({"id": "s", "channel": "sms", "text": "Hi"}))
        return Route("welcome/first", "email", "mail", compile_template(self.template), group="newsletter")

    def delivery(self, patience: Patience = QUICK) -> Delivery:
        postman = Postman(Tracker("https://t.example", Signer(SECRET)), SECRET)
        outbox = DuckOutbox(self.store.cursor)
        return Delivery(
            outbox, self.log, self.clock, self.route, self.channel, postman,
            lambda _, kind: surroundings(self.folder, kind), patience, self.book,
        )  # fmt: skip

    def add(self, first: int, count: int = 1, doc: int = 1, channel: str = "email") -> None:
        numbers = pl.DataFrame({"no": pl.int_range(first, first + count, eager=True)})
        con, at = self.store.connection, self.clock.now()
        con.register("numbers", numbers)
        con.execute("BEGIN")
        con.execute(
            "INSERT INTO profile (_pno, profile_id, _created_at, email, first_name) "
            "SELECT no, 'p' || no, $at, 'p' || no || '@a.example', 'Name ' || no FROM numbers", {"at": at}
        )  # fmt: skip
        con.execute(
            "INSERT INTO message BY NAME SELECT no, no AS passage, $doc AS doc, 0 AS node, 0 AS slot, no AS pno, "
            "$channel AS channel, -1 AS variant, $at AS at, '{\"amount\": 5}' AS entry FROM numbers",
            {"doc": doc, "channel": CHANNEL_TYPES.index(channel), "at": at},  # type: ignore[arg-type]
        )
        con.execute("INSERT INTO outbox SELECT no FROM numbers")
        con.execute("COMMIT")

    def feedback(self) -> list[tuple[str, int]]:
        items = self.log.read(0, 100_000)
        return [(name, json.loads(data)["message"]) for name, data in zip(items["name"], items["data"], strict=True)]

    def read_back(self) -> None:
        items = self.log.read(self.read, 100_000)
        if items.height:
            numbers = [json.loads(data)["message"] for data in items["data"]]
            self.read = items["offset"][-1] + 1
            with self.store.transaction():
                self.store.connection.execute(
                    "DELETE FROM outbox WHERE no IN (SELECT unnest($numbers))", {"numbers": numbers}
                )
                self.store.set_meta({"offset": str(self.read)})


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def shop(tmp_path: Path, server: Server) -> Iterator[Shop]:
    shop = Shop(tmp_path, server.port)
    yield shop
    shop.log.close()
    shop.store.close()


async def until(condition: Callable[[], bool], timeout_s: float = 30) -> None:
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.01)


def deliver(shop: Shop, script: Callable[[Delivery], Awaitable[None]], patience: Patience = QUICK) -> None:
    """Run a delivery while the script goes."""

    async def run() -> None:
        delivery = shop.delivery(patience)
        task = asyncio.create_task(delivery.run())
        try:
            await script(delivery)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())


def deliver_all(shop: Shop, count: int, timeout_s: float = 30) -> list[tuple[str, int]]:
    async def script(_: Delivery) -> None:
        await until(lambda: len(shop.feedback()) >= count, timeout_s)

    deliver(shop, script)
    return sorted(shop.feedback())


def test_a_message_arrives_rendered_with_links_that_count(shop: Shop, server: Server) -> None:
    shop.add(7)
    assert deliver_all(shop, 1) == [("sent", 7)]
    [mail] = server.mails
    assert mail["Subject"] == "Hello Name 7"
    assert mail["To"] == "p7@a.example"
    assert mail["Message-ID"].startswith("<7.")
    assert mail["Message-ID"].endswith("@shop.example>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    ticket = Signer(SECRET).read("u", mail["List-Unsubscribe"].strip("<>").rpartition("/")[2])
    assert ticket is not None
    assert (ticket.message, ticket.profile_id, ticket.of, ticket.group) == (7, "p7", "welcome/first", "newsletter")
    plain, html = (part.get_content() for part in mail.iter_parts() if isinstance(part, EmailMessage))
    assert "Amount 5" in plain
    assert "go (https://shop.example/)" in plain
    assert "https://t.example/c/" in html
    assert "https://t.example/o/" in html
    items = shop.log.read(0, 10)
    assert items["profile_id"][0] == "p7"
    assert json.loads(items["data"][0]) == {"of": "welcome/first", "message": 7}


def test_each_message_is_sent_once_while_the_engine_reads_back(shop: Shop, server: Server) -> None:
    async def script(delivery: Delivery) -> None:
        for first in range(1, 301, 30):
            shop.add(first, 30)
            delivery.wake()
            await asyncio.sleep(0.02)
            shop.read_back()
            delivery.wake()
        await until(lambda: len(shop.feedback()) >= 300)
        await asyncio.sleep(0.2)

    deliver(shop, script)
    assert sorted(shop.feedback()) == [("sent", no) for no in range(1, 301)]
    assert len(server.mails) == len({mail["Message-ID"] for mail in server.mails}) == 300


def test_a_commit_is_on_the_server_at_once(shop: Shop, server: Server) -> None:
    waits: list[float] = []

    async def script(delivery: Delivery) -> None:
        await asyncio.sleep(0.1)
        for no in range(1, 11):
            shop.add(no)
            started = time.monotonic()
            delivery.wake()
            await until(lambda no=no: len(server.mails) == no)  # type: ignore[misc]
            waits.append(time.monotonic() - started)

    deliver(shop, script)
    assert sorted(waits)[5] < 0.3


@pytest.mark.parametrize("ticks", range(5))
def test_it_ends_when_it_is_told_to_while_it_wakes(shop: Shop, server: Server, ticks: int) -> None:
    async def run() -> bool:
        delivery = shop.delivery()
        task = asyncio.create_task(delivery.run())
        await asyncio.sleep(0.1)
        delivery.wake()
        for _ in range(ticks):
            await asyncio.sleep(0)
        task.cancel()
        done, _ = await asyncio.wait([task], timeout=5)
        ended = bool(done)
        while not task.done():  # else a red test would never end
            task.cancel()
            await asyncio.wait([task], timeout=0.1)
        return ended

    assert asyncio.run(run())


def test_greylisting_is_tried_again(shop: Shop, server: Server) -> None:
    server.recipients["p1@a.example"] = ["450 4.2.0 greylisted", "451 not yet"]
    shop.add(1, 3)
    assert deliver_all(shop, 3) == [("sent", 1), ("sent", 2), ("sent", 3)]
    assert server.to() == ["p1@a.example", "p2@a.example", "p3@a.example"]


def test_an_unknown_address_bounces_and_the_others_go_out(shop: Shop, server: Server) -> None:
    server.recipients["p2@a.example"] = ["550 5.1.1 no such user"] * 5
    shop.add(1, 3)
    assert deliver_all(shop, 3) == [("bounced", 2), ("sent", 1), ("sent", 3)]
    [data] = [json.loads(data) for data in shop.log.read(0, 9)["data"] if '"code"' in data]
    assert data["code"] == 550
    assert "no such user" in data["reason"]


def test_a_mailbox_that_stays_full_bounces_softly_in_the_end(shop: Shop, server: Server) -> None:
    server.recipients["p1@a.example"] = ["452 4.2.2 full"] * 1000
    shop.add(1)

    async def script(_: Delivery) -> None:
        await until(lambda: len(server.recipients["p1@a.example"]) < 998)
        assert shop.feedback() == []
        shop.clock.ahead = timedelta(hours=24)
        await until(lambda: bool(shop.feedback()))

    deliver(shop, script)
    assert shop.feedback() == [("soft_bounced", 1)]


def test_a_server_that_is_down_loses_nothing(shop: Shop, server: Server) -> None:
    server.stop()
    shop.add(1, 50)

    async def script(delivery: Delivery) -> None:
        await until(lambda: bool(delivery.status().get("mail", {}).get("trouble")))
        await asyncio.sleep(0.5)
        assert shop.feedback() == []
        server.start()
        await until(lambda: len(shop.feedback()) >= 50)
        assert delivery.status()["mail"]["trouble"] is None

    deliver(shop, script)
    assert sorted(shop.feedback()) == [("sent", no) for no in range(1, 51)]


def test_a_server_that_stays_down_fails_the_message_after_a_day(shop: Shop, server: Server) -> None:
    server.stop()
    shop.add(1)
    shop.clock.ahead = timedelta(hours=24, seconds=1)
    assert deliver_all(shop, 1) == [("failed", 1)]


def test_a_connection_that_breaks_after_data_sends_the_same_message_id_again(shop: Shop, server: Server) -> None:
    server.drop_after_data = ["p2@a.example"]
    shop.add(1, 4)
    assert deliver_all(shop, 4) == [("sent", no) for no in range(1, 5)]
    twice = [mail["Message-ID"] for mail in server.mails if mail["To"] == "p2@a.example"]
    assert len(twice) == 2
    assert len(set(twice)) == 1
    assert len(server.mails) == 5


def test_a_crash_before_the_engine_read_back_sends_the_same_message_id_again(shop: Shop, server: Server) -> None:
    shop.add(1)
    deliver_all(shop, 1)
    deliver_all(shop, 2)
    assert len({mail["Message-ID"] for mail in server.mails}) == 1


def test_a_server_that_hangs_holds_no_other_channel_up(shop: Shop, server: Server) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        shop.settings.update(port=silent.getsockname()[1], timeout="8s")
        shop.add(1, 20)
        shop.add(100, 5, doc=9, channel="sms")
        assert deliver_all(shop, 5, timeout_s=6) == [("sent", no) for no in range(100, 105)]
    lines = (shop.folder / "outbox" / "sms.ndjson").read_text().splitlines()
    assert [json.loads(line)["no"] for line in lines] == list(range(100, 105))


def test_a_template_that_fails_now_fails_its_own_message(shop: Shop, server: Server) -> None:
    shop.template["subject"] = "{% if profile.first_name == 'Name 2' %}{{ 1 | divided_by: 0 }}{% endif %}x"
    shop.add(1, 3)
    assert deliver_all(shop, 3) == [("failed", 2), ("sent", 1), ("sent", 3)]


def test_wrong_settings_keep_messages_until_they_are_right(shop: Shop, server: Server) -> None:
    shop.settings["hots"] = "x"
    shop.add(1)

    async def script(delivery: Delivery) -> None:
        await until(lambda: "hots" in str(delivery.status().get("mail", {}).get("trouble")))
        assert shop.feedback() == []
        del shop.settings["hots"]
        delivery.refresh()
        await until(lambda: bool(shop.feedback()))

    deliver(shop, script)
    assert shop.feedback() == [("sent", 1)]


def test_the_rate_is_kept(shop: Shop, server: Server) -> None:
    shop.rate = "40/s"
    shop.add(1, 40)
    started = time.monotonic()
    deliver_all(shop, 40)
    assert 0.8 < time.monotonic() - started < 10


def test_a_log_that_is_full_is_asked_again(shop: Shop, server: Server) -> None:
    from sojourn.log.errors import LogFull

    real, refusals = shop.log.append_async, [LogFull("the disk")] * 3

    def append_async(frame: pl.DataFrame) -> asyncio.Future[int]:
        if refusals:
            raise refusals.pop()
        return real(frame)

    shop.log.append_async = append_async  # type: ignore[method-assign]
    shop.add(1)
    assert deliver_all(shop, 1) == [("sent", 1)]
    assert len(server.mails) == 1


def test_a_backlog_larger_than_a_lane_goes_without_pauses(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane, "CAPACITY", 60)
    shop.add(1, 400, doc=9, channel="sms")
    assert len(deliver_all(shop, 400, timeout_s=15)) == 400


def test_the_outbox_is_not_read_for_a_lane_that_has_enough_to_go_on_with(
    shop: Shop, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else each mail that leaves would have it read for the one that fits in."""
    monkeypatch.setattr(lane, "CAPACITY", 40)
    shop.rate = "20/s"
    shop.add(1, 30)
    free: list[tuple[int, bool]] = []

    async def script(delivery: Delivery) -> None:
        await until(lambda: bool(shop.feedback()))
        [(_, road)] = delivery._roads.values()
        while not free or not free[-1][1]:
            free.append((road.room(), road.wants_more))
            await asyncio.sleep(0.05)

    deliver(shop, script)
    assert {room >= 20 for room, wants in free if wants} == {True}
    assert any(0 < room < 20 for room, wants in free if not wants)
