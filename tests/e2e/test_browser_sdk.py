"""The browser SDK in a real browser, on a page of another origin: followed from its page of the guide."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from sojourn.service.sdk.files import BUILT
from sojourn.service.sdk.visitors import signature_of
from tests.e2e.served import Mailbox, Shop, command, until
from tests.e2e.studio.browsing import FLAGS, chromium

PAGE = (Path(__file__).parents[2] / "docs" / "guide" / "channels" / "browser.md").read_text(encoding="utf-8")
HTML = re.compile(r"^```html\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)
PYTHON = re.compile(r"^```python\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)
YAML = re.compile(r"^```yaml\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(not (BUILT / "sdk.js").is_file(), reason="the browser SDK is not built: run make web"),
]


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
def shop(tmp_path: Path, mailbox: Mailbox) -> Iterator[Shop]:
    shop = Shop(tmp_path / "shop", mailbox.port)
    shop.init()
    found = YAML.search(PAGE)
    assert found is not None
    (shop.folder / "pages.yaml").write_text(found[1], encoding="utf-8")
    shop.start()
    command("publish", "--all", "--workspace", shop.folder)
    yield shop
    shop.stop()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A shop's web site: its folder and its address."""
    folder = tmp_path / "site"
    folder.mkdir()
    serving = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=serving.serve_forever)
    thread.start()
    yield folder, f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()
    thread.join()
    serving.server_close()


def example(shop: Shop) -> str:
    found = HTML.search(PAGE)
    assert found is not None
    text = found[1].replace("http://127.0.0.1:8080", shop.url).replace("WRITE_KEY", shop.ingest_key)
    return "<!doctype html><title>Shop</title>" + text.replace("SIGNATURE", signature(shop))


def signature(shop: Shop) -> str:
    """Do what the page says that the site's own server does."""
    found = PYTHON.search(PAGE)
    assert found is not None
    names: dict[str, Any] = {"SDK_KEY": command("sdk-key", shop.folder).strip()}
    exec(found[1], names)
    return str(names["signature"])


