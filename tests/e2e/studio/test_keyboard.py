"""The studio without a mouse, under a server that starts again, and for who may not change anything."""

from playwright.sync_api import Browser, Page, expect

from tests.e2e.served import Shop
from tests.e2e.studio.browsing import PASSWORD, Visit, visit


def tab_to(page: Page, role: str, name: str, most: int = 80) -> None:
    """Press Tab until something has the focus."""
    wanted = page.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
    expect(wanted.first).to_be_visible()
    for _ in range(most):
        if any(one.evaluate("element => element === document.activeElement") for one in wanted.all()):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {role} {name!r}")


def test_a_journey_is_made_and_published_with_the_keyboard_alone(ann: Visit, browser: Browser, shop: Shop) -> None:
    guest = visit(browser, shop)
    page, keys = guest.page, guest.page.keyboard
    guest.open("/")
    tab_to(page, "textbox", "User name")
    keys.type("ann")
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Hello, Ann")).to_be_visible()

    tab_to(page, "link", "Skip to the content")
    keys.press("Enter")
    tab_to(page, "link", "Journeys")
    keys.press("Enter")
    tab_to(page, "button", "New")
    keys.press("Enter")
    tab_to(page, "textbox", "Title")
    keys.type("By hand")
    expect(page.get_by_role("button", name="Create")).to_be_enabled()
    keys.press("Enter")
    expect(page.get_by_role("heading", name="By hand")).to_be_visible()

    tab_to(page, "combobox", "Event")
    keys.type("signed")
    keys.press("ArrowDown")
    keys.press("Enter")
    guest.step("@entry").focus()
    for step in ("wait", "end"):
        keys.press("a")
        search = page.get_by_role("dialog").get_by_role("textbox")
        expect(search).to_be_focused()
        keys.type(step)
        keys.press("Enter")
        expect(guest.step(step)).to_be_visible()
        expect(guest.step(step)).to_be_focused()
    keys.press("ArrowUp")
    expect(guest.step("wait")).to_be_focused()
    keys.press("Enter")
    tab_to(page, "textbox", "Wait for")
    keys.type("3")
    expect(guest.step("wait")).to_contain_text("3 days")
    keys.press("Control+s")
    expect(page.get_by_text("Not saved", exact=True)).to_be_hidden()

    tab_to(page, "button", "Publish", 160)
    keys.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Publish")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    assert shop.status("by-hand")["state"] == "live"
    page.context.close()


def test_the_page_goes_on_when_the_server_is_started_again(ann: Visit, shop: Shop) -> None:
    page = ann.page
    ann.open("/monitor")
    expect(page.get_by_role("heading", name="Monitor")).to_be_visible()
    port = shop.url.rsplit(":", 1)[1]
    shop.stop()
    expect(page.get_by_text("The server cannot be reached. Trying again…")).to_be_visible(timeout=20_000)
    shop.start("--port", port)
    expect(page.get_by_text("The server cannot be reached. Trying again…")).to_be_hidden(timeout=30_000)
    page.get_by_role("navigation").get_by_role("link", name="Journeys").click()
    expect(page.get_by_role("link", name="Welcome")).to_be_visible()


def test_a_viewer_changes_nothing(ann: Visit, browser: Browser, shop: Shop) -> None:
    ann.account("vic", "viewer")
    guest = visit(browser, shop)
    guest.sign_in("vic")
    page = guest.page
    guest.open("/edit/journey/welcome")
    expect(guest.step("hello")).to_be_visible()
    for name in ("Save", "Publish"):
        expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
    assert guest.ask("POST", "/api/publish", {"ids": ["welcome"]})[0] == 403
    for address in ("/journeys", "/audiences", "/settings"):
        guest.open(address)
        expect(page.get_by_role("heading").first).to_be_visible()
        expect(page.get_by_role("button", name="New", exact=True)).to_have_count(0)
    guest.open("/settings")
    for part in ("People", "API keys", "Record of changes"):
        expect(page.get_by_role("tab", name=part)).to_have_count(0)
    page.context.close()
