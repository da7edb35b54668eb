"""Publications that another person decides about, and documents that come back from the trash."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.served import Shop
from tests.e2e.studio.browsing import Visit, visit


@pytest.fixture(scope="module")
def mary(browser: Browser, shop: Shop, ann: Visit) -> Iterator[Visit]:
    """A marketer."""
    ann.account("mary", "marketer")
    made = visit(browser, shop)
    made.sign_in("mary")
    yield made
    made.page.context.close()


def test_a_request_is_seen_approved_and_published(ann: Visit, mary: Visit, shop: Shop) -> None:
    status, _ = mary.ask("POST", "/api/approvals", {"ids": ["welcome"], "comment": "The greeting is nicer now"})
    assert status == 201
    page = mary.page
    page.get_by_role("navigation").get_by_role("link", name="Approvals").click()
    expect(page.get_by_text("This is your own request")).to_be_visible()
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    page = ann.page
    ann.open("/approvals")
    request = page.get_by_role("article", name="welcome")
    expect(request.get_by_text("The greeting is nicer now")).to_be_visible()
    expect(request.get_by_text("Asked for by mary")).to_be_visible()
    expect(request).to_contain_text('"template": "hello"')
    request.get_by_role("textbox").fill("Good")
    request.get_by_role("button", name="Approve and publish").click()
    expect(request).to_have_count(0)
    page.get_by_text("Published", exact=True).click()
    expect(page.get_by_role("article", name="welcome").get_by_text("“Good”")).to_be_visible()
    assert shop.status("welcome")["state"] == "live"


def test_a_refusal_says_why_and_one_takes_back_ones_own(ann: Visit, mary: Visit) -> None:
    for text in ("one", "two"):
        made = {"kind": "journey", "id": text, "entry": {"type": "event", "event": "signed_up"},
                "nodes": [{"id": "end", "type": "end"}]}  # fmt: skip
        assert mary.ask("POST", "/api/drafts", {"document": made, "kind": "journey", "id": text})[0] == 201
        assert mary.ask("POST", "/api/approvals", {"ids": [text], "comment": ""})[0] == 201
    ann.open("/approvals")
    request = ann.page.get_by_role("article", name="one")
    expect(request.get_by_role("button", name="Refuse")).to_be_disabled()
    request.get_by_role("textbox").fill("Not before Monday")
    request.get_by_role("button", name="Refuse").click()
    expect(request).to_have_count(0)
    mary.open("/approvals")
    mary.page.get_by_role("article", name="two").get_by_role("button", name="Withdraw").click()
    expect(mary.page.get_by_text("Nothing here")).to_be_visible()
    mary.page.get_by_text("Refused", exact=True).click()
    expect(mary.page.get_by_text("“Not before Monday”")).to_be_visible()


def test_who_needs_approval_says_why_in_the_dialog(ann: Visit, mary: Visit, shop: Shop) -> None:
    shop.edit("workspace.yaml", "timezone: UTC", "timezone: UTC\napproval: required")
    ann.publish("welcome")
    mary.open("/edit/triggered/thanks")
    page = mary.page
    page.get_by_role("button", name="Publish", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What you say to who approves").fill("Thanks everybody from Monday on")
    dialog.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("Sent for approval")).to_be_visible()
    assert mary.ask("GET", "/api/drafts/triggered/thanks")[1]["published"] is None
    ann.open("/approvals")
    request = ann.page.get_by_role("article", name="thanks")
    expect(request.get_by_text("Thanks everybody from Monday on")).to_be_visible()
    request.get_by_role("button", name="Approve and publish").click()
    expect(request).to_have_count(0)
    assert shop.status("thanks")["state"] == "live"
    ann.open("/edit/triggered/thanks")
    ann.page.get_by_role("button", name="Publish", exact=True).click()
    expect(ann.page.get_by_role("dialog").get_by_text("says the same")).to_be_visible()
    expect(ann.page.get_by_label("What you say to who approves")).to_have_count(0)
    ann.page.keyboard.press("Escape")


def test_a_deleted_document_is_put_back(ann: Visit, shop: Shop) -> None:
    page = ann.page
    ann.open("/journeys")
    page.get_by_role("button", name="Actions for two").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("link", name="two", exact=True)).to_have_count(0)
    ann.open("/settings/trash")
    page.get_by_role("button", name="Put two back").click()
    expect(page.get_by_role("heading", name="two")).to_be_visible()
    assert list(shop.folder.rglob("two.yaml"))
