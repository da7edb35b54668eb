"""The browser clients of Segment and RudderStack, unmodified, in a real browser, on a page of another origin."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.clients import environment
from tests.e2e.faulty import Fault, Faulty
from tests.e2e.ingesting import Server, listening
from tests.e2e.served import until
from tests.e2e.studio.browsing import FLAGS, chromium

PAGE = Path(__file__).parents[2] / "docs" / "guide" / "clients.md"
EXAMPLE = re.compile(r"^## (\S+)\n(?:(?!^## ).)*?```html\n(.*?)```", flags=re.DOTALL | re.MULTILINE)
EXAMPLES = dict(EXAMPLE.findall(PAGE.read_text(encoding="utf-8")))
ADDRESS = "http://127.0.0.1:8080"
FAULTS: list[Fault] = ["500", "cut", "429", "drop", "cut", "500"]
COUNT = 12
CALLS = re.compile(r"^  (?:await )?analytics\.(?:page|track|identify)\(.*$", flags=re.MULTILINE)

pytestmark = pytest.mark.timeout(300)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def browser() -> Iterator[Browser]:
    found = chromium()
    if found is None:
        pytest.skip("this machine has no Chromium: install it (Debian, Ubuntu: apt-get install chromium)")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with listening(tmp_path) as server:
        yield server


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A shop's web site: its folder and its address."""
    folder = tmp_path / "site"
    folder.mkdir()
    packages = environment.node() / "node_modules"
    (folder / "analytics-next").symlink_to(packages / "@segment" / "analytics-next" / "dist" / "umd")
    modern = packages / "@rudderstack" / "analytics-js" / "dist" / "npm" / "modern"
    (folder / "analytics-js").symlink_to(modern / "bundled" / "esm")
    serving = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=serving.serve_forever)
    thread.start()
    yield folder, f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()
    thread.join()
    serving.server_close()


def shown(browser: Browser, site: tuple[Path, str], text: str) -> list[str]:
    """Show a page; return what goes wrong in it."""
    folder, address = site
    (folder / "index.html").write_text(f"<!doctype html><title>Shop</title>{text}")
    page = browser.new_context().new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(address)
    return wrong


def test_the_page_has_both_clients() -> None:
    assert set(EXAMPLES) == {"@segment/analytics-next", "@rudderstack/analytics-js"}


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_example_of_the_page_does_what_it_says(
    server: Server, site: tuple[Path, str], browser: Browser, name: str
) -> None:
    text = EXAMPLES[name].replace("WRITE_KEY", server.ingest_key)
    wrong = shown(browser, site, text.replace(ADDRESS, str(server.client.base_url).rstrip("/")))
    until(lambda: told(server) >= 4, 60)
    items = server.items()
    visitor = items.filter(items["kind"] == "alias")["name"].unique().item()
    assert visitor.startswith("anon:")
    rows = items.filter(items["kind"] != "alias").select("profile_id", "kind", "name").rows()
    assert sorted(map(str, rows)) == sorted(map(str, [
        (visitor, "track", "Page Viewed"), (visitor, "track", "Product Added"), ("ann", "identify", None),
        ("ann", "track", "Order Completed"),
    ]))  # fmt: skip
    assert items["message_id"].n_unique() == items.height
    assert (server.codes(), wrong) == ([], [])


def told(server: Server) -> int:
    """Return how many calls were stored; the joins before them are none."""
    return int((server.items()["kind"] != "alias").sum())


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_nothing_is_lost_and_nothing_comes_twice(
    server: Server, site: tuple[Path, str], browser: Browser, name: str
) -> None:
    tracks = "".join(f'  analytics.track("Counted", {{ n: {n} }});\n' for n in range(COUNT))
    first, *others = CALLS.findall(EXAMPLES[name])
    text = EXAMPLES[name].replace(first, tracks)
    for other in others:
        text = text.replace(other, "")
    with Faulty(server.port, FAULTS) as between:
        shown(browser, site, text.replace("WRITE_KEY", server.ingest_key).replace(ADDRESS, between.url))
        until(lambda: told(server) >= COUNT and len(between.seen) > len(FAULTS), 120)
        time.sleep(2)
    assert between.seen[: len(FAULTS)] == FAULTS
    assert sorted(json.loads(data)["n"] for data in server.items()["data"]) == list(range(COUNT))
    assert server.items()["message_id"].n_unique() == COUNT
