"""The studio of two workspaces in one process: one switches between them, and nothing gets mixed up."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.served import Mailbox, Shop
from tests.e2e.studio.browsing import PASSWORD, Visit, visit


@pytest.fixture(scope="module")
def eu(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The second workspace, served below `/w/eu`."""
    mailbox = Mailbox()
    mailbox.start()
    folder = Path(tmp_path_factory.mktemp("spaces"))
    first, second = Shop(folder / "shop", mailbox.port), Shop(folder / "eu", mailbox.port)
    for shop in (first, second):
        shop.init()
    second.edit("workspace.yaml", "My shop", "Shop of Europe")
    second.edit("welcome.yaml", "title: Welcome", "title: Willkommen")
    first.start(str(second.folder))
    second.url, second.process = f"{first.url}/w/eu", first.process
    yield second
    second.stop()
    mailbox.stop()


@pytest.fixture(scope="module")
def ann(browser: Browser, eu: Shop) -> Iterator[Visit]:
    """An administrator of both workspaces, signed in to both with one browser."""
    made = visit(browser, eu)
    expected = []
    made.page.on("response", lambda answer: expected.append(answer.url) if answer.status >= 400 else None)
    for mount in ("", "/w/eu"):
        set_up(made, mount)
    assert not [url for url in expected if "/api/session" not in url]
    yield made
    made.page.context.close()


def set_up(guest: Visit, mount: str) -> None:
    """Make the first account of a workspace with the code that the server printed."""
    server = guest.shop.url.removesuffix("/w/eu")
    said = (guest.shop.folder.parent / "shop.log").read_text()
    code = said.split(f"{server}{mount}/setup?code=")[1].split()[0]
    guest.page.goto(f"{server}{mount}/setup?code={code}")
    guest.page.get_by_label("Your name").fill("Ann")
    guest.page.get_by_label("User name").fill("ann")
    guest.page.get_by_label("Password", exact=True).fill(PASSWORD)
    guest.page.get_by_role("button", name="Create account").click()
    expect(guest.page.get_by_role("heading", name="Hello, Ann")).to_be_visible()


def test_one_switches_between_the_workspaces_that_one_has_signed_in_to(ann: Visit) -> None:
    page = ann.page
    ann.open("/")
    expect(page).to_have_url(f"{ann.shop.url}/")
    page.get_by_role("button", name="Switch the workspace").click()
    there = page.get_by_role("menuitem", name="My shop")
    expect(page.get_by_role("menuitem", name="Shop of Europe")).to_have_attribute("aria-current", "page")
    there.click()
    expect(page).to_have_url(f"{ann.shop.url.removesuffix('/w/eu')}/")
    expect(page.get_by_role("button", name="Switch the workspace")).to_contain_text("My shop")
    page.get_by_role("link", name="Journeys", exact=True).click()
    expect(page.get_by_role("link", name="Welcome")).to_be_visible()
    expect(page.get_by_text("Willkommen")).to_have_count(0)


def test_links_deep_into_a_workspace_work_and_pages_below_stay_there(ann: Visit) -> None:
    page = ann.page
    ann.open("/edit/journey/welcome")
    expect(ann.step("hello")).to_be_visible()
    page.reload()
    expect(ann.step("hello")).to_be_visible()
    page.get_by_role("link", name="Content", exact=True).click()
    expect(page).to_have_url(f"{ann.shop.url}/content")
    page.get_by_role("link", name="Profiles", exact=True).click()
    page.get_by_label("Begins with… (id or text)", exact=True).fill("nobody at all")
    expect(page).to_have_url(f"{ann.shop.url}/profiles?search=nobody+at+all")
    page.go_back()
    expect(page).to_have_url(f"{ann.shop.url}/content")


def test_what_is_changed_in_one_is_not_changed_in_the_other(ann: Visit) -> None:
    page = ann.page
    ann.open("/edit/journey/welcome")
    ann.step("hello").click()
    page.get_by_role("tab", name="YAML").click()
    before = (ann.shop.folder / "welcome.yaml").read_text()
    kept = page.evaluate("() => Object.keys(localStorage).filter((name) => name.includes('unsaved'))")
    assert all(name.endswith("/w/eu") for name in kept)
    csrf = page.evaluate("async () => (await (await fetch('/w/eu/api/session')).json()).csrf")
    status = page.evaluate(
        """async (csrf) => (await fetch('/api/publish', {
            method: 'POST', headers: {'Content-Type': 'application/json', 'X-CSRF-Token': csrf},
            body: '{"ids": ["welcome"]}',
        })).status""",
        csrf,
    )
    assert status == 403
    assert (ann.shop.folder / "welcome.yaml").read_text() == before


def test_who_signs_out_of_one_is_still_in_the_other(ann: Visit) -> None:
    page = ann.page
    ann.open("/")
    page.get_by_role("button", name="Account").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page).to_have_url(f"{ann.shop.url}/")
    page.goto(ann.shop.url.removesuffix("/w/eu"))
    expect(page.get_by_role("heading", name="Hello, Ann")).to_be_visible()
    expect(page.get_by_role("button", name="Switch the workspace")).to_have_count(0)
