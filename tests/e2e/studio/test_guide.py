"""The guide that the server has beside the studio: its scripts run, and no others may."""

import re

from playwright.sync_api import expect

from tests.e2e.studio.browsing import Visit


def test_search_navigation_and_code_copy_work(ann: Visit) -> None:
    page = ann.page
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    ann.open("/docs/guide/retention/")
    expect(page.get_by_role("heading", name="How long records are kept")).to_be_visible()
    page.locator("pre").first.hover()
    expect(page.locator(".md-code__button, .md-clipboard").first).to_be_attached()
    page.locator("input[name=query]").press_sequentially("suppression list", delay=20)
    found = page.locator(".md-search-result__item a").first
    expect(found).to_be_attached(timeout=30_000)
    expect(page.locator(".md-search-result__list")).to_contain_text("suppression", ignore_case=True)
    found.click()
    expect(page).to_have_url(re.compile("/docs/guide/rights/"))
    refused = [text for text in said if "Content Security Policy" in text]
    assert refused == []


def test_help_links_of_the_studio_lead_to_their_place(ann: Visit) -> None:
    page = ann.page
    ann.open("/channels/suppressions")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="guide").click()
    expect(opened.value).to_have_url(re.compile("/docs/guide/rights/#the-suppression-list$"))
    expect(opened.value.get_by_role("heading", name=re.compile("^The suppression list"))).to_be_in_viewport()
    opened.value.close()