def opened(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(address)
    return page


def tally(shop: Shop, node: str) -> dict[str, Any]:
    rows = shop.client().get("/api/documents/after-order/report").raise_for_status().json()["messages"]
    none = {"viewed": 0, "clicked": 0, "dismissed": 0, "sent": 0}
    return dict(next((row for row in rows if row["node"] == node), none))


def told(shop: Shop, **call: Any) -> httpx.Response:
    return httpx.post(f"{shop.url}/sdk/v1/messages", json={"writeKey": shop.ingest_key, **call})


def test_the_example_of_the_page_shows_what_a_journey_sends(
    shop: Shop, site: tuple[Path, str], browser: Browser
) -> None:  # fmt: skip
    folder, address = site
    (folder / "index.html").write_text(example(shop), encoding="utf-8")
    page = opened(browser.new_context(), address)
    dialog = page.get_by_role("dialog", name="Thank you, Ann!")
    expect(dialog).to_be_visible(timeout=20_000)
    expect(dialog.get_by_text("Your order 7/8 is on its way.")).to_be_visible()
    link = dialog.get_by_role("link", name="Track it")
    assert link.get_attribute("href") == "/orders?id=7%2F8"
    card = page.locator("#feed article")
    expect(card.get_by_role("heading", name="Buy it again")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    until(lambda: (tally(shop, "message")["viewed"], tally(shop, "message")["dismissed"]) == (1, 1))
    until(lambda: tally(shop, "card")["viewed"] == 1)
    # Thirty seconds lie between two messages; the next one waits for its event, and for its properties.
    page.evaluate("localStorage.removeItem('sojourn.shown')")
    page.evaluate("sojourn.track('Cart Viewed', {currency: 'EUR', total: 99})")
    page.evaluate("sojourn.track('Cart Viewed', {currency: 'KRW', total: 120})")
    page.wait_for_timeout(300)
    assert page.get_by_role("dialog").count() == 0
    page.evaluate("sojourn.track('Cart Viewed', {currency: 'EUR', total: 100})")
    shipping = page.get_by_role("dialog", name="Free shipping")
    expect(shipping).to_be_visible()
    shipping.get_by_role("button", name="Close").click()
    card.get_by_role("button", name="Close").click()
    expect(card).to_have_count(0)
    until(lambda: tally(shop, "card")["dismissed"] == 1)
    page.reload()
    page.wait_for_timeout(1_500)
    assert page.get_by_role("dialog").count() == 0
    assert page.locator("#feed article").count() == 0
    assert (tally(shop, "message")["viewed"], tally(shop, "card")["viewed"]) == (1, 1)


def test_nobody_reads_what_is_written_to_others(shop: Shop) -> None:
    shop.send(
        {"type": "identify", "userId": "ann", "anonymousId": "v1", "traits": {"first_name": "Ann"}},
        {"type": "track", "userId": "ann", "event": "Order Completed", "properties": {"order_id": "1", "amount": 1}},
        {
            "type": "track",
            "anonymousId": "v2",
            "event": "Order Completed",
            "properties": {"order_id": "2", "amount": 1},
        },
    )
    until(lambda: tally(shop, "message")["sent"] == 2)
    key = command("sdk-key", shop.folder).strip()
    mine = told(shop, userId="ann", signature=signature_of(key, "ann")).json()
    assert [message["title"] for message in mine["inApp"]] == ["Free shipping", "Thank you, Ann!"]
    assert [card["body"] for card in mine["cards"]] == ["Order 1"]
    assert [card["body"] for card in told(shop, anonymousId="v2").json()["cards"]] == ["Order 2"]
    assert told(shop, userId="ann").status_code == 403
    assert told(shop, userId="ann", signature=signature_of(key, "bob")).status_code == 403
    assert told(shop, userId="ann", signature="").status_code == 403
    assert told(shop, anonymousId="v1").json()["code"] == "SDK-003"
    assert told(shop, anonymousId="nobody").json()["inApp"] == []
    assert httpx.post(f"{shop.url}/sdk/v1/messages", json={"writeKey": "x", "anonymousId": "v2"}).status_code == 401
    token = mine["cards"][0]["token"]
    report = {"writeKey": shop.ingest_key, "events": [{"token": token, "kind": "clicked", "link": "x"}]}
    assert httpx.post(f"{shop.url}/sdk/v1/reports", json=report).status_code == 200
    report["events"][0]["token"] = token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1]
    assert httpx.post(f"{shop.url}/sdk/v1/reports", json=report).status_code == 404
    until(lambda: tally(shop, "card")["clicked"] == 1)


def test_what_happens_while_the_server_is_away_arrives_once_it_is_back(
    shop: Shop, site: tuple[Path, str], browser: Browser
) -> None:  # fmt: skip
    folder, address = site
    script = f'<script src="{shop.url}/sdk.js" data-key="{shop.ingest_key}"></script>'
    (folder / "index.html").write_text(f"<!doctype html><title>Shop</title>{script}", encoding="utf-8")
    context = browser.new_context(geolocation={"latitude": 37.5, "longitude": 127.0}, permissions=["geolocation"])
    page = opened(context, address)
    context.set_offline(True)
    page.evaluate("for (let i = 0; i < 60; i++) sojourn.track('Tapped', {n: i})")
    session = page.evaluate("sojourn.sessionId()")
    page.wait_for_timeout(500)
    context.set_offline(False)
    assert page.evaluate("sojourn.flush()") in (True, False)
    assert page.evaluate("sojourn.location.share()") is True
    assert page.evaluate("sojourn.sessionId()") == session
    page.reload()

    def counted() -> int:
        found = shop.client().get("/api/profiles").raise_for_status().json()["rows"]
        lines = [shop.client().get(f"/api/profiles/{row['id']}/timeline?limit=200").json()["rows"] for row in found]
        return sum(row["kind"] == "event" for rows in lines for row in rows)

    until(lambda: counted() == 60, 30)
    page.wait_for_timeout(1_000)
    assert counted() == 60
    page.evaluate("localStorage.setItem('sojourn.session', JSON.stringify({id: 'old', last: Date.now() - 1860000}))")
    assert page.evaluate("sojourn.sessionId()") not in ("old", session)


def test_web_push_as_far_as_a_browser_without_a_push_service_goes(
    shop: Shop, site: tuple[Path, str], browser: Browser
) -> None:  # fmt: skip
    """The worker is really installed; a subscription itself needs the push service of the browser's maker."""
    folder, address = site
    script = f'<script src="{shop.url}/sdk.js" data-key="{shop.ingest_key}"></script>'
    (folder / "index.html").write_text(f"<!doctype html><title>Shop</title>{script}", encoding="utf-8")
    (folder / "sdk-worker.js").write_bytes((BUILT / "sdk-worker.js").read_bytes())
    context = browser.new_context()
    page = opened(context, address)
    assert page.evaluate("sojourn.push.subscribe()") is False
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
    context.grant_permissions(["notifications"], origin=address)
    page.reload()
    assert page.evaluate("sojourn.push.subscribe()") is False, "a push service answered: let this test subscribe"
    assert page.evaluate("navigator.serviceWorker.ready.then((it) => it.active.state)") == "activated"
    page.evaluate("sojourn.push.unsubscribe()")
    until(lambda: page.evaluate("sojourn.flush()"))


SHOWN = """async () => {
    const worker = await navigator.serviceWorker.getRegistration();
    const shown = await worker.getNotifications();
    return shown.map((one) => ({ title: one.title, body: one.body, url: (one.data ?? {}).url ?? null }));
}"""


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ('{"title": "Sale", "body": "half price", "url": "https://shop.example/sale"}',
         {"title": "Sale", "body": "half price", "url": "https://shop.example/sale"}),
        ('{"title": "안녕"}', {"title": "안녕", "body": "", "url": None}),
        ("no JSON at all", {"title": "no JSON at all", "body": "", "url": None}),
    ],
    ids=["whole", "title only", "no JSON"],
)  # fmt: skip
def test_the_worker_shows_what_is_pushed(
    browser: Browser, site: tuple[Path, str], data: str, shown: dict[str, Any]
) -> None:
    """The push itself comes from the browser's own tools: its maker's service cannot be reached."""
    folder, url = site
    (folder / "index.html").write_text("<p>A shop</p>", encoding="utf-8")
    (folder / "sdk-worker.js").write_bytes((BUILT / "sdk-worker.js").read_bytes())
    context = browser.new_context()
    context.grant_permissions(["notifications"], origin=url)
    page = context.new_page()
    page.goto(f"{url}/index.html")
    page.evaluate("navigator.serviceWorker.register('/sdk-worker.js').then(() => navigator.serviceWorker.ready)")
    tools = context.new_cdp_session(page)
    found: list[str] = []
    tools.on("ServiceWorker.workerRegistrationUpdated", lambda told: found.extend(
        one["registrationId"] for one in told["registrations"]))  # fmt: skip
    tools.send("ServiceWorker.enable")
    until(lambda: page.evaluate("1") and found)
    message = {"origin": url, "registrationId": found[0], "data": data}
    tools.send("ServiceWorker.deliverPushMessage", message)
    until(lambda: page.evaluate(SHOWN))
    assert page.evaluate(SHOWN) == [shown]
    context.close()
