"""The canvas of a journey in a real browser."""

from playwright.sync_api import Browser, expect

from tests.e2e.served import Shop
from tests.e2e.studio.browsing import Visit, visit


def test_a_step_is_added_by_the_keyboard_and_an_event_sent_from_the_canvas(ann: Visit, shop: Shop) -> None:
    page = ann.page
    page.get_by_role("navigation").get_by_role("link", name="Journeys").click()
    page.get_by_role("button", name="New", exact=True).click()
    page.get_by_role("textbox", name="Title").fill("First steps")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name="First steps")).to_be_visible()

    ann.choose("Event", "New event…")
    dialog = page.get_by_role("dialog", name="New event")
    dialog.get_by_label("Title").fill("Came by")
    dialog.get_by_role("button", name="Create").click()
    expect(page.get_by_role("combobox", name="Event", exact=True)).to_have_value("came-by")
    ann.step("@entry").focus()
    page.keyboard.press("a")
    page.get_by_role("dialog").get_by_role("textbox").fill("wait")
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="Wait for").fill("2")
    expect(ann.step("wait")).to_contain_text("2 days")
    ann.save()
    assert "for: 2d" in next(shop.folder.rglob("first-steps.yaml")).read_text()

    page.get_by_role("button", name="Publish").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Nobody has come in yet: it waits for the event “came-by”.")).to_be_visible()
    page.get_by_role("button", name="Send an event").click()
    dialog = page.get_by_role("dialog", name="Send an event")
    dialog.get_by_label("Profile").fill("zoe")
    dialog.get_by_label("E-mail address").fill("zoe@example.com")
    dialog.get_by_role("button", name="Send", exact=True).click()
    waiting = ann.step("wait").get_by_role("button", name="1 are here now")
    expect(waiting).to_be_visible()
    waiting.click()
    expect(page.get_by_role("dialog").get_by_text("zoe")).to_be_visible()
    assert all(key["label"] != "first steps" for key in ann.ask("GET", "/api/keys")[1]), "the key is revoked again"


def test_an_edit_keeps_the_comments_of_the_file(ann: Visit, shop: Shop) -> None:
    ann.open("/edit/journey/welcome")
    ann.step("bought").click()
    ann.page.get_by_role("textbox", name="Wait at most").fill("9")
    ann.save()
    text = (shop.folder / "welcome.yaml").read_text()
    assert "timeout: 9d" in text
    assert "# Who signs up is welcomed; who buys within a week is through." in text


def test_undo_the_keyboard_and_yaml_beside_it(ann: Visit) -> None:
    page = ann.page
    ann.open("/edit/journey/welcome")
    ann.step("@entry").focus()
    page.keyboard.press("ArrowDown")
    expect(ann.step("hello")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Delete")
    expect(ann.step("bought")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(ann.step("bought")).to_be_visible()
    page.get_by_role("tab", name="YAML").click()
    code = page.get_by_role("textbox", name="YAML of the document")
    code.get_by_text("title").first.click()
    page.keyboard.press("End")
    page.keyboard.type(" back")
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()


def test_what_was_not_saved_is_there_after_a_reload(ann: Visit) -> None:
    page = ann.page
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Your unsaved work")).to_be_visible()
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_role("heading", name="Welcome", exact=True)).to_be_visible()


def test_two_people_edit_one_document_and_nothing_is_lost(ann: Visit, browser: Browser, shop: Shop) -> None:
    other = visit(browser, shop)
    other.sign_in()
    for who in (ann, other):
        who.open("/edit/journey/welcome")
        expect(who.step("bought")).to_be_visible()
    other.step("bought").click()
    other.page.get_by_role("textbox", name="Wait at most").fill("3")
    other.save()
    other.page.context.close()
    ann.step("@entry").click()
    ann.page.get_by_role("textbox", name="Title").fill("Hello there")
    ann.page.get_by_role("button", name="Save", exact=True).click()
    ann.page.get_by_role("button", name="Take both").click()
    ann.save()
    text = (shop.folder / "welcome.yaml").read_text()
    assert "timeout: 3d" in text and "Hello there" in text


def test_an_ended_session_is_begun_again_over_the_page(ann: Visit, shop: Shop) -> None:
    page = ann.page
    ann.open("/edit/journey/welcome")
    ann.step("@entry").click()
    page.get_by_role("textbox", name="Title").fill("Still here")
    page.context.clear_cookies()
    dialog = page.get_by_role("dialog", name="Your session has ended")
    dialog.get_by_label("Password", exact=True).fill("correct horse battery staple")
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_be_hidden()
    ann.save()
    assert "Still here" in (shop.folder / "welcome.yaml").read_text()
    ann.open("/")
    expect(page.get_by_text("Hello, Ann")).to_be_visible()
    page.context.clear_cookies()
    dialog.get_by_label("Password", exact=True).fill("correct horse battery staple")
    expect(page.get_by_text("Hello, Ann")).to_be_visible()
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_be_hidden()


def test_test_mode_lights_up_the_way_of_a_profile(ann: Visit) -> None:
    page = ann.page
    ann.open("/edit/journey/first-steps")
    page.get_by_role("tab", name="Test").click()
    page.get_by_role("button", name="Begin the test").click()
    page.get_by_role("button", name="Let it happen").click()
    expect(ann.step("wait")).to_have_attribute("data-trail", "waiting")
    page.get_by_role("button", name="To what is due next").click()
    expect(ann.step("wait")).to_have_attribute("data-trail", "passed")
    expect(page.get_by_text("Completed", exact=True)).to_be_visible()


def test_korean_is_korean(browser: Browser, shop: Shop, ann: Visit) -> None:
    guest = visit(browser, shop, locale="ko-KR", width=390)
    guest.open("/")
    expect(guest.page.get_by_role("button", name="로그인")).to_be_visible()
    assert guest.page.evaluate("document.documentElement.lang") == "ko"
    guest.page.context.close()
