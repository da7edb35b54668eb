"""Several workspaces in one process: each has its own data, people and keys, and nothing of the others."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from sojourn.service.places import Places
from sojourn.service.remote import is_locked
from tests.e2e.served import Mailbox, Shop, command, until

PASSWORD = "correct horse battery staple"
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}


@dataclass
class Two:
    """A server of two workspaces: `shop` at its root, `eu` below `/w/eu`."""

    shop: Shop
    eu: Shop

    def start(self, *options: str) -> None:
        self.shop.start(f"eu={self.eu.folder}", *options)
        self.eu.url = f"{self.shop.url}/w/eu"


@pytest.fixture
def two(tmp_path: Path, mailbox: Mailbox) -> Iterator[Two]:
    two = Two(Shop(tmp_path / "shop", mailbox.port), Shop(tmp_path / "shops" / "europe", mailbox.port))
    for shop in (two.shop, two.eu):
        shop.folder.parent.mkdir(exist_ok=True)
        shop.init()
    two.eu.edit("workspace.yaml", "My shop", "Shop of Europe")
    yield two
    two.eu.stop()
    two.shop.stop()


@pytest.fixture
def served(two: Two) -> Two:
    two.start()
    return two


@pytest.fixture
def ann() -> Iterator[httpx.Client]:
    """A browser."""
    with httpx.Client(timeout=30) as browser:
        yield browser


def sign_in(ann: httpx.Client, *shops: Shop) -> None:
    """Make accounts, and sign in."""
    for shop in shops:
        command("user", "add", "ann", "--role", "admin", "--password-stdin", shop.folder, given=f"{PASSWORD}\n")
        assert enter(shop, ann).status_code == 200


def enter(shop: Shop, browser: httpx.Client) -> httpx.Response:
    return browser.post(f"{shop.url}/api/session", json={"name": "ann", "password": PASSWORD})


def known(browser: httpx.Client, shop: Shop) -> list[tuple[str, str, bool, bool]]:
    told = browser.get(f"{shop.url}/api/session").json()["workspaces"]
    return [(each["title"], each["address"], each["here"], each["signed_in"]) for each in told]


def test_events_go_to_one_workspace_and_links_lead_back_to_it(served: Two, mailbox: Mailbox) -> None:
    command("publish", "--all", "--workspace", served.eu.folder)
    mail_of = {"type": "identify", "userId": "bea", "traits": {"email": "bea@example.com", "first_name": "Bea"}}
    served.eu.send(mail_of, {"type": "track", "userId": "bea", "event": "Signed Up"})
    until(lambda: mailbox.to("bea@example.com"))
    [mail] = mailbox.to("bea@example.com")
    html: str = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    clicked = re.search(r'href="([^"]+/c/[^"]+)"', html)
    assert clicked is not None
    assert clicked[1].startswith(f"{served.eu.url}/c/")
    assert httpx.get(clicked[1], headers=BROWSER).headers["location"] == "https://shop.example/start"
    assert httpx.get(clicked[1].replace("/w/eu", ""), headers=BROWSER).status_code == 404
    page = httpx.get(mail["List-Unsubscribe"].strip("<>"))
    centre = httpx.URL(str(page.url)).join(re.search(r'href="(\.\./p/[^"]+)"', page.text)[1])  # type: ignore[index]
    assert str(centre).startswith(f"{served.eu.url}/p/")
    assert httpx.get(centre).status_code == 200
    until(lambda: served.eu.status("welcome")["messages"]["machine_opened"] == 1)
    assert served.shop.client().get("/api/status").json()["items"]["appended"] == 0


def test_keys_tokens_and_sessions_of_one_are_nothing_in_the_other(served: Two, ann: httpx.Client) -> None:
    batch = {"batch": [{"type": "identify", "userId": "x"}]}
    for mine, theirs in ((served.shop, served.eu), (served.eu, served.shop)):
        foreign = mine.client(theirs.server_key)
        assert foreign.post("/v1/batch", json=batch).status_code == 401
        assert foreign.get("/api/status").status_code == 401
        call = {"writeKey": theirs.server_key, "anonymousId": "a"}
        assert httpx.post(f"{mine.url}/sdk/v1/session", json=call).status_code == 401
        token = json.loads((theirs.folder / "data" / "server.json").read_text())["token"]
        assert httpx.get(f"{mine.url}/api/status", auth=("local", token)).status_code == 401
    sign_in(ann, served.shop)
    assert ann.get(f"{served.shop.url}/api/status").status_code == 200
    assert ann.get(f"{served.eu.url}/api/status").status_code == 401
    assert enter(served.eu, ann).status_code == 401
    [token] = ann.cookies.values()
    forged = {f"sojourn_session{suffix}": token for suffix in ("", "_eu")}
    assert httpx.get(f"{served.eu.url}/api/session", cookies=forged).status_code == 401


def test_who_works_for_one_workspace_learns_nothing_of_the_others(served: Two, ann: httpx.Client) -> None:
    sign_in(ann, served.shop)
    here = ("My shop", "/", True, True)
    assert known(ann, served.shop) == [here]
    sign_in(ann, served.eu)
    assert known(ann, served.shop) == [here, ("Shop of Europe", "/w/eu/", False, True)]
    assert known(ann, served.eu) == [("My shop", "/", False, True), ("Shop of Europe", "/w/eu/", True, True)]
    csrf = ann.get(f"{served.eu.url}/api/session").json()["csrf"]
    assert ann.delete(f"{served.shop.url}/api/session", headers={"X-CSRF-Token": csrf}).status_code == 403
    command("user", "password", "ann", "--password-stdin", served.eu.folder, given="another good password\n")
    assert known(ann, served.shop)[1] == ("Shop of Europe", "/w/eu/", False, False)


def test_signing_out_of_one_leaves_the_other(served: Two, ann: httpx.Client) -> None:
    sign_in(ann, served.shop, served.eu)
    csrf = ann.get(f"{served.eu.url}/api/session").json()["csrf"]
    assert ann.delete(f"{served.eu.url}/api/session", headers={"X-CSRF-Token": csrf}).status_code == 204
    assert ann.get(f"{served.eu.url}/api/session").status_code == 401
    assert known(ann, served.shop) == [("My shop", "/", True, True)]


def test_commands_find_the_workspace_that_they_are_given(served: Two) -> None:
    served.eu.send({"type": "identify", "userId": "bea"})
    assert "1 item" in command("status", "--workspace", served.eu.folder)
    assert "1 item" not in command("status", "--workspace", served.shop.folder)


def test_addresses_below_the_prefix_are_those_of_the_workspace(served: Two) -> None:
    url = served.shop.url
    assert httpx.get(f"{url}/w/eu").headers["location"] == "/w/eu/"
    assert httpx.get(f"{url}/w/eu/api/welcome").json()["workspace"]["name"] == "Shop of Europe"
    assert httpx.get(f"{url}/w/us/api/welcome").json()["code"] == "HTTP-404"
    assert httpx.get(f"{url}/w/%65u/api/welcome").json()["code"] == "HTTP-404"
    assert httpx.get(f"{url}/w/eu/sdk.js").headers["content-type"].startswith("text/javascript")
    settings = httpx.get(f"{served.eu.url}/v1/projects/{served.eu.ingest_key}/settings").json()
    assert settings["integrations"]["Segment.io"]["apiHost"].endswith("/w/eu/v1")


def test_the_base_address_of_links_has_the_prefix(two: Two) -> None:
    two.start("--base-url", "https://mail.example.com/")
    assert "https://mail.example.com/w/eu/setup?code=" in two.shop.log.read_text()
    assert f"eu is at {two.eu.url}/\n" in two.shop.log.read_text()


def test_both_are_closed_at_the_end(served: Two) -> None:
    assert served.shop.stop() == 0
    for shop in (served.shop, served.eu):
        assert not (shop.folder / "data" / "server.json").exists()
        assert not is_locked(Places(shop.folder).log)


def test_a_secret_of_one_cannot_be_used_by_the_other(two: Two, mailbox: Mailbox, monkeypatch: Any) -> None:
    monkeypatch.setenv("TOKEN", "of the first")
    monkeypatch.setenv("EU__OTHER", "of eu")
    printed = command("seal", two.shop.folder, given="my secret\n")
    sealed = printed.strip().strip("{}").removeprefix("sealed: ")
    two.start()
    for auth in ({"sealed": sealed}, {"env": "TOKEN"}):
        assert tried(two.eu, auth)["status"] == "failed"
        assert "CHANNEL-003" not in tried(two.shop, auth)["status"]
    assert "not set" in tried(two.eu, {"env": "TOKEN"})["detail"]
    assert "another workspace" in tried(two.eu, {"sealed": sealed})["detail"]
    assert "not set" not in (tried(two.eu, {"env": "OTHER"})["detail"] or "")
    assert "not set" in tried(two.shop, {"env": "EU__OTHER"})["detail"]


def tried(shop: Shop, token: dict[str, str]) -> dict[str, Any]:
    """Try a call with a secret, to an address where nobody listens."""
    document = {
        "kind": "source", "id": "stock", "request": {"method": "GET", "url": "https://127.0.0.1:9/"},
        "auth": {"type": "bearer", "token": token}, "response": {"left": "integer"},
    }  # fmt: skip
    place = json.loads((shop.folder / "data" / "server.json").read_text())
    answer = httpx.post(
        f"{place['url']}/api/try/call", auth=("local", place["token"]), json={"document": document, "parameters": {}}
    )
    told: dict[str, Any] = answer.raise_for_status().json()
    return told


def test_what_one_cannot_be_served_for_is_told_and_none_is_served(two: Two, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    command("init", broken)
    (broken / "data" / "sojourn.duckdb").write_bytes(b"no database")
    two.eu.start()
    said = command("serve", two.shop.folder, f"eu={two.eu.folder}", broken, "--port", "0", code=1)
    assert "2 of 3 workspaces cannot be served" in said
    assert re.search(rf"  eu \({re.escape(str(two.eu.folder))}\): .*open in another process \(LOG-005\)", said)
    assert re.search(r"  broken \(\S+\): .*cannot be opened.*\(RUN-006\)", said, flags=re.DOTALL)
    assert not is_locked(Places(two.shop.folder).log)


def test_the_same_name_twice_is_refused_before_anything_is_opened(two: Two, tmp_path: Path) -> None:
    said = command("serve", two.shop.folder, f"shop={two.eu.folder}", "--port", "0", code=1)
    assert "two workspaces are called `shop`" in said
    assert "there is no folder" in command("serve", two.shop.folder, "eu=nowhere", code=2)
