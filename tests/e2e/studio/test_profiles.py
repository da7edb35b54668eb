"""The list of profiles, the page of one, and why somebody got something or did not."""

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.served import Shop, until
from tests.e2e.studio.browsing import PASSWORD, Visit, visit

MANY = 120


@pytest.fixture(scope="module", autouse=True)
def people(shop: Shop, ann: Visit) -> None:
    """Two persons of whom much is known, and many others."""
    ann.publish("welcome", "thanks")
    for name in ("eve", "a/b c%"):
        shop.send({"type": "identify", "userId": name, "traits": {"email": "eve@example.com", "first_name": "Eve"}})
    shop.send({"type": "track", "userId": "eve", "event": "Signed Up"})
    shop.send(
        {"type": "track", "userId": "eve", "event": "Order Completed", "properties": {"order_id": "A-7", "amount": 3}}
    )
    shop.send(*({"type": "identify", "userId": f"user-{n:03}", "traits": {"first_name": "U"}} for n in range(MANY)))
    until(shop.is_worked_off)


def test_a_long_list_is_read_page_by_page(ann: Visit) -> None:
    page = ann.page
    page.get_by_role("navigation").get_by_role("link", name="Profiles").click()
    expect(page.get_by_role("link", name="eve", exact=True)).to_be_visible()
    expect(page.get_by_text(f"1–50 of {MANY + 2}")).to_be_visible()
    page.get_by_role("button", name="Next page").click()
    expect(page.get_by_role("link", name="user-060")).to_be_visible()
    expect(page.get_by_role("link", name="eve", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Next page").click()
    expect(page.get_by_text(f"101–{MANY + 2}")).to_be_visible()
    expect(page.get_by_role("button", name="Next page")).to_be_disabled()
    page.get_by_role("button", name="Page before").click()
    expect(page.get_by_text("51–100")).to_be_visible()


def test_the_search_looks_at_beginnings_and_the_address_keeps_it(ann: Visit) -> None:
    page = ann.page
    ann.open("/profiles")
    page.get_by_role("textbox", name="Begins with").fill("EVE@")
    expect(page.get_by_role("link", name="user-000")).to_have_count(0)
    expect(page.get_by_role("link", name="a/b c%")).to_be_visible()
    page.get_by_role("link", name="eve", exact=True).click()
    expect(page.get_by_role("heading", name="Eve")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("textbox", name="Begins with")).to_have_value("EVE@")


def test_an_id_of_any_letters_has_a_page(ann: Visit) -> None:
    ann.open("/profiles")
    ann.page.get_by_role("link", name="a/b c%").click()
    expect(ann.page.get_by_text("a/b c%").first).to_be_visible()
    ann.page.reload()
    expect(ann.page.get_by_role("region", name="Attributes")).to_contain_text("eve@example.com")
    ann.open("/profiles/nobody-of-this-name")
    expect(ann.page.get_by_text("There is no profile “nobody-of-this-name”")).to_be_visible()


def test_a_profile_is_told_with_its_time_line(ann: Visit) -> None:
    page = ann.page
    ann.open("/profiles/eve")
    expect(page.get_by_role("region", name="Attributes")).to_contain_text("Eve")
    expect(page.get_by_role("region", name="Addresses", exact=True)).to_contain_text("eve@example.com")
    expect(page.get_by_role("region", name="Consent")).to_contain_text("Subscribed")
    moments = page.get_by_role("tabpanel").get_by_role("listitem")
    expect(moments.filter(has_text="E-mail goes out")).to_have_count(2)
    page.get_by_text("Events", exact=True).click()
    expect(moments).to_have_count(2)
    page.get_by_role("button", name="Order Completed").click()
    expect(page.get_by_text("A-7")).to_be_visible()
    page.get_by_text("Events", exact=True).click()
    page.get_by_text("Steps", exact=True).click()
    expect(moments.filter(has_text="Order Completed")).to_have_count(0)
    expect(moments.filter(has_text="Left: Completed").first).to_be_visible()


def test_why_somebody_got_it_and_why_another_did_not(ann: Visit) -> None:
    page = ann.page
    ann.open("/profiles/eve")
    page.get_by_role("tab", name="Why did (not)").click()
    ann.choose("Which document?", "Welcome")
    expect(page.get_by_role("status").filter(has_text="eve")).to_contain_text("entered")
    expect(page.get_by_role("listitem").filter(has_text="hello").first).to_be_visible()
    ann.open("/profiles/user-001?why=welcome")
    expect(page.get_by_role("status").filter(has_text="It would have entered")).to_be_visible()
    expect(page.get_by_role("img", name="not passed").first).to_be_visible()


def test_why_is_said_in_korean_with_conditions_as_they_are(ann: Visit, browser: Browser, shop: Shop) -> None:
    guest = visit(browser, shop, locale="ko-KR")
    ann.account("mina", "marketer")
    guest.open("/profiles/user-001?why=welcome")
    guest.page.get_by_label("사용자 이름").fill("mina")
    guest.page.get_by_label("비밀번호", exact=True).fill(PASSWORD)
    guest.page.get_by_role("button", name="로그인").click()
    verdict = guest.page.get_by_role("status").filter(has_text="들어갔을 것입니다")
    expect(verdict).to_contain_text("user-001")
    expect(verdict).not_to_contain_text("entered")
    guest.page.context.close()


def test_who_is_at_a_step_leads_to_the_profile(ann: Visit, shop: Shop) -> None:
    page = ann.page
    shop.send({"type": "track", "userId": "user-005", "event": "Signed Up"})
    ann.open("/edit/journey/welcome")
    ann.step("bought").get_by_role("button", name="1 are here now").click()
    page.get_by_role("dialog").get_by_role("link", name="user-005").click()
    expect(page.get_by_role("heading", name="U", exact=True)).to_be_visible()


def test_a_person_gets_the_data_and_is_erased(ann: Visit) -> None:
    page = ann.page
    ann.open("/profiles/user-119")
    page.get_by_role("button", name="Rights of this person").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Export all that is held").click()
    assert download.value.suggested_filename == "user-119.zip"
    page.get_by_role("button", name="Rights of this person").click()
    page.get_by_role("menuitem", name="Erase everywhere").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Erase", exact=True)).to_be_disabled()
    dialog.get_by_role("textbox", name="Type user-119").fill("user-119")
    dialog.get_by_role("button", name="Erase", exact=True).click()
    expect(page.get_by_text("“user-119” was erased")).to_be_visible()
    ann.open("/profiles/user-119")
    expect(page.get_by_text("There is no profile “user-119”")).to_be_visible()


def test_a_viewer_sees_no_profiles(ann: Visit, browser: Browser, shop: Shop) -> None:
    guest = visit(browser, shop)
    ann.account("vic", "viewer")
    guest.sign_in("vic")
    links = guest.page.get_by_role("navigation").get_by_role("link")
    expect(links.filter(has_text="Journeys")).to_be_visible()
    expect(links.filter(has_text="Profiles")).to_have_count(0)
    guest.open("/profiles/eve")
    expect(guest.page.get_by_text("Profiles are personal data")).to_be_visible()
    guest.page.context.close()
