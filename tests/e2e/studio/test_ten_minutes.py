"""The demo's journey built by hand from an empty canvas, published and watched to its report: how long it takes."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.served import Mailbox, Shop, command, until
from tests.e2e.studio.browsing import Visit

DEMO = Path(__file__).resolve().parents[3] / "demo" / "workspace"
BEGIN = "2011-11-07T08:00:00Z"
PEOPLE = 3
# Somebody thinks between two clicks; who has never seen the page thinks long.
THINKING_S = 8
LIMIT_S = 600


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The demo's workspace without its journey and the journey's letters, an hour before the first message."""
    mailbox = Mailbox()
    mailbox.start()
    shop = Shop(Path(tmp_path_factory.mktemp("minutes")) / "shop", mailbox.port)
    shutil.copytree(DEMO, shop.folder)
    (shop.folder / "first-message.yaml").unlink()
    (shop.folder / "templates.yaml").write_text(
        "---\n".join(part for part in (DEMO / "templates.yaml").read_text().split("---\n") if "id: sorry" in part)
    )
    # Nobody is held back by chance or at night, and mails come to the test's own server.
    (shop.folder / "policy.yaml").unlink()
    shop.edit("channels.yaml", "port: 2525", f"port: {mailbox.port}")
    shop.start("--clock-start", BEGIN)
    shop.server_key = command("key", "create", "--role", "admin", shop.folder).split()[-1]
    shop.send(*(call for number in range(PEOPLE) for call in regular(f"customer-{number}")))
    until(shop.is_worked_off)
    yield shop
    shop.stop()
    mailbox.stop()


def regular(who: str) -> Iterator[dict[str, Any]]:
    """Yield what makes somebody a regular customer."""
    bought = {"userId": who, "timestamp": "2011-10-01T10:00:00Z"}
    traits = {"email": f"{who}@demo.example", "push_token": f"token-{who}", "orders": 3}
    yield {"type": "identify", "userId": who, "traits": traits}
    line = {"invoice": "1", "stock_code": "22423", "quantity": 1, "price": 10.5}
    for _ in range(10):
        yield {**bought, "type": "track", "event": "Product Bought", "properties": line}
    order = {"invoice": "1", "amount": 105.0, "items": 10}
    yield {**bought, "type": "track", "event": "Order Completed", "properties": order}


class Hand:
    """Does one thing after the other, and counts."""

    def __init__(self, visit: Visit) -> None:
        self.visit, self.page = visit, visit.page
        self.actions = 0

    def click(self, target: Locator) -> None:
        self.actions += 1
        target.click()

    def fill(self, label: str, text: str) -> None:
        self.actions += 1
        self.page.get_by_label(label, exact=True).last.fill(text)

    def choose(self, label: str, option: str) -> None:
        self.actions += 2
        self.visit.choose(label, option)

    def button(self, name: str) -> None:
        self.click(self.page.get_by_role("button", name=name, exact=True).last)

    def add(self, behind: str, step: str, name: str) -> None:
        """Add a step behind a place, and give it its name."""
        # A place may lie under what floats over the canvas; the keyboard reaches it all the same.
        self.actions += 1
        self.page.get_by_role("button", name=f"Add a step after {behind}", exact=True).last.press("Enter")
        self.click(self.page.get_by_role("dialog").get_by_role("button", name=step, exact=True))
        self.fill("Id", name)
        self.page.keyboard.press("Enter")

    def write(self, title: str) -> None:
        """Make the template of the chosen step."""
        self.choose("Template", "New template…")
        self.fill("Title", title)
        self.click(self.page.get_by_role("dialog").get_by_role("button", name="Create"))
        expect(self.page.get_by_role("combobox", name="Template", exact=True)).to_have_value(title)


def test_the_demo_journey_is_built_by_hand_in_under_ten_minutes(ann: Visit, shop: Shop) -> None:
    page, hand, began_s = ann.page, Hand(ann), time.monotonic()
    hand.click(page.get_by_role("button", name="New journey").first)
    hand.fill("Title", "First message")
    hand.button("Create")
    expect(page.get_by_role("heading", name="First message")).to_be_visible()
    hand.choose("Starts with", "An audience")
    hand.choose("Audience", "Regular customers")
    hand.button("Schedule")
    hand.choose("Schedule", "Once, at an instant")
    hand.fill("At", "2011-11-07T09:00")
    hand.choose("Time zone", "That of each profile")

    hand.add("Entry", "E-mail", "first")
    expect(page.get_by_text("“Template” is still to be filled in").first).to_be_visible()
    hand.write("Christmas")
    hand.button("Subscription group")
    hand.choose("Subscription group", "Offers and news")
    hand.add("first", "Reaction", "opened")
    hand.choose("Reaction", "Opened")
    hand.fill("Wait at most", "1")
    hand.add("opened: Time is up", "E-mail", "follow-up")
    hand.write("Christmas again")
    hand.add("opened: It happened", "Event", "bought")
    hand.choose("Event", "purchase")
    hand.add("bought: It happened", "Push", "thanks")
    hand.write("Thanks")

    hand.button("Publish")
    hand.click(page.get_by_role("dialog").get_by_role("button", name="Save and publish"))
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    shop.client().put("/api/clock", json={"speed": 3600}).raise_for_status()
    expect(ann.step("opened").get_by_role("button", name=f"{PEOPLE} are here now")).to_be_visible()
    shop.client().put("/api/clock", json={"speed": 86_400}).raise_for_status()
    expect(ann.step("follow-up")).to_contain_text(str(PEOPLE))
    shop.client().put("/api/clock", json={"speed": 1}).raise_for_status()

    hand.click(page.get_by_role("link", name="Report", exact=True))
    expect(page.get_by_role("button", name=f"Came to follow-up: {PEOPLE}, show who")).to_be_visible()
    took_s = time.monotonic() - began_s
    print(f"\nthe demo's journey by hand: {hand.actions} actions, {took_s:.1f} s of the studio's")
    assert took_s + hand.actions * THINKING_S < LIMIT_S
    assert "no problems" in command("validate", shop.folder)
