"""Proofs: who may send how many, what marks them, and what is kept of them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sojourn.service.studio.allowance import MOST, WINDOW_S, Allowance
from sojourn.service.studio.proofs import (
    NoAddress,
    NoChannel,
    TooManyProofs,
    addresses_of,
    channel_for,
    marked_as_proof,
)
from sojourn.store.inbox import Inbox
from sojourn.workspace import read_workspace
from tests.e2e.served import until
from tests.unit.service.access.serving import Served

MAIL = {"kind": "template", "id": "hello", "channel": "email", "subject": "Hi {{ profile.first_name }}", "text": "Hi"}
CHANNEL = """
{kind: channel, id: desk, type: email, provider: log, default: true}
---
{kind: channel, id: feed, type: content_card, provider: sdk}
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("proofs") / "shop"
    with Served.of(folder, {"desk.yaml": CHANNEL}) as found:
        ann = {"type": "identify", "userId": "ann", "traits": {}}
        found.keyed("server").post("/v1/batch", json={"batch": [ann]}).raise_for_status()
        until(lambda: found.local().get("/api/profiles/ann").status_code == 200)
        yield found


def letter(**more: Any) -> dict[str, Any]:
    return {"template": MAIL, "attributes": {"first_name": "Ann"}, "to": ["eva@shop.example"], **more}


def test_a_proof_is_sent_marked_and_recorded_without_the_address(served: Served) -> None:
    client = served.begun("pia", "marketer")
    answer = client.post("/api/templates/proof", json=letter(channel="desk"))
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "channel": "desk", "provider": "log",
        "proofs": [{"to": "eva@shop.example", "outcome": "sent", "reason": None, "code": None}],
    }  # fmt: skip
    [sent] = [
        json.loads(line) for line in (served.folder / "data" / "outbox" / "email.ndjson").read_text().splitlines()
    ]
    assert sent["subject"] == "[Proof] Hi Ann"
    [entry] = [e for e in served.local().get("/api/audit").json()["entries"] if e["action"] == "template.proof"]
    assert entry["subject"] == "template/hello"
    assert "eva@" not in json.dumps(entry)
    assert "e…@shop.example" in json.dumps(entry, ensure_ascii=False)


def test_a_viewer_sends_no_proofs(served: Served) -> None:
    assert served.begun("vic", "viewer").post("/api/templates/proof", json=letter()).status_code == 403


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"to": []}, "PROOF-004"),
        ({"channel": "dek"}, "PROOF-002"),
        ({"template": {**MAIL, "text": "{% abort_message 'no' %}"}}, "PROOF-003"),
        ({"template": {**MAIL, "text": "{% if %}"}}, "PROOF-003"),
    ],
)
def test_what_cannot_be_sent_says_why(served: Served, more: dict[str, Any], code: str) -> None:
    answer = served.local().post("/api/templates/proof", json=letter(**more))
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_so_many_in_an_hour_and_no_more() -> None:
    now = [0.0]
    allowance = Allowance(TooManyProofs, lambda: now[0])
    for _ in range(MOST // 10):
        allowance.take("ann", 10)
    with pytest.raises(TooManyProofs, match="try again in 3600 s"):
        allowance.take("ann", 1)
    allowance.take("bob", 10)
    now[0] = WINDOW_S
    allowance.take("ann", MOST)


def test_every_channel_s_proof_says_what_it_is() -> None:
    assert marked_as_proof("sms", {"text": "Hi"}) == {"text": "[Proof] Hi"}
    assert marked_as_proof("push", {"title": None, "body": "Hi"}) == {"body": "[Proof] Hi"}
    assert marked_as_proof("webhook", {"url": "u", "headers": {"A": "b"}})["headers"] == {
        "A": "b",
        "X-Sojourn-Proof": "1",
    }
    assert marked_as_proof("direct_mail", {"columns": {"name": "Ann", "city": "Seoul"}}) == {
        "columns": {"name": "[Proof] Ann", "city": "Seoul"}
    }
    assert marked_as_proof("direct_mail", {"columns": {"address": "Ann", "body": "Hi"}}) == {
        "columns": {"address": "Ann", "body": "[Proof] Hi"}
    }


def test_a_page_shows_each_proof_of_whom_it_is_for_and_for_an_hour(served: Served) -> None:
    client = served.local()
    card = {
        "kind": "template", "id": "card", "channel": "content_card", "title": "New",
        "display": {"pinned": True, "expires": "9d"},
    }  # fmt: skip
    refused = client.post("/api/templates/proof", json={"template": card})
    assert (refused.status_code, refused.json()["code"]) == (422, "TRY-002")
    for _ in range(2):
        sent = client.post("/api/templates/proof", json={"template": card, "profile": "ann"})
        assert sent.json()["proofs"][0]["outcome"] == "sent", sent.text
    inbox = Inbox(served.folder / "data")
    shown = inbox.open(["ann"], 0)
    inbox.close()
    assert [(one["body"]["title"], one["body"]["pinned"]) for one in shown] == [("[Proof] New", True)] * 2
    assert all(one["expires_s"] - one["sent_s"] == 3_600 for one in shown)


def test_the_default_channel_sends_unless_another_is_named() -> None:
    channels = [{"kind": "channel", "id": id, "type": "email", "provider": "log", "default": id == "b"} for id in "ab"]
    catalog = read_workspace(channels).catalog
    assert (channel_for(catalog, "email", None).id, channel_for(catalog, "email", "a").id) == ("b", "a")
    with pytest.raises(NoChannel):
        channel_for(catalog, "sms", None)


def test_addresses_are_needed_where_the_channel_has_them() -> None:
    assert addresses_of("email", [" a@b.example ", "a@b.example", ""]) == ["a@b.example"]
    assert addresses_of("webhook", []) == [None]
    with pytest.raises(NoAddress):
        addresses_of("sms", ["  "])
