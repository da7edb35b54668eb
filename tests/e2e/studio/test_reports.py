"""The report of a document: real counts, the profiles behind them, files, experiments."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.served import Shop, until
from tests.e2e.studio.browsing import PASSWORD, Visit, visit

OFFER = """
kind: triggered
id: offer
title: Half price
trigger: [{event: signed_up}]
control: 50
conversions: [{event: purchase, within: 7d}]
messages: [{channel: email, template: hello}]
"""
PEOPLE = [f"p{i}" for i in range(20)]


@pytest.fixture(scope="module", autouse=True)
def lived(shop: Shop, ann: Visit) -> None:
    """Twenty people sign up, and every other one buys."""
    (shop.folder / "offer.yaml").write_text(OFFER)
    ann.page.evaluate(
        """async () => {
            const { csrf } = await (await fetch("/api/session")).json();
            const headers = { "X-CSRF-Token": csrf, "Content-Type": "application/json" };
            await fetch("/api/publish", { method: "POST", headers, body: '{"ids": ["offer", "welcome"]}' });
        }"""
    )
    for who in PEOPLE:
        shop.send(
            {"type": "identify", "userId": who, "traits": {"email": f"{who}@example.com"}},
            {"type": "track", "userId": who, "event": "Signed Up"},
        )
    until(lambda: shop.is_worked_off() and shop.status("welcome")["messages"]["sent"] == len(PEOPLE))
    shop.send(*({"type": "track", "userId": who, "event": "Order Completed"} for who in PEOPLE[::2]))
    until(shop.is_worked_off)


def test_a_number_leads_to_the_profiles_behind_it(ann: Visit, tmp_path: Path) -> None:
    page = ann.page
    ann.open("/edit/journey/welcome")
    page.get_by_role("link", name="Report", exact=True).click()
    expect(page.get_by_role("heading", name="How far they came")).to_be_visible()
    page.get_by_role("button", name="Came to hello: 20, show who").click()
    drawer = page.get_by_role("dialog", name="Came to hello (20)")
    expect(drawer.get_by_role("link", name="p7", exact=True)).to_be_visible()
    with page.expect_download() as caught:
        drawer.get_by_role("link", name="CSV").click()
    caught.value.save_as(tmp_path / "people.csv")
    with (tmp_path / "people.csv").open(encoding="utf-8-sig") as file:
        assert {row["profile"] for row in csv.DictReader(file)} == set(PEOPLE)
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()


def test_messages_by_channel_and_over_time(ann: Visit) -> None:
    page = ann.page
    ann.open("/reports/welcome/messages")
    expect(page.get_by_role("button", name="E-mail, Sent: 20, show who")).to_be_visible()
    page.get_by_role("tab", name="Over time").click()
    chart = page.get_by_role("figure", name="Over time, by the clock of UTC")
    expect(chart.locator("svg").first).to_be_visible()
    chart.get_by_role("button", name="Show the numbers").click()
    chart.get_by_role("button", name="Sent,").click()
    expect(page.get_by_role("dialog").get_by_role("link", name="p19", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="By domain").click()
    expect(page.get_by_role("button", name="example.com, Sent: 20, show who")).to_be_visible()


def test_an_experiment_has_its_groups(ann: Visit, shop: Shop) -> None:
    page = ann.page
    ann.open("/reports/offer/experiment")
    expect(page.get_by_role("heading", name="Conversions: purchase")).to_be_visible()
    told = page.get_by_role("alert")
    expect(told).to_contain_text("The groups are as large as their shares say")
    sent = shop.status("offer")["messages"]["sent"]
    assert 0 < sent < len(PEOPLE)
    page.get_by_role("button", name=f"Control group: {len(PEOPLE) - sent}, show who").click()
    expect(page.get_by_role("dialog", name=f"Control group ({len(PEOPLE) - sent})")).to_be_visible()


def test_a_viewer_sees_counts_and_nobody(ann: Visit, browser: Browser, shop: Shop) -> None:
    ann.page.evaluate(
        """async (password) => {
            const { csrf } = await (await fetch("/api/session")).json();
            const headers = { "X-CSRF-Token": csrf, "Content-Type": "application/json" };
            const body = JSON.stringify({ name: "vic", role: "viewer", password });
            await fetch("/api/users", { method: "POST", headers, body });
        }""",
        PASSWORD,
    )
    guest = visit(browser, shop)
    guest.open("/reports/welcome")
    guest.page.get_by_label("User name").fill("vic")
    guest.page.get_by_label("Password", exact=True).fill(PASSWORD)
    guest.page.get_by_role("button", name="Sign in").click()
    expect(guest.page.get_by_role("heading", name="How far they came")).to_be_visible()
    expect(guest.page.get_by_role("button", name="show who")).to_have_count(0)
    expect(guest.page.get_by_role("navigation").get_by_role("link", name="Profiles")).to_have_count(0)
    assert guest.page.request.get(shop.url + "/api/documents/welcome/export/people.csv").status == 403
    guest.page.context.close()
