"""Rates, a warm-up's day and a pause in a server that is killed, stopped and started again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.e2e.served import Mailbox, Shop, command, until

PEOPLE = 70
RATE = 20
DAY = 40
UNDER_WAY = 10
"""Connections: so many mails may be counted, and lost or repeated, by a kill."""
PLAN = f"rate: {RATE}/s\nwarm_up: {{since: 2026-03-02, daily: [{DAY}, 100]}}"

pytestmark = pytest.mark.timeout(400)


class Stamped(Mailbox):
    """An SMTP server that notes when each mail came."""

    def __init__(self) -> None:
        super().__init__()
        self.came_s: list[float] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.came_s.append(time.monotonic())
        return await super().handle_DATA(server, session, envelope)

    def people(self) -> set[str]:
        return {str(mail["To"]) for mail in list(self.mails)}


@pytest.fixture
def office() -> Iterator[Stamped]:
    office = Stamped()
    office.start()
    yield office
    office.stop()


@pytest.fixture
def shop(tmp_path: Path, office: Stamped) -> Iterator[Shop]:
    shop = Shop(tmp_path / "shop", office.port)
    shop.init()
    shop.edit("channels.yaml", "default: true", f"default: true\n{PLAN}")
    shop.options = ("--clock-start", "2026-03-02T09:00:00Z")
    shop.start()
    command("publish", "--all", "--workspace", shop.folder)
    yield shop
    shop.stop()


def greet(shop: Shop) -> None:
    people = [f"p{n}" for n in range(PEOPLE)]
    traits = [{"type": "identify", "userId": id, "traits": {"email": f"{id}@example.com"}} for id in people]
    shop.send(*traits, *({"type": "track", "userId": id, "event": "Signed Up"} for id in people))


def provider(shop: Shop) -> dict[str, Any]:
    [found] = shop.client().get("/api/channels").raise_for_status().json()["mail"]["providers"]
    return dict(found)


def test_a_day_takes_its_volume_at_its_rate_however_often_the_server_starts(shop: Shop, office: Stamped) -> None:
    greet(shop)
    runs = []
    for share, end in ((0.25, shop.kill), (0.6, shop.stop)):
        begun, first = len(office.mails), time.monotonic()
        until(lambda share=share: len(office.mails) >= DAY * share, 90)  # type: ignore[misc]
        end()
        runs.append((office.came_s[-1] - first, len(office.mails) - begun))
        shop.start()
    until(lambda: provider(shop)["taken_today"] == DAY, 90)
    time.sleep(1)
    assert provider(shop)["volume_today"] == DAY
    assert len(office.mails) <= DAY, "no restart gives more than the day's volume"
    assert len(office.people()) >= DAY - UNDER_WAY, "a kill costs no more than what was under way"
    assert all(seconds >= (count - UNDER_WAY) / RATE for seconds, count in runs), runs
    shop.stop()
    shop.options = ("--clock-start", "2026-03-03T00:00:01Z")
    shop.start()
    until(lambda: len(office.people()) == PEOPLE, 90)
    assert provider(shop)["volume_today"] == 100


def test_a_stop_costs_the_day_nothing(shop: Shop, office: Stamped) -> None:
    greet(shop)
    until(lambda: len(office.mails) >= DAY // 4, 90)
    shop.stop()
    shop.start()
    until(lambda: len(office.mails) >= DAY, 90)
    time.sleep(1)
    assert len(office.mails) == len(office.people()) == DAY


def test_a_pause_outlives_the_server(shop: Shop, office: Stamped) -> None:
    command("channels", "pause", "mail", "--workspace", shop.folder)
    greet(shop)
    shop.kill()
    shop.start()
    until(shop.is_worked_off, 60)
    time.sleep(1)
    assert office.mails == []
    command("channels", "resume", "mail", "--workspace", shop.folder)
    until(lambda: len(office.people()) == DAY, 90)
