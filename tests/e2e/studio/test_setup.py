"""Setting up: what arrives and is rejected, rows, real calls and messages, forms of providers, roles that may not."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.served import Shop, until
from tests.e2e.studio.browsing import Visit, visit
from tests.outside import Elsewhere, elsewhere

DOCUMENTS = """
kind: entity
id: rental
key: rental_id
attributes: {rental_id: integer, customer: string, due: date}
---
kind: source
id: weather
title: Weather
request: {url: "URL/weather/{{ city }}"}
auth: {type: bearer, token: hunter2}
parameters: {city: string}
response: {temp: integer, sky: string}
"""


@pytest.fixture(scope="module")
def outside() -> Iterator[Elsewhere]:
    with elsewhere() as found:
        yield found


@pytest.fixture(scope="module", autouse=True)
def documents(shop: Shop, ann: Visit, outside: Elsewhere) -> None:
    for kind, id, text in zip(("entity", "source"), ("rental", "weather"), DOCUMENTS.split("---\n"), strict=True):
        status, answer = ann.ask(
            "POST", "/api/drafts", {"kind": kind, "id": id, "yaml": text.replace("URL", outside.url)}
        )
        assert status == 201, answer
    shop.edit("workspace.yaml", "timezone: UTC", "timezone: UTC\nallow_private_hosts: [127.0.0.1]")
    ann.publish("welcome")


def test_what_arrives_is_seen_as_it_arrives(ann: Visit, shop: Shop) -> None:
    page = ann.page
    ann.open("/data")
    page.get_by_role("link", name="Arriving now").click()
    expect(page.get_by_text("Nothing has arrived")).to_be_visible()
    shop.send({"type": "track", "userId": "eve", "event": "Signed Up", "properties": {"plan": "gold"}})
    item = page.get_by_role("button", name="Signed Up")
    expect(item).to_be_visible()
    expect(page.get_by_text("not declared", exact=True)).to_have_count(0)
    item.click()
    expect(page.get_by_text('"plan": "gold"')).to_be_visible()
    shop.send({"type": "track", "userId": "eve", "event": "Wedding"})
    expect(page.get_by_role("button", name="Wedding").get_by_text("not declared", exact=True)).to_be_visible()
    page.get_by_role("textbox", name="Name", exact=True).fill("Wedding")
    expect(item).to_have_count(0)
    expect(page.get_by_role("button", name="Wedding")).to_be_visible()


def test_what_was_rejected_stands_with_its_reason(ann: Visit, shop: Shop) -> None:
    page = ann.page
    shop.client().post("/v1/batch", json={"batch": [{"type": "track", "userId": "x"}]})
    ann.open("/data")
    page.get_by_role("link", name="Rejected").click()
    rejected = page.get_by_role("list", name="Rejected items").get_by_role("button")
    expect(rejected).to_have_count(1)
    rejected.click()
    expect(page.get_by_text('"userId": "x"')).to_be_visible()


def test_what_is_not_declared_is_adopted_into_documents(ann: Visit, shop: Shop) -> None:
    page = ann.page
    ann.open("/data/undeclared")
    page.get_by_role("checkbox", name="Choose Wedding", exact=True).check(timeout=20_000)
    page.get_by_role("button", name="Adopt").click()
    expect(page.get_by_text("1 document was written")).to_be_visible()
    assert any("Wedding" in path.read_text() for path in shop.folder.rglob("*.yaml"))


def test_addresses_are_suppressed_and_set_free(ann: Visit) -> None:
    page = ann.page
    ann.open("/channels/suppressions")
    page.get_by_role("textbox", name="Address").fill("angry@example.com")
    page.get_by_role("button", name="Suppress").click()
    row = page.get_by_role("row", name="angry@example.com")
    expect(row).to_be_visible()
    page.locator("input[type=file]").set_input_files(
        {"name": "list.csv", "mimeType": "text/csv", "buffer": b"address\nbob@example.com\nno address\n"}
    )
    expect(page.get_by_role("row", name="bob@example.com")).to_be_visible()
    expect(page.get_by_text("Line 3")).to_be_visible()
    row.get_by_role("button", name="Take angry@example.com off the list").click()
    expect(row).to_have_count(0)


def test_no_message_has_failed_yet(ann: Visit) -> None:
    ann.open("/channels/failed")
    expect(ann.page.get_by_text("No message has failed")).to_be_visible()


def test_an_event_shows_what_arrives_beside_its_form(ann: Visit) -> None:
    ann.open("/edit/event/signed_up")
    expect(ann.page.get_by_text("What arrives as “Signed Up”")).to_be_visible()
    expect(ann.page.get_by_role("list", name="Items").get_by_role("button", name="Signed Up")).to_be_visible()


def test_an_entity_shows_its_rows(ann: Visit, shop: Shop) -> None:
    page = ann.page
    for number in range(30):
        row = {"rental_id": number, "customer": f"customer-{number}", "due": "2026-01-02"}
        shop.send({"type": "row", "entity": "rental", "row": row})
    until(shop.is_worked_off)
    ann.open("/edit/entity/rental")
    expect(page.get_by_text("30 rows")).to_be_visible()
    page.get_by_role("button", name="Next page").click()
    expect(page.get_by_role("cell", name="customer-29")).to_be_visible()
    page.get_by_role("textbox", name="Begins with").fill("customer-1")
    expect(page.get_by_role("row")).to_have_count(12)


def test_a_source_is_tried_with_the_form_as_it_stands(ann: Visit, outside: Elsewhere) -> None:
    page = ann.page
    outside.text = json.dumps({"temp": "4", "sky": "grey", "echo": "hunter2"}).encode()
    ann.open("/edit/source/weather")
    panel = page.get_by_role("tabpanel", name="Try it")
    panel.get_by_role("textbox", name="city").fill("Rome")
    panel.get_by_role("button", name="Call now").click()
    answer = page.get_by_role("region", name="Answer")
    expect(answer).to_contain_text("200")
    expect(answer.get_by_role("row", name="temp")).to_contain_text("4")
    expect(answer).to_contain_text("/weather/Rome")
    expect(page.get_by_text("hunter2")).to_have_count(0)
    assert outside.asked[-1].headers["authorization"] == "Bearer hunter2"
    form = page.get_by_role("region", name="Form", exact=True)
    form.locator(".cm-content").first.click()
    page.keyboard.press("End")
    page.keyboard.type("?unsaved=1")
    panel.get_by_role("button", name="Call now").click()
    expect(answer).to_contain_text("/weather/Rome?unsaved=1")
    assert outside.asked[-1].query == "unsaved=1"


def test_a_channel_has_the_form_of_its_provider_and_sends_a_test(ann: Visit, shop: Shop) -> None:
    page = ann.page
    ann.open("/channels")
    page.get_by_role("link", name="State and providers").click()
    page.get_by_role("button", name="Use smtp for E-mail").click()
    page.get_by_role("textbox", name="Host").fill("127.0.0.1")
    page.get_by_role("textbox", name="From").fill("Shop <hi@shop.example>")
    page.get_by_role("group", name="Settings that are not used").get_by_role("button", name="Port").click()
    page.get_by_role("textbox", name="Port").fill(str(shop.smtp_port))
    page.get_by_role("textbox", name="To (email)").fill("me@example.com")
    page.get_by_role("button", name="Send the test").click()
    expect(page.get_by_text("The provider has taken it")).to_be_visible()
    page.get_by_role("textbox", name="Port").fill("1")
    page.get_by_role("button", name="Send the test").click()
    expect(page.get_by_text("The provider cannot be reached")).to_be_visible()
    ann.choose("Provider", "log")
    expect(page.get_by_role("textbox", name="Host")).to_have_count(0)


def test_a_channel_is_paused_and_resumed(ann: Visit, shop: Shop) -> None:
    page = ann.page
    ann.open("/channels/delivery")
    card = page.get_by_role("region", name="mail", exact=True)
    card.get_by_role("button", name="Pause mail").click()
    expect(card.get_by_text("Paused", exact=True)).to_be_visible()
    card.get_by_role("button", name="Resume mail").click()
    expect(card.get_by_text("Works")).to_be_visible()


def test_a_marketer_cannot_try_and_a_viewer_cannot_edit(ann: Visit, browser: Browser, shop: Shop) -> None:
    for name, role in (("mia", "marketer"), ("vic", "viewer")):
        ann.account(name, role)
        guest = visit(browser, shop)
        guest.sign_in(name)
        guest.open("/edit/source/weather")
        expect(guest.page.get_by_role("tab", name="YAML")).to_be_visible()
        expect(guest.page.get_by_role("tab", name="Try it")).to_have_count(0)
        expect(guest.page.get_by_role("textbox", name="Title")).to_be_disabled()
        status, answer = guest.ask("POST", "/api/try/call", {"document": {"kind": "source", "id": "weather"}})
        assert (status, answer["code"]) == (403, "AUTH-006")
        guest.open("/data/arrivals")
        expect(guest.page.get_by_text("This is for technical people")).to_be_visible()
        guest.open("/edit/audience/nobody" if role == "viewer" else "/data")
        expect(guest.page.get_by_role("button", name="New", exact=True)).to_have_count(0)
        guest.page.context.close()
