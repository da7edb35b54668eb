"""What operators look after: keys, secrets, retention, written and failed messages, fail-over, warm-up."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.served import Shop
from tests.e2e.studio.browsing import Visit

SOURCE = """kind: source
id: weather
request: {url: "https://weather.example/"}
auth: {type: bearer, token: plainly-written}
"""


@pytest.fixture(scope="module", autouse=True)
def documents(shop: Shop, ann: Visit) -> Iterator[None]:
    status, answer = ann.ask("POST", "/api/drafts", {"kind": "source", "id": "weather", "yaml": SOURCE})
    assert status == 201, answer
    ann.publish("welcome")
    yield


def test_what_a_site_needs_is_there_to_copy(ann: Visit, shop: Shop) -> None:
    page = ann.page
    ann.open("/settings/keys")
    site = page.get_by_role("region", name="On your website")
    expect(site).to_contain_text("/sdk.js")
    expect(site.get_by_text(re.compile(r"^[A-Za-z0-9_-]{87}$"))).to_be_visible()
    site.get_by_role("button", name="Show it").click()
    expect(site.get_by_text(re.compile(r"^[0-9a-f]{64}$|^[A-Za-z0-9_-]{40,86}$"))).to_be_visible()
    ann.open("/settings/record")
    expect(page.get_by_text("browsers.show-key").first).to_be_visible()


def test_a_secret_is_replaced_and_never_shown(ann: Visit, shop: Shop) -> None:
    page = ann.page
    ann.open("/settings/secrets")
    row = page.get_by_role("row", name=re.compile("^weather"))
    expect(row).to_contain_text("auth.token")
    expect(row).to_contain_text("Plain, in the file")
    row.get_by_role("button", name="Replace auth.token of weather").click()
    page.get_by_label("New text").fill("brand-new-token")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(row).to_contain_text("Encrypted")
    text = next(shop.folder.rglob("weather.yaml")).read_text()
    assert "sealed" in text and "brand-new-token" not in text and "plainly-written" not in text
    row.get_by_role("button", name="Replace auth.token of weather").click()
    page.get_by_role("dialog").get_by_text("In a variable").click()
    page.get_by_role("textbox", name="Variable of the server").fill("NO_SUCH_TOKEN")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(row).to_contain_text("NO_SUCH_TOKEN is not set")
    row.get_by_role("button", name="Take auth.token out of weather").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No document has a secret").or_(page.get_by_role("row").first)).to_be_visible()
    expect(row).to_have_count(0)
    assert "brand-new-token" not in page.content()
    etag = ann.ask("GET", "/api/drafts/source/weather")[1]["etag"]
    assert ann.ask("DELETE", f"/api/drafts/source/weather?etag={etag}")[0] == 200


def test_it_speaks_korean(ann: Visit, browser: Browser, shop: Shop) -> None:
    ann.ask("PATCH", "/api/session", {"language": "ko"})
    for path, words in (
        ("/settings/keys", "웹사이트에서"), ("/settings/secrets", "비밀 값"), ("/settings/retention", "보존 기간"),
        ("/channels/written", "기록된 메시지"), ("/channels/delivery", "제공자"),
    ):  # fmt: skip
        ann.open(path)
        expect(ann.page.get_by_text(words).first).to_be_visible()
    ann.ask("PATCH", "/api/session", {"language": "en"})
