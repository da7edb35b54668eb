"""Campaigns as a user runs them: counts before anything is sent, a signal, a confirmation, mails, a kill in between."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.served import Mailbox, Shop, command, until

CAMPAIGN = """
{kind: entity, id: booking, key: booking_id, attributes: {booking_id: string, profile_id: string, nights: integer},
 links: {guest: {to: profile, "on": {profile_id: profile_id}}}}
---
{kind: template, id: stay, channel: email, subject: "Booking {{ row.booking_id }}", text: "{{ row.nights }} nights"}
---
kind: campaign
id: stays
schedule: {signal: {parameters: {least: integer}}}
activities:
  - {id: long, type: query, entity: booking, where: "nights >= vars.least"}
  - {id: some, type: split, of: long, paths: [{id: top, limit: "50%", order_by: "nights desc"}], complement: rest}
  - {id: mail, type: email, of: some.top, per: booking, template: stay}
  - {id: told, type: alert, of: some.rest, title: "Some stay without a mail", to: ops@example.com}
"""


@pytest.fixture
def shop(tmp_path: Path, mailbox: Mailbox) -> Iterator[Shop]:
    shop = Shop(tmp_path / "shop", mailbox.port)
    shop.init()
    (shop.folder / "stays.yaml").write_text(CAMPAIGN)
    rows = [{"booking_id": f"k{i}", "profile_id": "ann", "nights": i} for i in range(1, 6)]
    (shop.folder / "bookings.ndjson").write_text("\n".join(json.dumps(row) for row in rows))
    shop.start()
    shop.send({"type": "identify", "userId": "ann", "traits": {"email": "ann@example.com", "first_name": "Ann"}})
    command("import", "booking", shop.folder / "bookings.ndjson", "--workspace", shop.folder)
    yield shop
    shop.stop()


def newest(shop: Shop) -> dict[str, Any]:
    [found] = shop.client().get("/api/campaigns/stays/runs", params={"limit": 1}).raise_for_status().json()
    return dict(found)


def test_a_campaign_from_its_counts_to_the_mails_over_a_kill(shop: Shop, mailbox: Mailbox) -> None:
    counted = json.loads(command("preview", "stays", "-p", "least=2", "--json", "--workspace", shop.folder))
    assert {row["from"]: row["rows"] for row in counted} == {"long": 4, "some.top": 2, "some.rest": 2, "told": 2}
    assert [row["booking_id"] for row in counted[1]["sample"]] == ["k4", "k5"]
    command("publish", "stays", "--workspace", shop.folder)
    command("signal", "stays", "-p", "least=2", "--workspace", shop.folder)
    assert newest(shop)["state"] == "waiting"
    assert not mailbox.to("ann@example.com")
    until(lambda: mailbox.to("ops@example.com"))
    mailbox.mails.clear()
    shop.kill()
    shop.start()
    command("confirm", "stays", "--workspace", shop.folder)
    until(lambda: len(mailbox.to("ann@example.com")) == 2)
    assert {mail["Subject"] for mail in mailbox.to("ann@example.com")} == {"Booking k4", "Booking k5"}
    run = newest(shop)
    assert run["state"] == "completed"
    assert {row["from"]: row["rows"] for row in run["transitions"]} == {
        "long": 4, "some.top": 2, "some.rest": 2, "told": 2, "mail.sent": 2, "mail.discarded": 0,
    }  # fmt: skip
    assert [alert["title"] for alert in run["alerts"]] == ["Some stay without a mail"]


def test_what_is_wrong_is_told(shop: Shop) -> None:
    assert "RUN-022" in command("signal", "nothing", "--workspace", shop.folder, code=1)
    assert "RUN-003" in command("preview", "nothing", "--workspace", shop.folder, code=1)
    command("publish", "stays", "--workspace", shop.folder)
    assert "RUN-023" in command("confirm", "stays", "--workspace", shop.folder, code=1)
    assert shop.client().get("/api/campaigns/stays/runs/1/transitions/long").json()["code"] == "REPORT-003"


def test_a_draft_is_counted_through_the_api(shop: Shop) -> None:
    draft = {"kind": "campaign", "id": "draft", "activities": [
        {"id": "all", "type": "query", "entity": "booking"},
        {"id": "one", "type": "deduplicate", "of": "all", "by": ["profile_id"], "complement": "others"},
    ]}  # fmt: skip
    client = shop.client()
    refused = client.post("/api/campaigns/preview", json={"id": "draft", "document": draft})
    assert refused.status_code == 403
    admin = command("key", "create", "--role", "admin", shop.folder).strip()
    answer = shop.client(admin).post("/api/campaigns/preview", json={"id": "draft", "document": draft, "sample": 1})
    assert answer.status_code == 200, answer.text
    assert [(row["from"], row["rows"]) for row in answer.json()] == [("all", 5), ("one", 1), ("one.others", 4)]
    wrong = {**draft, "activities": [{"id": "all", "type": "query", "entity": "bookin"}]}
    told = shop.client(admin).post("/api/campaigns/preview", json={"id": "draft", "document": wrong})
    assert told.status_code == 409
    assert "did you mean `booking`" in told.text


WAVES = """
kind: campaign
id: parts
schedule: {{signal: {{}}}}
confirm: false
activities:
  - {{id: who, type: query, entity: profile, where: "{where}"}}
  - {{id: pause, type: wait, of: who, for: 2s}}
  - {{id: mail, type: email, of: pause, template: hello, waves: {{count: 3, every: 3s}}}}
  - {{id: file, type: load_file, path: late.csv, columns: {{who: string}}}}
