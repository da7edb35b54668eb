"""Variants of a message: seen side by side and edited from the message, and shown for an event that really happened."""

from __future__ import annotations

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.e2e.served import Shop, until
from tests.e2e.studio.browsing import Visit

TRIED = {
    "kind": "journey", "id": "tried", "title": "Tried", "entry": {"type": "event", "event": "purchase"},
    "nodes": [{"id": "thanks", "type": "email", "variants": [
        {"name": "a", "template": "thank-you", "share": 60}, {"name": "b", "template": "hello", "share": 40},
    ]}],
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def lived(shop: Shop, ann: Visit) -> None:
    assert ann.ask("POST", "/api/drafts", {"kind": "journey", "id": "tried", "document": TRIED})[0] == 201
    shop.send(
        {"type": "identify", "userId": "eve", "traits": {"email": "eve@example.com"}},
        *(
            {"type": "track", "userId": "eve", "event": "Order Completed", "properties": {"order_id": id, "amount": 9}}
            for id in ("first-1", "second-2")
        ),
    )
    until(shop.is_worked_off)


def column(page: Page, name: str) -> FrameLocator:
    return page.get_by_role("region", name=name).frame_locator("iframe")


def choose_event(page: Page) -> None:
    page.get_by_role("combobox", name="Profile").fill("eve")
    page.get_by_role("combobox", name="An event of the past").click()
    page.get_by_role("option", name="Order Completed").first.click()


def test_variants_are_seen_side_by_side_and_edited_from_the_message(ann: Visit, shop: Shop) -> None:
    page = ann.page
    ann.open("/edit/journey/tried")
    ann.step("thanks").click()
    page.get_by_role("button", name="See and edit the variants").click()
    expect(column(page, "a · 60% · thank-you").get_by_text("Thank you for your order")).to_be_visible()
    expect(column(page, "b · 40% · hello").get_by_text("Good to have you here.")).to_be_visible()
    choose_event(page)
    expect(page.get_by_text("Your order second-2")).to_be_visible()

    page.get_by_role("region", name="b · 40% · hello").get_by_role("button", name="Edit").click()
    expect(page.get_by_role("heading", name="hello")).to_be_visible()
    page.get_by_role("textbox", name="Subject").click()
    page.keyboard.press("End")
    page.keyboard.type("!!")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Not saved", exact=True)).to_be_hidden()
    page.get_by_role("button", name="Back to side by side").click()
    expect(page.get_by_role("region", name="b · 40% · hello").get_by_text("Welcome!!")).to_be_visible()
    page.keyboard.press("Escape")
    expect(ann.step("thanks")).to_be_visible()
    assert "{% endif %}!!" in (shop.folder / "templates.yaml").read_text()


def test_the_content_editor_shows_what_it_is_compared_with(ann: Visit) -> None:
    page = ann.page
    ann.open("/edit/template/thank-you")
    choose_event(page)
    expect(page.get_by_text("Your order second-2")).to_be_visible()
    page.get_by_role("textbox", name="event.order_id").fill("third-3")
    expect(page.get_by_text("Your order third-3")).to_be_visible()
    page.get_by_role("switch", name="Side by side").click()
    expect(page.get_by_role("combobox", name="Variants of")).to_have_value("Tried · thanks")
    other = page.get_by_role("region", name="b · 40% · hello")
    expect(column(page, "b · 40% · hello").get_by_text("Good to have you here.")).to_be_visible()
    other.get_by_role("link", name="Edit").click()
    expect(page.get_by_role("heading", name="hello")).to_be_visible()
