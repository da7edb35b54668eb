"""The addresses that mails lead back to: what they answer and what they put on the log."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import polars as pl
import pytest
from starlette.applications import Starlette

from sojourn.log.errors import LogFull
from sojourn.log.memory import MemoryLog
from sojourn.messages.tokens import Purpose, Signer, Ticket
from sojourn.service import patient_append
from sojourn.service.readers import reader_of
from sojourn.service.tracking import Tracking

SIGNER = Signer(b"the secret of this test")
SENT = datetime(2026, 3, 2, 10, tzinfo=UTC)
OUTLOOK = "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.6326; Pro)"
GMAIL = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
URL = "https://shop.example/sale?a=1&b=%ED%95%9C#top"


class Clock:
    """Stands still until it is put forward."""

    def __init__(self) -> None:
        self.instant = SENT + timedelta(minutes=5)

    def now(self) -> datetime:
        return self.instant


class Client:
    """Calls the routes, each call in an event loop of its own."""

    def __init__(self, app: Starlette) -> None:
        self._app = app

    def _call(self, method: str, address: str, **more: Any) -> httpx.Response:
        async def call() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="https://t.example") as client:
                return await client.request(method, address, **more)

        return asyncio.run(call())

    def get(self, address: str, **more: Any) -> httpx.Response:
        return self._call("GET", address, **more)

    def head(self, address: str) -> httpx.Response:
        return self._call("HEAD", address)

    def post(self, address: str, **more: Any) -> httpx.Response:
        return self._call("POST", address, **more)


class Site:
    """A client of the tracking routes, and their log."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.log = MemoryLog(self.clock)
        app = Starlette(routes=Tracking(SIGNER, self.log, self.clock).routes())
        self.client = Client(app)

    def logged(self) -> list[tuple[str, str, dict[str, object]]]:
        items = self.log.read(0, 1000)
        rows = zip(items["name"], items["profile_id"], items["data"], strict=True)
        return [(name, profile, json.loads(data)) for name, profile, data in rows]

    def kinds(self) -> list[str]:
        return [name for name, _, _ in self.logged()]


@pytest.fixture
def site() -> Site:
    return Site()


def path(purpose: Purpose, link: str = "", url: str = "") -> str:
    ticket = Ticket(7, "ann", "welcome/first", int(SENT.timestamp()), link=link, url=url)
    return f"/{purpose}/{SIGNER.sign(purpose, ticket)}{'.gif' if purpose == 'o' else ''}"


def test_an_open_is_logged_and_gets_an_image(site: Site) -> None:
    answer = site.client.get(path("o"), headers={"user-agent": OUTLOOK})
    assert (answer.status_code, answer.headers["content-type"], answer.content[:6]) == (200, "image/gif", b"GIF89a")
    assert "no-store" in answer.headers["cache-control"]
    assert site.logged() == [("opened", "ann", {"of": "welcome/first", "message": 7})]


def test_a_click_is_logged_and_redirected(site: Site) -> None:
    answer = site.client.get(path("c", "hero", URL), headers={"user-agent": CHROME})
    assert (answer.status_code, answer.headers["location"]) == (302, URL)
    assert site.logged() == [("clicked", "ann", {"of": "welcome/first", "message": 7, "link": "hero"})]


@pytest.mark.parametrize(
    ("user_agent", "kind"),
    [(OUTLOOK, "opened"), (GMAIL, "opened"), (CHROME, "opened"), ("Mozilla/5.0", "machine_opened"),
     ("", "machine_opened"), ("python-requests/2.32", "machine_opened"), ("curl/8.0", "machine_opened"),
     ("Mozilla/5.0 (compatible; Googlebot/2.1)", "machine_opened"), ("YahooMailProxy; https://help.x", "opened")],
)  # fmt: skip
def test_machines_are_told_from_people(site: Site, user_agent: str, kind: str) -> None:
    site.client.get(path("o"), headers={"user-agent": user_agent})
    assert site.kinds() == [kind]


