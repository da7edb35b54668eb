"""A document over its life: its versions and what differs, those inside, its lifecycle, and drafts over the past."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.served import Shop, until
from tests.e2e.studio.browsing import Visit


@pytest.fixture(scope="module", autouse=True)
def lived(shop: Shop, ann: Visit) -> None:
    """Three are inside the first version."""
    ann.publish("welcome")
    for who in ("eve", "zoe", "kim"):
        shop.send(
            {"type": "identify", "userId": who, "traits": {"email": f"{who}@example.com"}},
            {"type": "track", "userId": who, "event": "Signed Up"},
        )
    until(lambda: shop.is_worked_off() and shop.status("welcome")["messages"]["sent"] == 3)


def more(page: Page, action: str) -> None:
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name=action).click()


def differs(page: Page, step: str) -> Locator:
    return page.get_by_role("dialog").locator(f'[data-differs="{step}"]')


def test_the_summary_before_a_publication_says_what_becomes_of_those_inside(ann: Visit, shop: Shop) -> None:
    page = ann.page
    ann.open("/edit/journey/welcome")
    ann.step("bought").click()
    page.get_by_role("textbox", name="Wait at most").fill("9")
    page.get_by_role("button", name="Publish", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("2, in place of 1")).to_be_visible()
    expect(dialog.get_by_text("3 profiles finish on version 1")).to_be_visible()
    expect(dialog.get_by_role("row", name=re.compile(r"nodes\[bought\]"))).to_contain_text("9d")
    dialog.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_text("· Version 2")).to_be_visible()
    assert shop.status("welcome")["inside"] == 3


def test_what_differs_is_seen_on_the_canvas(ann: Visit) -> None:
    page = ann.page
    ann.open("/edit/journey/welcome")
    ann.step("@entry").focus()
    page.keyboard.press("a")
    page.get_by_role("dialog").get_by_role("button", name="Wait", exact=True).click()
    page.get_by_role("textbox", name="Wait for").fill("2")
    ann.save()
    more(page, "Versions")
    expect(differs(page, "wait")).to_contain_text("new")
    expect(differs(page, "bought")).to_be_disabled()
    page.get_by_role("dialog").get_by_role("button", name="Version 2").click()
    page.get_by_role("dialog").locator('[data-differs="bought"][data-fate="changed"]').click()
    expect(page.get_by_role("heading", name="Changes of bought")).to_be_visible()
    page.keyboard.press("Escape")


def test_those_inside_older_versions_leave_when_that_is_chosen(ann: Visit, shop: Shop) -> None:
    page = ann.page
    ann.open("/edit/journey/welcome")
    page.get_by_role("button", name="Publish", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name="Move to the new version").check()
    expect(dialog.get_by_text("0 move from version 1 to the new one")).to_be_visible()
    expect(
        dialog.get_by_text("3 at “bought” finish on version 1: the new version waits otherwise there.")
    ).to_be_visible()
    dialog.get_by_role("radio", name="Leave at once").check()
    expect(dialog.get_by_text("3 profiles leave version 1 at once")).to_be_visible()
    dialog.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("· Version 3")).to_be_visible()
    until(lambda: shop.status("welcome")["inside"] == 0)
    shop.send({"type": "track", "userId": "new", "event": "Signed Up"})
    until(lambda: shop.status("welcome")["inside"] == 1)


def test_who_waits_moves_to_the_new_version_when_that_is_chosen(ann: Visit, shop: Shop) -> None:
    page = ann.page
    ann.open("/edit/journey/welcome")
    ann.step("@entry").click()
    page.get_by_role("textbox", name="Title").fill("Welcome again")
    page.get_by_role("button", name="Publish", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("1 profile finishes on version 3")).to_be_visible()
    dialog.get_by_role("radio", name="Move to the new version").check()
    expect(dialog.get_by_text("1 moves from version 3 to the new one")).to_be_visible()
    dialog.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_text("· Version 4")).to_be_visible()
    more(page, "Versions")
    expect(page.get_by_role("button", name=re.compile(r"version 4 .* 1 inside"))).to_be_visible()
    page.keyboard.press("Escape")


def test_nothing_can_be_published_while_another_document_has_errors(ann: Visit, shop: Shop) -> None:
    page = ann.page
    (shop.folder / "wrong.yaml").write_text("kind: audience\nid: wrong\nwhere: profile.nothing = 1\n")
    ann.open("/edit/journey/welcome")
    ann.step("@entry").click()
    page.get_by_role("textbox", name="Title").fill("Still welcome")
    page.get_by_role("button", name="Publish", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Other documents have errors")).to_be_visible()
    expect(dialog.get_by_role("link", name="wrong")).to_be_visible()
    expect(dialog.get_by_role("button", name=re.compile("publish"))).to_be_disabled()
    (shop.folder / "wrong.yaml").unlink()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(dialog.get_by_role("button", name=re.compile("publish"))).to_be_enabled()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Undo").click()


def test_a_draft_is_run_over_the_past_beside_the_live_version(ann: Visit) -> None:
    page = ann.page
    ann.open("/edit/journey/welcome")
    more(page, "Back-test")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Run", exact=True).click()
    expect(dialog.get_by_role("heading", name="Passages")).to_be_visible(timeout=60_000)
    expect(dialog.get_by_role("columnheader", name="Draft").first).to_be_visible()
    expect(dialog.get_by_role("columnheader", name="Live").first).to_be_visible()
    expect(dialog.get_by_role("row", name=re.compile("hello"))).to_contain_text("E-mail")
    page.keyboard.press("Escape")


@pytest.mark.parametrize(
    ("action", "state"), [("Pause", "paused"), ("Resume", "live"), ("Close", "closed"), ("Stop", "stopped")]
)
def test_the_lifecycle_has_a_button_for_each_turn(ann: Visit, shop: Shop, action: str, state: str) -> None:
    page = ann.page
    ann.open("/edit/journey/welcome")
    more(page, action)
    page.get_by_role("dialog").get_by_role("button", name=action, exact=True).last.click()
    expect(page.get_by_text(state.capitalize(), exact=True).first).to_be_visible()
    assert shop.status("welcome")["state"] == state


def test_the_record_says_who_changed_what(ann: Visit) -> None:
    page = ann.page
    ann.open("/settings/record")
    row = page.get_by_role("row", name=re.compile("Stopped")).first
    expect(row).to_contain_text("ann")
    expect(row).to_contain_text('state: "closed" → "stopped"')
    page.get_by_role("textbox", name="Only about").fill("nothing-of-this-name")
    expect(page.get_by_text("Nothing fits")).to_be_visible()
    page.get_by_role("textbox", name="Only about").fill("welcome")
    expect(page.get_by_role("row", name=re.compile("user.ann"))).to_have_count(0)
    saved = page.get_by_role("row", name=re.compile("journey.welcome")).filter(has_text="wait")
    expect(saved.first).to_be_visible()
