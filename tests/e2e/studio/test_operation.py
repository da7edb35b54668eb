"""What operators look after: keys, secrets, retention, written and failed messages, fail-over, warm-up."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from playwright.sync_api import Browser, expect

from tests.e2e.served import Mailbox, Shop, free_port, until
from tests.e2e.studio.browsing import Visit, visit

TEXTS = """kind: channel
id: texts
type: sms
provider: log
"""
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


def test_a_key_is_limited_counted_and_gets_a_new_secret(ann: Visit, shop: Shop) -> None:
    page = ann.page
    ann.open("/settings/keys")
    page.get_by_role("button", name="New key").click()
    page.get_by_role("textbox", name="Label").fill("till")
    ann.choose("May", "Send and read")
    page.get_by_role("button", name="Create").click()
    first = page.get_by_role("dialog").locator("pre").inner_text()
    page.get_by_role("button", name="Close", exact=True).last.click()
    row = page.get_by_role("row", name=re.compile("^till"))
    row.get_by_role("button", name="Change the limit of till").click()
    page.get_by_role("textbox", name="At most").fill("3")
    ann.choose("Unit of At most", "per day")
    page.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("3/d")
    codes = [shop.client(first).get("/api/clock").status_code for _ in range(5)]
    assert codes[0] == 200 and codes[-1] == 429
    page.reload()
    expect(row).to_contain_text("refused")
    row.get_by_role("button", name="Change the limit of till").click()
    page.get_by_role("textbox", name="At most").fill("")
    page.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("no limit")
    row.get_by_role("button", name="Give till a new secret").click()
    page.get_by_role("dialog").get_by_role("button", name="New secret").click()
    second = page.get_by_role("dialog").locator("pre").inner_text()
    page.get_by_role("button", name="Close", exact=True).last.click()
    expect(row).to_contain_text("two secrets are good until")
    assert first != second
    assert [shop.client(key).get("/api/clock").status_code for key in (first, second)] == [200, 200]


def test_what_a_site_needs_is_there_to_copy(ann: Visit, shop: Shop) -> None:
    page = ann.page
    ann.open("/settings/keys")
    site = page.get_by_role("region", name="On your website")
    expect(site).to_contain_text("/sdk.js")
    expect(site.get_by_text(re.compile(r"^[A-Za-z0-9_-]{87}$"))).to_be_visible()
    site.get_by_role("button", name="Show it").click()
    expect(site.get_by_text(re.compile(r"^[0-9a-f]{64}$|^[A-Za-z0-9_-]{40,86}$"))).to_be_visible()
    ann.open("/settings/record")
    expect(page.get_by_text("Signing key of browsers shown").first).to_be_visible()


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


def test_how_long_what_is_kept_is_forecast_saved_and_done(ann: Visit, shop: Shop) -> None:
    page = ann.page
    shop.client().post("/v1/batch", json={"batch": [{"type": "track", "userId": "x"}]})
    ann.open("/settings/retention")
    rejects = page.get_by_role("row", name="Rejected items")
    expect(rejects).to_contain_text(re.compile(r"since"))
    events = page.get_by_role("row", name="Events", exact=True)
    page.get_by_role("textbox", name="How long is kept: Events").fill("400")
    page.get_by_role("button", name="Save as a draft").click()
    expect(page.get_by_text("The draft differs from what is published")).to_be_visible()
    assert "events: 400d" in (shop.folder / "workspace.yaml").read_text()
    expect(events.get_by_role("cell").last).to_have_text("0")
    page.get_by_role("textbox", name="How long is kept: Contents of messages").fill("2")
    expect(page.get_by_role("alert").filter(has_text="7 days at least")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Run now").click()
    page.get_by_role("dialog").get_by_role("button", name="Run now").click()
    expect(page.get_by_text(re.compile("Last run: .*went"))).to_be_visible()


def test_a_channel_is_published_alone_and_its_messages_are_read(ann: Visit, shop: Shop) -> None:
    page = ann.page
    status, answer = ann.ask("POST", "/api/drafts", {"kind": "channel", "id": "texts", "yaml": TEXTS})
    assert status == 201, answer
    ann.open("/edit/channel/texts")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("These take effect")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published", exact=True)).to_be_visible()
    assert "texts" in ann.ask("GET", "/api/channels")[1]
    ann.open("/edit/channel/texts")
    page.get_by_role("textbox", name="To (phone)").fill("+4915112345678")
    page.get_by_role("button", name="Send the test").click()
    expect(page.get_by_text("The provider has taken it")).to_be_visible()
    ann.open("/channels")
    page.get_by_role("link", name="Written messages").click()
    message = page.get_by_role("list", name="Messages, the newest first").get_by_role("button").first
    expect(message).to_contain_text("+4915112345678")
    expect(page.get_by_role("article")).to_contain_text("sent this to see whether the channel works")
    page.get_by_placeholder("Search").fill("nobody at all")
    expect(page.get_by_text("No message fits")).to_be_visible()


def test_the_next_provider_takes_over_slowly_and_that_is_seen(ann: Visit, shop: Shop) -> None:
    page = ann.page
    path = shop.folder / "channels.yaml"
    text = path.read_text()
    dead = text.replace(f"port: {shop.smtp_port}", f"port: {free_port()}")
    relay = f"""fallbacks:
  - name: relay
    provider: smtp
    settings: {{host: 127.0.0.1, port: {shop.smtp_port}, from: "Shop <hi@shop.example>", tls: none}}
    warm_up: {{since: {"2026-01-01"}, daily: [50, 100]}}
