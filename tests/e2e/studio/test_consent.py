"""Consent as it is set up: a group with double opt-in, the brand of the preference centre, lists of members, sizes."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.served import Shop, command, until
from tests.e2e.studio.browsing import Visit

GROUP = "kind: group\nid: news\nchannel: email\ntitle: News\ndefault: unsubscribed\n"
LIST = "kind: audience\nid: friends\ntitle: Friends\nmembers: friends.csv\n"


@pytest.fixture(scope="module", autouse=True)
def documents(shop: Shop, ann: Visit) -> None:
    (shop.folder / "friends.csv").write_text("profile_id\neve\nfay\nnobody\n")
    for kind, id, text in (("group", "news", GROUP), ("audience", "friends", LIST)):
        status, answer = ann.ask("POST", "/api/drafts", {"kind": kind, "id": id, "yaml": text})
        assert status == 201, answer
    for name in ("eve", "fay"):
        shop.send({"type": "identify", "userId": name, "traits": {"email": f"{name}@example.com"}})
    ann.publish("welcome")
    until(shop.is_worked_off)


def more(page: Page, field: str) -> None:
    """Open a field that is not used."""
    page.get_by_role("group", name="Settings that are not used").get_by_role("button", name=field, exact=True).click()


def published(ann: Visit) -> None:
    ann.page.get_by_role("button", name="Publish", exact=True).first.click()
    ann.page.get_by_role("dialog").get_by_role("button", name=re.compile("ublish")).last.click()
    expect(ann.page.get_by_text("Published", exact=True)).to_be_visible()


def test_a_group_asks_twice_and_the_preference_centre_has_its_brand(ann: Visit, shop: Shop) -> None:
    page = ann.page
    ann.open("/edit/group/news")
    more(page, "Double opt-in")
    page.get_by_role("switch", name="Double opt-in").check()
    ann.save()
    ann.open("/edit/workspace/shop")
    more(page, "Brand of public pages")
    more(page, "Name")
    page.get_by_role("textbox", name="Name").fill("The Shop")
    ann.save()
    published(ann)
    shop.client().post(
        "/v1/batch",
        json={"batch": [{"type": "subscription", "userId": "eve", "group": "news", "status": "subscribed"}]},
    ).raise_for_status()
    until(shop.is_worked_off)
    ann.open("/profiles/eve")
    expect(page.get_by_text(re.compile("^pending", re.IGNORECASE)).first).to_be_visible()
    link = command("person", "link", "eve", "--workspace", shop.folder).strip().splitlines()[-1]
    page.goto(link)
    expect(page.get_by_text("The Shop").first).to_be_visible()
    expect(page.get_by_text("News").first).to_be_visible()


def test_a_list_of_members_is_counted_and_its_size_kept(ann: Visit, shop: Shop) -> None:
    page = ann.page
    ann.open("/edit/audience/friends")
    expect(page.get_by_role("textbox", name="File of members")).to_have_value("friends.csv")
    expect(page.get_by_text(re.compile(r"\b2\b")).first).to_be_visible()
    status, answer = ann.ask("POST", "/api/housekeeping")
    assert status == 200, answer
    ann.open("/edit/audience/friends")
    expect(page.locator("li", has_text=re.compile(": 2$")).first).to_be_attached()
    assert ann.ask("GET", "/api/audiences/friends/sizes")[1][-1]["size"] == 2
