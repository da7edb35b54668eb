"""From a folder without a single document to a journey that runs, in five steps."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.served import Mailbox, Shop
from tests.e2e.studio.browsing import Visit


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """An empty folder that is served."""
    mailbox = Mailbox()
    mailbox.start()
    shop = Shop(Path(tmp_path_factory.mktemp("begin")) / "shop", mailbox.port)
    shop.folder.mkdir()
    shop.start()
    yield shop
    shop.stop()
    mailbox.stop()


def test_five_steps_end_with_a_journey_that_runs(ann: Visit, shop: Shop) -> None:
    page = ann.page
    banner = page.get_by_role("region", name="Get going in five steps")
    expect(banner).to_contain_text("0 of 5 done")
    banner.get_by_role("link", name="Go on").click()

    page.get_by_label("Name of the workspace").fill("Green tea")
    page.get_by_role("combobox", name="Time zone").fill("Seoul")
    page.get_by_role("option", name="Asia/Seoul").click()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("1 of 5 done")).to_be_visible()
    assert "timezone: Asia/Seoul" in next(shop.folder.rglob("workspace.yaml")).read_text()

    page.get_by_role("button", name="Send three profiles").click()
    expect(page.get_by_text("3 items have arrived.")).to_be_visible()
    page.get_by_role("button", name="Next").click()

    page.get_by_role("radio", name="Write them into a file").check()
    page.get_by_label("Test with the address").fill("me@example.com")
    page.get_by_role("button", name="Save and send a test").click()
    expect(page.get_by_text("The test was handed over.")).to_be_visible()
    page.get_by_role("button", name="Next").click()

    page.get_by_role("radio", name="Welcome series").click()
    page.get_by_role("button", name="Make this journey").click()

    page.get_by_role("button", name="Publish the journey").click()
    page.get_by_role("button", name="Let a first profile in").click()
    expect(page.get_by_text("Your first journey runs")).to_be_visible()
    expect(page.get_by_text("1 came here · 1 are here now")).to_be_visible()
    expect(page.get_by_text("5 of 5 done")).to_be_visible()
    assert "me@example.com" in (shop.folder / "data" / "outbox" / "email.ndjson").read_text()
    text = next(shop.folder.rglob("welcome-first.yaml")).read_text()
    assert "{{ profile.first_name }}" in text
    assert all(key["label"] != "first steps" for key in ann.ask("GET", "/api/keys")[1]), "the key is revoked again"
    page.get_by_role("link", name="Open the report").click()
    expect(page.get_by_role("button", name="Came to hello: 1, show who")).to_be_visible()
    page.get_by_role("navigation").get_by_role("link", name="Overview").click()
    expect(page.get_by_role("heading", name="Hello, Ann")).to_be_visible()
    expect(banner).to_have_count(0)
