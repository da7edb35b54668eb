"""Printed letters and geofences, from their documents in the studio to what becomes of them, in both languages."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.served import Shop, until
from tests.e2e.studio.browsing import Visit

POST = """kind: channel
id: post
type: direct_mail
provider: files
settings: {settle: 1s, seeds: [{name: Our own office}]}
"""
LETTER = """kind: template
id: printed-thanks
channel: direct_mail
columns: {name: "{{ profile.first_name }}"}
"""
PRINT = """kind: triggered
id: print-paid
trigger: [{event: purchase}]
messages: [{channel: direct_mail, template: printed-thanks}]
reeligible: always
"""
FENCE = """kind: geofence
id: store
lat: 51.5
lon: -0.1
radius: 500
"""
NEAR = """kind: triggered
id: near
trigger: [{geofence: store, on: enter}]
messages: [{channel: direct_mail, template: printed-thanks}]
reeligible: always
"""


def made(ann: Visit, kind: str, text: str) -> None:
    id = text.split("id: ")[1].split("\n")[0]
    status, answer = ann.ask("POST", "/api/drafts", {"kind": kind, "id": id, "yaml": text})
    assert status == 201, answer


def test_letters_are_followed_into_a_file_that_is_downloaded(ann: Visit, shop: Shop) -> None:
    page = ann.page
    ann.open("/channels/printed")
    expect(page.get_by_text("No letters yet")).to_be_visible()
    for kind, text in (("channel", POST), ("template", LETTER), ("triggered", PRINT)):
        made(ann, kind, text)
    ann.publish("print-paid")
    buys = {"type": "track", "event": "Order Completed", "properties": {"order_id": "7", "amount": 3}}
    for name in ("eve", "gus"):
        traits = {"first_name": name.capitalize()}
        shop.send({"type": "identify", "userId": name, "traits": traits}, {**buys, "userId": name})
    row = page.get_by_role("table", name="Files of letters, the newest first").get_by_role("row").last
    expect(row).to_contain_text("print-paid")
    expect(row).to_contain_text("At its place")
    with page.expect_download() as arriving:
        row.get_by_role("link", name=re.compile(r"\.csv$")).click()
    assert arriving.value.path().read_text().split() == ["name", "Eve", "Gus", "Our", "own", "office"]
    ann.ask("PATCH", "/api/session", {"language": "ko"})
    ann.open("/channels/printed")
    expect(page.get_by_role("table", name="최신순 편지 파일").get_by_role("row").last).to_contain_text("완료")
    ann.ask("PATCH", "/api/session", {"language": "en"})


def test_a_geofence_is_edited_and_takes_effect(ann: Visit, shop: Shop) -> None:
    page = ann.page
    made(ann, "geofence", FENCE)
    made(ann, "triggered", NEAR)
    ann.open("/edit/geofence/store")
    page.get_by_role("textbox", name="Radius in metres").fill("2000")
    ann.save()
    assert ann.ask("GET", "/api/drafts/geofence/store")[1]["document"]["radius"] == 2000
    ann.publish("near")
    shop.send({"type": "location", "userId": "eve", "lat": 51.51, "lon": -0.1})
    report = shop.client()
    until(lambda: report.get("/api/documents/near/report").json()["totals"]["targeted"] == 1, 60)
    ann.ask("PATCH", "/api/session", {"language": "ko"})
    ann.open("/edit/geofence/store")
    expect(page.get_by_role("textbox", name="반경(m)")).to_have_value(re.compile("2,?000"))
    ann.ask("PATCH", "/api/session", {"language": "en"})
