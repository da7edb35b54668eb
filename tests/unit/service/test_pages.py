"""How the studio's files are served."""

import asyncio
import gzip
import os
from pathlib import Path

import httpx
import pytest

from sojourn.service.pages import FOREVER, Studio

PAGE = "<title>Sojourn</title>"


class Browser:
    def __init__(self, folder: Path, mount: str = "") -> None:
        self._transport = httpx.ASGITransport(Studio(folder, mount))

    def ask(self, method: str, path: str, **headers: str) -> httpx.Response:
        async def asked() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport, base_url="http://here") as client:
                return await client.request(method, path, headers=headers)

        return asyncio.run(asked())

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.ask("GET", path, **headers)


@pytest.fixture
def client(tmp_path: Path) -> Browser:
    built = tmp_path / "studio"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text(PAGE)
    (built / "assets" / "main-1a2b.js").write_text("let x")
    (built / "assets" / "main-1a2b.js.gz").write_bytes(gzip.compress(b"let x"))
    (built / "docs" / "guide").mkdir(parents=True)
    (built / "docs" / "guide" / "index.html").write_text("the guide")
    (tmp_path / "secret").write_text("secret")
    return Browser(built)


@pytest.mark.parametrize("path", ["/", "/journeys/welcome", "/settings", "/../secret", "/%2e%2e/secret", "/a%00b"])
def test_each_address_of_the_studio_is_its_page_and_is_asked_for_again(client: Browser, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.text) == (200, PAGE)
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("accepted", ["gzip, deflate", "identity"])
def test_a_built_file_stays_forever_and_comes_packed_where_that_is_understood(client: Browser, accepted: str) -> None:
    answer = client.get("/assets/main-1a2b.js", **{"accept-encoding": accepted})
    assert (answer.text, answer.headers["cache-control"]) == ("let x", FOREVER)
    assert answer.headers["content-type"].startswith("text/javascript")
    assert ("content-encoding" in answer.headers) == ("gzip" in accepted)


def test_a_file_that_is_gone_is_no_page(client: Browser) -> None:
    assert client.get("/assets/main-0000.js").status_code == 404


def test_the_guide_is_beside_the_studio(client: Browser) -> None:
    assert client.get("/docs/guide/").text == "the guide"
    assert client.get("/docs/guide").headers["location"] == "/docs/guide/"
    assert client.get("/docs/nothing").text == PAGE
    assert client.get("/assets").text == PAGE, "a folder without a page is none"


def test_nothing_is_written(client: Browser) -> None:
    assert client.ask("POST", "/").status_code == 405


def test_without_a_built_studio_a_page_says_how(tmp_path: Path) -> None:
    answer = Browser(tmp_path).get("/")
    assert answer.status_code == 503
    assert "make web" in answer.text


def test_a_page_of_the_guide_may_run_the_scripts_that_stand_in_it(client: Browser, tmp_path: Path) -> None:
    page = tmp_path / "studio" / "docs" / "guide" / "index.html"
    page.write_text("<script>let a</script>")
    first = client.get("/docs/guide/").headers["content-security-policy"]
    assert "script-src 'self' 'sha256-" in first and "unsafe" not in first.split("style-src")[0]
    page.write_text("<script>let b</script>")
    os.utime(page, ns=(1, 1))
    assert client.get("/docs/guide/").headers["content-security-policy"] != first
    assert "content-security-policy" not in client.get("/journeys").headers, "the studio's pages have the usual one"


def test_below_a_path_the_page_asks_there_for_all_it_needs(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.html").write_text('<a href="/elsewhere">')
    (tmp_path / "index.html").write_text('<meta name="root" content="/"><script src="/assets/main-1a2b.js">')
    browser = Browser(tmp_path, "/w/eu")
    wanted = '<meta name="root" content="/w/eu/"><script src="/w/eu/assets/main-1a2b.js">'
    for path in ("/", "/journeys/welcome", "/index.html"):
        answer = browser.get(path)
        assert (answer.text, answer.headers["cache-control"]) == (wanted, "no-cache")
    assert browser.get("/docs").headers["location"] == "/w/eu/docs/"
    assert browser.get("/docs/").text == '<a href="/elsewhere">'
