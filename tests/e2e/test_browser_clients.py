"""Segment's browser client, unmodified, in a real browser, on a page of another origin than the server's."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.clients import environment
from tests.e2e.ingesting import Server, listening
from tests.e2e.served import until
from tests.e2e.studio.browsing import FLAGS, chromium

PAGE = Path(__file__).parents[2] / "docs" / "guide" / "clients.md"
EXAMPLE = re.compile(r"^## @segment/analytics-next\n.*?```html\n(.*?)```", flags=re.DOTALL | re.MULTILINE)

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
    umd = environment.node() / "node_modules" / "@segment" / "analytics-next" / "dist" / "umd"
    (folder / "analytics-next").symlink_to(umd)
    serving = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=serving.serve_forever)
    thread.start()
    yield folder, f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()
    thread.join()
    serving.server_close()


def test_the_example_of_the_page_does_what_it_says(server: Server, site: tuple[Path, str], browser: Browser) -> None:
    folder, address = site
    found = EXAMPLE.search(PAGE.read_text(encoding="utf-8"))
    assert found is not None
    text = found[1].replace("WRITE_KEY", server.ingest_key)
    text = text.replace("http://127.0.0.1:8080", str(server.client.base_url).rstrip("/"))
    (folder / "index.html").write_text(f"<!doctype html><title>Shop</title>{text}")
    page = browser.new_context().new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(address)
    until(lambda: server.items().height >= 5, 30)
    items = server.items()
    visitor = items.filter(items["kind"] == "alias")["name"].unique().item()
    assert visitor.startswith("anon:")
    told = items.filter(items["kind"] != "alias").select("profile_id", "kind", "name").rows()
    assert set(told) == {
        (visitor, "track", "Page Viewed"), (visitor, "track", "Product Added"), ("ann", "identify", None),
        ("ann", "track", "Order Completed"),
    }  # fmt: skip
    assert len(told) == 4
    assert items["message_id"].n_unique() == items.height
    assert (server.codes(), wrong) == ([], [])