fail_over_after: 1
"""
    path.write_text(with_relay(dead, relay))
    ann.publish("welcome")
    shop.send({"type": "identify", "userId": "fay", "traits": {"email": "fay@example.com", "first_name": "Fay"}})
    shop.send({"type": "track", "userId": "fay", "event": "Signed Up"})
    ann.open("/channels/delivery")
    card = page.get_by_role("region", name="mail", exact=True)
    expect(card.get_by_text("The next one has its messages")).to_be_visible(timeout=60_000)
    expect(card.get_by_text("relay")).to_be_visible()
    path.write_text(text)
    ann.publish("welcome")


def with_relay(text: str, relay: str) -> str:
    """Put fields behind the provider of the channel `mail`."""
    begin = text.index("id: mail")
    place = text.index("\n", text.index("provider:", begin)) + 1
    return text[:place] + relay + text[place:]


class Refusing(Mailbox):
    """Refuses a recipient for good, until it does not any more."""

    refuses = True

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if self.refuses:
            return "554 5.7.1 not from you"
        envelope.rcpt_tos.append(address)
        return "250 OK"


def test_a_message_that_failed_is_sent_again_and_all_are_accounted_for(ann: Visit, shop: Shop) -> None:
    page, path = ann.page, shop.folder / "channels.yaml"
    text, mailbox = path.read_text(), Refusing()
    mailbox.start()
    path.write_text(text.replace(f"port: {shop.smtp_port}", f"port: {mailbox.port}"))
    ann.publish("welcome")
    shop.send({"type": "identify", "userId": "gus", "traits": {"email": "gus@example.com", "first_name": "Gus"}})
    shop.send({"type": "track", "userId": "gus", "event": "Signed Up"})
    until(lambda: ann.ask("GET", "/api/dead-letters")[1]["total"] == 1, 60)
    ann.open("/channels/failed")
    row = page.get_by_role("row", name=re.compile("gus"))
    expect(row).to_contain_text("not from you")
    totals = ann.ask("GET", "/api/documents/welcome/report")[1]["totals"]
    kinds = [totals[name] for name in ("sent", "pending", "held", "failed")]
    assert totals["targeted"] == sum(kinds) + sum(totals["discarded"].values()) and totals["failed"] == 1
    mailbox.refuses = False
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_text("No message has failed")).to_be_visible()
    until(lambda: mailbox.to("gus@example.com"), 60)
    mailbox.stop()
    path.write_text(text)
    ann.publish("welcome")


def test_it_speaks_korean(ann: Visit, browser: Browser, shop: Shop) -> None:
    ann.ask("PATCH", "/api/session", {"language": "ko"})
    for path, words in (
        ("/settings/keys", "웹사이트에서"), ("/settings/secrets", "비밀 값"), ("/settings/retention", "보존 기간"),
        ("/channels/written", "기록된 메시지"), ("/channels/delivery", "제공자"),
    ):  # fmt: skip
        ann.open(path)
        expect(ann.page.get_by_text(words).first).to_be_visible()
    ann.ask("PATCH", "/api/session", {"language": "en"})


def test_a_viewer_sees_what_is_kept_and_nothing_of_keys(ann: Visit, browser: Browser, shop: Shop) -> None:
    ann.account("vic", "viewer")
    guest = visit(browser, shop)
    guest.sign_in("vic")
    guest.open("/settings/retention")
    expect(guest.page.get_by_role("row", name="Steps", exact=True)).to_contain_text("for ever")
    expect(guest.page.get_by_role("button", name="Run now")).to_have_count(0)
    expect(guest.page.get_by_role("tab", name="Secrets")).to_have_count(0)
    assert guest.ask("GET", "/api/secrets")[0] == guest.ask("GET", "/api/written")[0] == 403
    guest.page.context.close()
