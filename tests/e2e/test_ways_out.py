"""Channels that are paused, have several providers, warm up, or send at most once: over real SMTP servers."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sojourn.engine.delivery import Delivery
from sojourn.store.delivery_book import DeliveryBook
from tests.e2e.test_delivery import Server, Shop, deliver, deliver_all, until


@pytest.fixture
def first() -> Iterator[Server]:
    server = Server()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def second() -> Iterator[Server]:
    server = Server()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def shop(tmp_path: Path, first: Server) -> Iterator[Shop]:
    shop = Shop(tmp_path, first.port)
    yield shop
    shop.log.close()
    shop.store.close()


def fallback(server: Server, **more: Any) -> dict[str, Any]:
    settings = {"host": "127.0.0.1", "port": server.port, "from": "Shop <hi@b.example>", "timeout": "2s"}
    return {"name": "second", "provider": "smtp", "settings": settings, **more}


def takers(shop: Shop) -> list[str | None]:
    return [json.loads(data).get("link") for data in shop.log.read(0, 1_000)["data"]]


def test_a_paused_channel_keeps_its_messages_over_a_restart_and_goes_on(shop: Shop, first: Server) -> None:
    shop.add(1, 20)
    shop.book.pause("mail", shop.clock.now())

    async def paused(delivery: Delivery) -> None:
        await until(lambda: delivery.status().get("mail", {}).get("paused") is True)
        await asyncio.sleep(0.2)
        assert shop.feedback() == []

    deliver(shop, paused)
    shop.book = DeliveryBook(shop.folder / "delivery.sqlite")

    async def resumed(delivery: Delivery) -> None:
        await until(lambda: delivery.status().get("mail", {}).get("paused") is True)
        assert first.mails == []
        shop.book.resume("mail")
        delivery.heed()
        await until(lambda: len(shop.feedback()) == 20)

    deliver(shop, resumed)
    assert len(first.mails) == 20


def test_a_pause_takes_back_what_was_not_begun(shop: Shop, first: Server) -> None:
    shop.rate = "20/s"
    shop.add(1, 60)

    async def script(delivery: Delivery) -> None:
        await until(lambda: len(first.mails) >= 3)
        shop.book.pause("mail", shop.clock.now())
        delivery.heed()
        await asyncio.sleep(0.8)  # each of ten connections may have one that waits for its turn
        sent = len(first.mails)
        assert sent < 20
        await asyncio.sleep(0.4)
        assert len(first.mails) == sent
        shop.rate = None
        delivery.refresh()
        shop.book.resume("mail")
        delivery.heed()
        await until(lambda: len(shop.feedback()) == 60)

    deliver(shop, script)
    assert sorted(shop.feedback()) == [("sent", no) for no in range(1, 61)]


def test_the_second_provider_takes_over_and_the_first_is_tried_again(
    shop: Shop, first: Server, second: Server
) -> None:  # fmt: skip
    shop.more = {"fallbacks": [fallback(second)], "fail_over_after": 2}
    first.stop()
    shop.add(1, 30)

    async def script(delivery: Delivery) -> None:
        await until(lambda: len(shop.feedback()) == 30)
        [one, other] = delivery.status()["mail"]["providers"]
        assert (one["name"], one["down"], other["down"]) == ("smtp", True, False)
        assert delivery.status()["mail"]["resting_s"] == 0
        first.start()
        shop.add(31, 30)
        delivery.wake()
        await until(lambda: len(shop.feedback()) == 60)
        for batch in range(3):
            shop.add(100 + 10 * batch, 10)
            delivery.wake()
            await until(lambda batch=batch: len(shop.feedback()) == 70 + 10 * batch)  # type: ignore[misc]
            await asyncio.sleep(0.25)
        assert delivery.status()["mail"]["providers"][0]["down"] is False

    deliver(shop, script)
    assert set(takers(shop)[:30]) == {"second"}
    assert set(takers(shop)[-10:]) == {"smtp"}
    assert len(first.mails) + len(second.mails) == 90


def test_a_provider_that_takes_and_never_answers_is_left_for_the_next(
    shop: Shop, first: Server, second: Server
) -> None:  # fmt: skip
    shop.more = {"fallbacks": [fallback(second)], "fail_over_after": 2}
    first.drop_after_data = [f"p{no}@a.example" for no in range(1, 41)] * 50
    shop.add(1, 40)
    assert deliver_all(shop, 40) == [("sent", no) for no in range(1, 41)]
    assert set(takers(shop)) == {"second"}


def test_a_warm_up_sends_a_days_volume_and_the_rest_on_the_next_days(shop: Shop, first: Server) -> None:
    shop.more = {"warm_up": {"since": shop.clock.now().date().isoformat(), "daily": [5, 10]}}
    shop.add(1, 30)

    async def day_one(delivery: Delivery) -> None:
        await until(lambda: len(shop.feedback()) == 5)
        await asyncio.sleep(0.3)
        [provider] = delivery.status()["mail"]["providers"]
        assert (provider["volume_today"], provider["taken_today"]) == (5, 5)

    deliver(shop, day_one)
    assert len(first.mails) == 5
    shop.read_back()
    shop.book = DeliveryBook(shop.folder / "delivery.sqlite")
    shop.add(50)
    deliver(shop, lambda _: asyncio.sleep(0.4))
    assert len(first.mails) == 5
    shop.clock.ahead = timedelta(days=1)
    deliver_all(shop, 15)
    shop.read_back()
    assert len(first.mails) == 15
    shop.clock.ahead = timedelta(days=2)
    deliver_all(shop, 31)
    assert len(first.mails) == 31


def test_what_is_over_a_warm_ups_volume_takes_the_next_provider_where_it_may(
    shop: Shop, first: Server, second: Server
) -> None:  # fmt: skip
    plan = {"since": shop.clock.now().date().isoformat(), "daily": [4], "over": "next"}
    shop.more = {"warm_up": plan, "fallbacks": [fallback(second)]}
    shop.add(1, 12)
    assert len(deliver_all(shop, 12)) == 12
    assert (len(first.mails), len(second.mails)) == (4, 8)


def test_a_provider_has_a_rate_of_its_own(shop: Shop, first: Server, second: Server) -> None:
    shop.more = {"fallbacks": [fallback(second, rate="1/h")], "fail_over_after": 1}
    first.stop()
    shop.add(1, 3)
    deliver(shop, lambda _: asyncio.sleep(1))
    assert len(second.mails) == 1


def test_what_may_have_been_handed_over_is_not_sent_again_but_reported(shop: Shop, first: Server) -> None:
    shop.more = {"at_most_once": True}
    first.drop_after_data = ["p2@a.example"]
    shop.add(1, 3)
    assert deliver_all(shop, 3) == [("failed", 2), ("sent", 1), ("sent", 3)]
    assert len(first.mails) == 3
    assert shop.book.under_way() == set()


def test_a_message_that_was_under_way_at_a_crash_is_reported(shop: Shop, first: Server) -> None:
    shop.more = {"at_most_once": True}
    shop.add(1, 2)
    shop.book.begin([2])
    assert deliver_all(shop, 2) == [("failed", 2), ("sent", 1)]
    assert [str(mail["To"]) for mail in first.mails] == ["p1@a.example"]
    assert "may have been handed over" in str(shop.log.read(0, 9)["data"].to_list())


def test_at_most_once_tries_again_what_surely_was_not_handed_over(shop: Shop, first: Server) -> None:
    shop.more = {"at_most_once": True}
    first.recipients["p1@a.example"] = ["450 4.2.0 greylisted"]
    first.stop()
    shop.add(1, 3)

    async def script(delivery: Delivery) -> None:
        await until(lambda: bool(delivery.status().get("mail", {}).get("trouble")))
        first.start()
        await until(lambda: len(shop.feedback()) >= 3)

    deliver(shop, script)
    assert len(first.mails) == 3
