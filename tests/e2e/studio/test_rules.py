"""Rules: dragged from the palette, by keyboard and menu, with typed values, the SQL and an exact count beside them."""

import pytest
import yaml
from playwright.sync_api import Browser, FloatRect, Locator, Page, expect

from tests.e2e.served import Shop, until
from tests.e2e.studio.browsing import Visit, visit

AUDIENCE = "kind: audience\nid: gold\ntitle: Gold\nwhere: profile.first_name = 'Nobody'\n"


@pytest.fixture(scope="module", autouse=True)
def people(shop: Shop, ann: Visit) -> None:
    status, answer = ann.ask("POST", "/api/drafts", {"kind": "audience", "id": "gold", "yaml": AUDIENCE})
    assert status == 201, answer
    ann.publish("welcome")
    for n in range(20):
        traits = {"first_name": f"Name {n}", **({"email": f"u{n}@example.com"} if n % 2 else {})}
        shop.send({"type": "identify", "userId": f"u{n}", "traits": traits})
    for n in range(5):
        shop.send({"type": "track", "userId": f"u{n}", "event": "Signed Up"})
    until(shop.is_worked_off)


def drag(page: Page, what: Locator, onto: Locator) -> None:
    """Drag with the mouse, when nothing on the page moves by itself any more."""
    expect(page.get_by_text("of 20 profiles")).to_be_visible()
    what.hover(position={"x": 10, "y": 8})
    page.mouse.down()
    start = what.bounding_box()
    assert start is not None
    page.mouse.move(start["x"] + 40, start["y"] + 40, steps=4)
    end = at_rest(page, onto)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 12, steps=12)
    page.wait_for_timeout(200)  # what it is over is looked for between two frames
    page.mouse.move(end["x"] + end["width"] / 2 + 2, end["y"] + 13)
    page.mouse.up()


def at_rest(page: Page, what: Locator) -> FloatRect:
    """Return where something is when it has stopped moving: what is lifted out leaves a gap that closes."""
    before = None
    while (now := what.bounding_box()) is None or now != before:
        before = now
        page.wait_for_timeout(100)
    return now


def saved(shop: Shop, id: str = "gold") -> object:
    return yaml.safe_load(next(shop.folder.rglob(f"{id}.yaml")).read_text())["where"]


def test_parts_are_dragged_into_a_rule_and_counted(ann: Visit, shop: Shop) -> None:
    page = ann.page
    ann.open("/edit/audience/gold")
    facts = page.get_by_role("tabpanel", name="Who is in it")
    expect(facts.get_by_text("of 20 profiles")).to_be_visible()
    expect(facts).to_contain_text("first_name")
    palette = page.get_by_role("complementary", name="What a rule is made of")
    rule = page.get_by_role("group", name="Attribute or expression")
    drag(page, palette.get_by_role("button", name="Add signed_up"), rule)
    group = page.get_by_role("group", name="All of these")
    expect(group.get_by_role("group", name="Did an event")).to_be_visible()
    page.get_by_role("button", name="Actions for the condition").nth(1).click()
    page.get_by_role("menuitem", name="Remove").click()
    expect(facts.get_by_text("of 20 profiles (25%)")).to_be_visible()  # lines of the SQL are numbered, too
    expect(facts.get_by_role("link", name="u0", exact=True)).to_be_visible()
    ann.save()
    assert saved(shop) == {"all": [{"did": "signed_up"}]}


def test_everything_goes_by_keyboard_and_menu(ann: Visit, shop: Shop) -> None:
    page = ann.page
    ann.open("/edit/audience/gold")
    palette = page.get_by_role("complementary", name="What a rule is made of")
    palette.get_by_role("button", name="Add email").focus()
    page.keyboard.press("Enter")
    ann.choose("Comparison", "is known")
    expect(page.get_by_role("tabpanel", name="Who is in it").get_by_text("of 20 profiles (10%)")).to_be_visible()
    palette.get_by_role("textbox", name="Search").fill("any of")
    palette.get_by_role("button", name="Add Any of these").press("Enter")
    inner = page.get_by_role("group", name="Any of these")
    expect(inner).to_be_visible()
    page.get_by_role("button", name="Actions for the condition").nth(2).press("Enter")
    page.get_by_role("menuitem", name="Move up").press("Enter")
    inner.get_by_role("radio", name="Any of these").focus()
    palette.get_by_role("textbox", name="Search").fill("purchase")
    palette.get_by_role("button", name="Add purchase").press("Enter")
    palette.get_by_role("textbox", name="Search").fill("clicked")
    palette.get_by_role("button", name="Add Clicked").press("Enter")
    ann.save()
    assert saved(shop) == {
        "all": [
            "profile.email is not null",
            {"did": "signed_up"},
            {"any": [{"did": "purchase"}, {"engaged": "clicked"}]},
        ]
    }


def test_a_member_is_dragged_by_its_handle_into_another_group(ann: Visit, shop: Shop) -> None:
    page = ann.page
    ann.open("/edit/audience/gold")
    first = page.get_by_role("group", name="Attribute or expression")
    drag(page, first.locator("[class*=handle]").first, page.get_by_role("group", name="Any of these"))
    ann.save()
    assert saved(shop) == {
        "all": [
            {"did": "signed_up"},
            {"any": [{"did": "purchase"}, {"engaged": "clicked"}, "profile.email is not null"]},
        ]
    }


def test_values_have_the_type_of_the_attribute(ann: Visit, shop: Shop) -> None:
    page = ann.page
    ann.open("/edit/audience/gold")
    event = page.get_by_role("group", name="Did an event").nth(1)
    event.get_by_role("combobox", name="Attribute").click()
    page.get_by_role("option", name="amount").click()
    event.get_by_role("combobox", name="Comparison").click()
    page.get_by_role("option", name="is at least").click()
    event.get_by_role("textbox", name="Value").fill("20.5")
    ann.save()
    found = saved(shop)
    assert isinstance(found, dict)
    assert found["all"][1]["any"][0] == {"did": "purchase", "where": "event.amount >= 20.5"}


def test_a_condition_of_a_step_opens_in_the_builder(ann: Visit) -> None:
    page = ann.page
    ann.open("/edit/journey/welcome")
    ann.step("hello").click()
    page.get_by_role("button", name="Only if").click()
    page.get_by_role("button", name="Open the rule builder").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Add email").click()
    dialog.get_by_role("combobox", name="Comparison").click()
    page.get_by_role("option", name="is known", exact=True).click()
    expect(dialog.get_by_text("of 20 profiles (50%)")).to_be_visible()
    expect(dialog.get_by_role("textbox", name="SQL")).to_contain_text("email")


def test_a_viewer_sees_the_count_and_cannot_build(ann: Visit, browser: Browser, shop: Shop) -> None:
    ann.account("vera", "viewer")
    guest = visit(browser, shop)
    guest.sign_in("vera")
    guest.open("/edit/audience/gold")
    expect(guest.page.get_by_text("of 20 profiles")).to_be_visible()
    expect(guest.page.get_by_role("button", name="Add email")).to_be_disabled()
    expect(guest.page.get_by_role("button", name="Add a condition").first).to_be_disabled()
    guest.page.context.close()
