"""The canvas with the mouse: steps are dragged in, put on a link, connected, moved, and copied into another journey."""

from __future__ import annotations

import pytest
import yaml
from playwright.sync_api import Locator, Page, expect

from tests.e2e.served import Shop
from tests.e2e.studio.browsing import Visit

EMPTY = {
    "kind": "journey", "id": "drawn", "title": "Drawn", "entry": {"type": "event", "event": "signed_up"},
    "nodes": [{"id": "nap", "type": "wait", "for": "1d", "next": "stop"}, {"id": "stop", "type": "end"}],
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def drawn(ann: Visit) -> None:
    status, answer = ann.ask("POST", "/api/drafts", {"kind": "journey", "id": "drawn", "document": EMPTY})
    assert status == 201, answer


def nodes(shop: Shop, id: str = "drawn") -> dict[str, dict[str, object]]:
    found = yaml.safe_load(next(shop.folder.rglob(f"{id}.yaml")).read_text())["nodes"]
    return {node["id"]: node for node in found}


def middle(one: Locator) -> tuple[float, float]:
    box = one.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def palette(page: Page, type: str) -> Locator:
    return page.get_by_role("complementary", name="Steps to add").locator(f'[data-type="{type}"]')


def test_a_step_is_dragged_from_the_palette_onto_a_link(ann: Visit, shop: Shop) -> None:
    page = ann.page
    ann.open("/edit/journey/drawn")
    expect(ann.step("stop")).to_be_visible()
    page.get_by_placeholder("Search steps").fill("mail")
    link = page.get_by_role("button", name="Add a step between nap and stop")
    palette(page, "email").drag_to(link)
    expect(ann.step("email")).to_be_visible()
    ann.choose("Template", "hello")
    ann.save()
    assert nodes(shop)["nap"]["next"] == "email" and nodes(shop)["email"]["next"] == "stop"


def test_links_are_drawn_from_outlet_to_step(ann: Visit, shop: Shop) -> None:
    page = ann.page
    ann.open("/edit/journey/drawn")
    outlet = page.locator('.react-flow__node[data-id="nap"] .react-flow__handle-bottom')
    page.mouse.move(*middle(outlet))
    page.mouse.down()
    x, y = middle(ann.step("stop"))
    page.mouse.move(x, y - 60, steps=6)
    page.mouse.move(x, y, steps=4)
    page.mouse.up()
    ann.save()
    assert nodes(shop)["nap"]["next"] == "stop"
    page.get_by_role("button", name="Undo").click()
    ann.save()
    assert nodes(shop)["nap"]["next"] == "email"


def test_a_step_that_was_moved_stays_there_until_all_is_tidied(ann: Visit) -> None:
    page = ann.page
    ann.open("/edit/journey/drawn")
    tidy = page.get_by_role("button", name="Tidy up")
    expect(tidy).to_be_disabled()
    before = middle(ann.step("stop"))
    page.mouse.move(*before)
    page.mouse.down()
    page.mouse.move(before[0] + 160, before[1], steps=6)
    page.mouse.up()
    assert middle(ann.step("stop"))[0] > before[0] + 100
    page.reload()
    expect(tidy).to_be_enabled()
    tidy.click()
    expect(tidy).to_be_disabled()
    expect(page.locator(".react-flow__minimap")).to_have_count(0)
    for _ in range(3):
        page.get_by_role("button", name="Zoom in").click()
    expect(page.locator(".react-flow__minimap")).to_be_visible()


def test_steps_are_copied_into_another_journey(ann: Visit, shop: Shop) -> None:
    page = ann.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ann.open("/edit/journey/drawn")
    ann.step("nap").click()
    ann.step("email").click(modifiers=["Control"])
    page.keyboard.press("Control+c")
    ann.open("/edit/journey/welcome")
    ann.step("hello").click()
    ann.step("hello").focus()
    page.keyboard.press("Control+v")
    expect(ann.step("email")).to_be_visible()
    ann.save()
    grown = nodes(shop, "welcome")
    assert grown["hello"]["next"] == "nap" and grown["nap"]["next"] == "email" and grown["email"]["next"] == "bought"
    assert grown["email"]["template"] == "hello"
    assert "# Who signs up is welcomed" in (shop.folder / "welcome.yaml").read_text()
