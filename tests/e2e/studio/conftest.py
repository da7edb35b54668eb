"""The browser, and a served workspace for each file of tests."""

from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, expect, sync_playwright

from tests.e2e.served import Mailbox, Shop
from tests.e2e.studio.browsing import BUILT, FLAGS, Visit, chromium, visit

expect.set_options(timeout=40_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = chromium()
    if found is None:
        pytest.skip("this machine has no Chromium: install it (Debian, Ubuntu: apt-get install chromium)")
    if not BUILT.is_file():
        pytest.skip("the studio is not built: run make web")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    mailbox = Mailbox()
    mailbox.start()
    shop = Shop(Path(tmp_path_factory.mktemp("studio")) / "shop", mailbox.port)
    shop.init()
    shop.start()
    yield shop
    shop.stop()
    mailbox.stop()


@pytest.fixture(scope="module")
def ann(browser: Browser, shop: Shop) -> Iterator[Visit]:
    """The first administrator, signed in."""
    made = visit(browser, shop)
    made.set_up()
    yield made
    made.page.context.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep a picture of the page where a test failed."""
    report = yield
    guest = getattr(item, "funcargs", {}).get("ann")
    if report.failed and isinstance(guest, Visit):
        place = Path(".cache") / "studio" / f"{item.name}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        # A page that hangs has no picture; what failed is told all the same.
        with suppress(Error):
            guest.page.screenshot(path=place)
    return report