def test_head_counts_as_nothing(site: Site) -> None:
    assert site.client.head(path("o")).status_code == 200
    assert site.client.head(path("c", "1", URL)).status_code == 302
    assert site.client.head(path("u")).status_code == 200
    assert site.logged() == []


def test_prefetching_is_no_click(site: Site) -> None:
    site.client.get(path("c", "1", URL), headers={"user-agent": CHROME, "sec-purpose": "prefetch;prerender"})
    assert site.kinds() == ["machine_opened"]


def test_a_click_seconds_after_sending_is_a_scanner(site: Site) -> None:
    site.clock.instant = SENT + timedelta(seconds=2)
    answer = site.client.get(path("c", "1", URL), headers={"user-agent": CHROME})
    assert answer.headers["location"] == URL
    assert site.kinds() == ["machine_opened"]


def test_all_links_at_once_are_a_scanner_after_the_first(site: Site) -> None:
    for link in ("1", "2", "3"):
        site.client.get(path("c", link, URL), headers={"user-agent": CHROME})
        site.clock.instant += timedelta(milliseconds=100)
    site.clock.instant += timedelta(seconds=30)
    site.client.get(path("c", "2", URL), headers={"user-agent": CHROME})
    assert site.kinds() == ["clicked", "machine_opened", "machine_opened", "clicked"]


@pytest.mark.parametrize("purpose", ["o", "c", "u"])
def test_an_altered_token_is_refused(site: Site, purpose: Purpose) -> None:
    right = path(purpose, "1", URL)
    altered = right[:20] + ("A" if right[20] != "A" else "B") + right[21:]
    assert site.client.get(altered).status_code == 404
    assert site.client.post(path("u")[:-2]).status_code == 404
    assert site.logged() == []


def test_there_is_no_open_redirect(site: Site) -> None:
    evil = path("o").removesuffix(".gif").replace("/o/", "/c/")
    for address in (evil, "/c/https://evil.example", "/c/", f"{evil}?url=https://evil.example"):
        assert "location" not in site.client.get(address).headers


@pytest.mark.parametrize(("language", "word"), [("ko-KR,ko;q=0.9,en;q=0.8", "수신 거부"), ("en-US", "Unsubscribe"),
                                                ("", "Unsubscribe")])  # fmt: skip
def test_unsubscribing_by_the_page(site: Site, language: str, word: str) -> None:
    page = site.client.get(path("u"), headers={"accept-language": language})
    assert word in page.text
    assert "<button>" in page.text
    assert site.logged() == []
    assert site.client.post(path("u")).status_code == 200
    assert site.logged() == [("unsubscribed", "ann", {"of": "welcome/first", "message": 7})]


def test_unsubscribing_by_one_click(site: Site) -> None:
    answer = site.client.post(path("u"), data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert site.kinds() == ["unsubscribed"]


def test_a_full_log_stops_no_redirect(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(frame: pl.DataFrame) -> asyncio.Future[int]:
        raise LogFull("the disk")

    monkeypatch.setattr(site.log, "append_async", full)
    assert site.client.get(path("c", "1", URL)).headers["location"] == URL
    assert site.client.get(path("o")).status_code == 200
    assert site.client.post(path("u")).status_code == 503


def test_a_slow_log_stops_no_redirect(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient_append, "PATIENCE_S", 0.05)
    monkeypatch.setattr(site.log, "append_async", lambda frame: asyncio.get_running_loop().create_future())
    assert site.client.get(path("c", "1", URL)).headers["location"] == URL


@pytest.mark.parametrize(
    "user_agent",
    ["Mozilla/5.0 (Linux; U; Android 4.2.1; en-gb; CUBOT ONE Build/JOP40D) AppleWebKit/534.30", CHROME, OUTLOOK,
     "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)", "Superhuman",
     "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"],
)  # fmt: skip
def test_people_s_programs(user_agent: str) -> None:
    assert reader_of(user_agent) == "person"