"""


def test_waves_go_on_over_kills_on_their_version_and_a_failed_activity_is_tried_again(
    shop: Shop, mailbox: Mailbox
) -> None:
    people = [f"p{i}@example.com" for i in range(12)]
    shop.send(*({"type": "identify", "userId": to[:-12], "traits": {"email": to}} for to in people))
    (shop.folder / "late.csv").write_text("who\nann\n")
    (shop.folder / "parts.yaml").write_text(WAVES.format(where="email like 'p%'"))
    command("publish", "parts", "--workspace", shop.folder)
    command("signal", "parts", "--workspace", shop.folder)
    (shop.folder / "parts.yaml").write_text(WAVES.format(where="email like 'a%'").replace("late.csv", "later.csv"))
    command("publish", "parts", "--workspace", shop.folder)  # while the run waits
    for _ in range(2):
        shop.kill()
        mails = len(mailbox.mails)
        shop.start()
        until(lambda mails=mails: len(mailbox.mails) > mails or len(mailbox.mails) >= len(people))
    until(lambda: ended(shop, 1)["state"] == "completed")
    counts = {row["from"]: row["rows"] for row in ended(shop, 1)["transitions"]}
    assert counts == {"who": 12, "pause": 12, "mail.sent": 12, "mail.discarded": 0, "file": 1}
    until(lambda: {to for to in people if mailbox.to(to)} == {*people})
    command("signal", "parts", "--workspace", shop.folder)
    until(lambda: ended(shop, 2)["state"] == "failed")  # of the new version, whose file is not there
    (shop.folder / "later.csv").write_text("who\nann\nbob\n")
    command("retry", "parts", "--workspace", shop.folder)
    until(lambda: ended(shop, 2)["state"] == "completed")
    assert {row["from"]: row["rows"] for row in ended(shop, 2)["transitions"]} == {
        "file": 2, "who": 1, "pause": 1, "mail.sent": 1, "mail.discarded": 0,
    }  # fmt: skip
    assert len(mailbox.to("ann@example.com")) == 1


def ended(shop: Shop, run: int) -> dict[str, Any]:
    found = shop.client().get("/api/campaigns/parts/runs").raise_for_status().json()
    return next((dict(row) for row in found if row["run"] == run), {"state": None})
