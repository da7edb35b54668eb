"""What Prometheus reads of a real server that sends real mail, and is killed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from tests.e2e.served import Mailbox, Shop, command, until


@pytest.fixture
def shop(tmp_path: Path, mailbox: Mailbox) -> Iterator[Shop]:
    shop = Shop(tmp_path / "shop", mailbox.port)
    shop.init()
    yield shop
    shop.stop()


def value(shop: Shop, key: str, name: str, **labels: str) -> float | None:
    accept = {"Accept": "application/openmetrics-text; version=1.0.0"}
    page = shop.client(key).get("/metrics", headers=accept).raise_for_status().text
    samples = [sample for family in text_string_to_metric_families(page) for sample in family.samples]
    return next((sample.value for sample in samples if sample.name == name and sample.labels == labels), None)


def test_mail_is_counted_where_it_leaves_and_in_the_store_for_good(shop: Shop, mailbox: Mailbox) -> None:
    key = command("key", "create", "--role", "metrics", shop.folder).split()[-1]
    shop.start()
    command("publish", "--all", "--workspace", shop.folder)
    shop.send({"type": "identify", "userId": "ann", "traits": {"email": "ann@example.com"}},
              {"type": "track", "userId": "ann", "event": "Signed Up"})  # fmt: skip
    until(lambda: mailbox.to("ann@example.com"), 60)
    until(lambda: value(shop, key, "sojourn_messages_ended_total", channel="mail", outcome="sent") == 1, 60)
    assert value(shop, key, "sojourn_provider_seconds_count", channel="mail", provider="smtp") == 1
    assert value(shop, key, "sojourn_provider_receipts_total", channel="mail", provider="smtp", receipt="sent") == 1
    until(lambda: value(shop, key, "sojourn_outbox_messages", type="email") == 0, 60)
    shop.kill()
    shop.start()
    assert value(shop, key, "sojourn_messages_decided_total", type="email") == 1
    assert value(shop, key, "sojourn_messages_ended_total", channel="mail", outcome="sent") in (None, 0)
