"""A triggered campaign in its steps, by hand: built, seen on the time line, published and set off."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.e2e.served import Shop, until
from tests.e2e.studio.browsing import Visit


def open_step(ann: Visit, name: str) -> None:
    ann.page.get_by_role("navigation", name="Steps").get_by_role("button", name=name).click()
    expect(ann.page.get_by_role("heading", name=name, level=2)).to_be_visible()


def example(ann: Visit, name: str) -> Locator:
    return ann.page.locator(f'[data-example="{name}"]')


def test_a_triggered_campaign_is_built_step_by_step(ann: Visit, shop: Shop) -> None:
    page = ann.page
    page.get_by_role("navigation").get_by_role("link", name="Triggered").click()
    page.get_by_role("button", name="New", exact=True).first.click()
    page.get_by_role("textbox", name="Title").fill("Thanks for joining")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name="Thanks for joining")).to_be_visible()

    page.get_by_role("button", name="What sets it off?").click()
    page.get_by_role("menuitem", name="An event").click()
    ann.choose("Event", "signed_up")
    open_step(ann, "Message")
    page.get_by_role("button", name="Add a message").click()
    page.get_by_role("menuitem", name="E-mail", exact=True).click()
    ann.choose("Template", "hello")
    expect(example(ann, "now")).to_have_attribute("data-end", "leaves")
    expect(example(ann, "now")).to_contain_text("Leaves at once")

    open_step(ann, "Delay")
    page.get_by_role("radio", name="After some time").check()
    page.get_by_role("textbox", name="Wait for").fill("2")
    ann.choose("Unit of Wait for", "hours")
    expect(example(ann, "now")).to_contain_text("2 hr later")
    steps = page.get_by_role("navigation", name="Steps")
    expect(steps.get_by_role("button", name="Delay")).to_contain_text("After 2 hours")

    open_step(ann, "Window")
    page.get_by_role("radio", name="In a window of the day").check()
    expect(example(ann, "night")).to_contain_text("Outside the window")
    expect(example(ann, "before_window")).to_have_attribute("data-end", "leaves")
    ann.choose("If it is missed", "The next opening")
    expect(example(ann, "before_window")).to_contain_text("Leaves")

    open_step(ann, "Exceptions")
    page.get_by_role("button", name="Add an exception").click()
    page.get_by_role("menuitem", name="An event").click()
    ann.choose("Event", "purchase")
    expect(page.get_by_text("In this stretch it keeps the message from leaving: purchase")).to_be_visible()


def test_a_time_of_ones_own_and_another_zone(ann: Visit) -> None:
    page = ann.page
    page.get_by_label("A trigger time of your own").fill("2030-01-05T10:00")
    expect(example(ann, "wished")).to_contain_text("Leaves Sat, Jan 5, 12:00, 2 hr later")
    page.get_by_role("combobox", name="Time zone of the example profile").fill("Seoul")
    page.get_by_role("option", name="Asia/Seoul").click()
    expect(example(ann, "wished")).to_contain_text("Sat, Jan 5, 10:00")
    expect(example(ann, "now")).to_have_count(0)
    page.get_by_label("A trigger time of your own").fill("")
    expect(example(ann, "now")).to_be_visible()


def test_problems_lead_to_their_step(ann: Visit) -> None:
    page = ann.page
    open_step(ann, "Delay")
    page.get_by_role("radio", name="At once").check()
    page.get_by_role("tab", name="Problems").click()
    page.get_by_role("button", name="exceptions need a `delay`").click()
    expect(page.get_by_role("heading", name="Exceptions", level=2)).to_be_visible()
    open_step(ann, "Exceptions")
    page.get_by_role("button", name="Remove no. 1").click()
    open_step(ann, "Window")
    page.get_by_role("radio", name="At any time").check()
    expect(example(ann, "now")).to_contain_text("Leaves at once")


def test_it_is_published_and_set_off(ann: Visit, shop: Shop) -> None:
    page = ann.page
    open_step(ann, "Message")
    page.get_by_role("spinbutton", name="Control group in %").or_(page.get_by_label("Control group in %")).first.fill(
        "0"
    )
    ann.save()
    text = next(shop.folder.rglob("thanks-for-joining.yaml")).read_text()
    assert "event: signed_up" in text and "window" not in text and "unless" not in text
    page.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    shop.send(
        {"type": "identify", "userId": "joe", "traits": {"email": "joe@example.com"}},
        {"type": "track", "userId": "joe", "event": "Signed Up"},
    )
    until(lambda: shop.is_worked_off() and shop.status("thanks-for-joining")["messages"].get("sent"))
    assert shop.status("thanks-for-joining")["messages"]["sent"] == 1


def test_test_mode_tells_whether_and_why_a_message_left(ann: Visit) -> None:
    page = ann.page
    open_step(ann, "Delay")
    page.get_by_role("radio", name="After some time").check()
    page.get_by_role("tab", name="Test", exact=True).click()
    page.get_by_role("button", name="Begin the test").click()
    page.get_by_role("button", name="Let it happen").click()
    expect(page.get_by_text("Welcome", exact=True)).to_have_count(0)
    page.get_by_role("button", name="To what is due next").click()
    page.get_by_role("button", name="Welcome").click()
    expect(page.frame_locator("iframe").get_by_text("Good to have you here.")).to_be_visible()

    page.get_by_role("button", name="End", exact=True).click()
    page.get_by_label("email", exact=True).fill("")
    page.get_by_role("button", name="Begin the test").click()
    page.get_by_text("JSON", exact=True).click()
    expect(page.get_by_label("Items as JSON")).to_have_value(re.compile('"event": "Signed Up"'))
    page.get_by_role("button", name="Let it happen").click()
    page.get_by_role("button", name="To what is due next").click()
    expect(page.get_by_text("No address", exact=True)).to_be_visible()

    page.get_by_text("Event", exact=True).click()
    page.get_by_role("button", name="End", exact=True).click()
    page.get_by_role("button", name="Begin the test").click()
    ann.choose("Event", "purchase")
    page.get_by_role("button", name="Let it happen").click()
    expect(page.get_by_role("status").get_by_text("has not entered")).to_be_visible()
