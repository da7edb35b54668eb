"""A real browser on a really served workspace."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.served import Shop

PASSWORD = "correct horse battery staple"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
ASK = """async ([method, path, body]) => {
    const { csrf } = await (await fetch("/api/session")).json();
    const headers = { "Content-Type": "application/json", "X-CSRF-Token": csrf };
    const answer = await fetch(path, { method, headers, body: body === null ? undefined : JSON.stringify(body) });
    return [answer.status, await answer.json().catch(() => null)];
}"""
BUILT = Path(__file__).resolve().parents[3] / "src" / "sojourn" / "studio" / "index.html"


def chromium() -> str | None:
    """Return where the browser is; None: this machine has none."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@dataclass
class Visit:
    """Somebody who has the studio open."""

    page: Page
    shop: Shop

    def open(self, path: str) -> None:
        self.page.goto(self.shop.url + path)

    def set_up(self) -> None:
        """Make the first account with the code that the server printed."""
        found = re.search(rb"\S+(/setup\?code=\S+)", self.shop.log.read_bytes())
        assert found is not None, "the server printed no code"
        self.open(found[1].decode())
        self.page.get_by_label("Your name").fill("Ann")
        self.page.get_by_label("User name").fill("ann")
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Create account").click()
        expect(self.page.get_by_role("heading", name="Hello, Ann")).to_be_visible()

    def sign_in(self, name: str = "ann") -> None:
        self.open("/")
        self.page.get_by_label("User name").fill(name)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("heading", name=f"Hello, {name.capitalize()}")).to_be_visible()

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Call the API as the page does; return the status and the answer."""
        status, answer = self.page.evaluate(ASK, [method, path, body])
        return status, answer

    def account(self, name: str, role: str) -> None:
        """Make an account for a colleague."""
        wish = {"name": name, "display_name": name.capitalize(), "password": PASSWORD, "role": role}
        status, answer = self.ask("POST", "/api/users", wish)
        assert status < 300, answer

    def publish(self, *ids: str) -> None:
        status, answer = self.ask("POST", "/api/publish", {"ids": ids})
        assert status == 200, answer

    def step(self, id: str) -> Locator:
        return self.page.locator(f'[data-step="{id}"]')

    def choose(self, label: str, option: str) -> None:
        """Choose in a drop-down field."""
        self.page.get_by_role("combobox", name=label, exact=True).click()
        self.page.get_by_role("option", name=option, exact=True).click()

    def save(self) -> None:
        self.page.get_by_role("button", name="Save", exact=True).click()
        expect(self.page.get_by_text("Not saved", exact=True)).to_be_hidden()


def visit(browser: Browser, shop: Shop, locale: str = "en-US", width: int = 1440) -> Visit:
    context = browser.new_context(viewport={"width": width, "height": 900}, locale=locale, timezone_id="UTC")
    context.set_default_timeout(30_000)
    return Visit(context.new_page(), shop)
