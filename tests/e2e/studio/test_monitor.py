"""The monitor shows what really happens, while it happens."""

from playwright.sync_api import expect

from tests.e2e.served import Shop, until
from tests.e2e.studio.browsing import Visit


def test_the_monitor_goes_on_by_itself(ann: Visit, shop: Shop) -> None:
    page = ann.page
    shop.client(shop.server_key)
    page.get_by_role("navigation").get_by_role("link", name="Monitor").click()
    expect(page.get_by_role("heading", name="Monitor")).to_be_visible()
    expect(page.get_by_text("Nothing went wrong in the last day.")).to_be_visible()
    chart = page.get_by_role("figure", name="Items per second")
    expect(chart.locator("svg").first).to_be_visible()
    page.get_by_role("button", name="Show the numbers: Profiles inside").click()
    table = page.get_by_role("figure", name="Profiles inside").get_by_role("table")
    expect(table).to_be_visible()
    rows = table.get_by_role("row").count()
    expect(table.get_by_role("row").nth(rows)).to_be_attached(timeout=15_000)


def test_what_could_not_be_taken_is_told(ann: Visit, shop: Shop) -> None:
    shop.client().post(
        "/v1/batch", json={"batch": [{"type": "track", "userId": "eve", "event": "x", "timestamp": "?"}]}
    )
    until(shop.is_worked_off)
    ann.open("/monitor")
    expect(ann.page.get_by_text("Items could not be taken")).to_be_visible()
