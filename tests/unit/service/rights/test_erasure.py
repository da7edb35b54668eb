"""Somebody who is erased is nowhere in the data folder, and what was counted adds up as before."""

import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest

from sojourn.service.rights.erasure import Erasure
from tests.unit.service.access.serving import Served

DOCUMENTS = """
kind: workspace
id: shop
---
kind: entity
id: profile
attributes: {email: string, first_name: string, phone: string, friends: "[string]", brought_by: string}
---
kind: entity
id: note
key: note_id
attributes: {note_id: string, text: string}
---
kind: entity
id: booking
key: booking_id
attributes: {booking_id: string, profile_id: string, hotel: string}
links:
  guest: {to: profile, on: {profile_id: profile_id}}
---
kind: event
id: bought
properties: {note: string}
---
kind: template
id: mail
channel: email
subject: "Hello {{ profile.first_name }}"
text: "You bought: {{ event.note }}"
---
kind: triggered
id: thanks
trigger: [{event: bought}]
reeligible: always
messages: [{channel: email, template: mail}]
---
kind: journey
id: waits
entry: {type: event, event: bought}
reentry: always
nodes:
  - {id: first, type: email, template: mail, next: later}
  - {id: later, type: wait, for: 30d, next: last}
  - {id: last, type: email, template: mail}
---
kind: campaign
id: everybody
confirm: false
activities:
  - {id: all, type: query, entity: profile, where: "email is not null"}
  - {id: send, type: email, of: all, template: mail}
---
kind: channel
id: mail
type: email
provider: log
settings: {file: mails.txt}
---
kind: template
id: printed
channel: direct_mail
columns: {name: "{{ profile.first_name }}", email: "{{ profile.email }}", note: "{{ event.note }}"}
---
kind: triggered
id: print
trigger: [{event: bought}]
reeligible: always
messages: [{channel: direct_mail, template: printed}]
---
kind: channel
id: post
type: direct_mail
provider: files
settings: {settle: 1s}
"""
WORDS = (
    "customer-zebulon", "visitor-zebulon", "zebulon.quince@example.com", "Zebulon Quince", "+821055577799",
    "secret-wish-zq", "hotel-zq-palace", "zebulon-garbage",
)  # fmt: skip
ZEB, AMY = "customer-zebulon", "customer-amy"


def until(found: Callable[[], Any]) -> Any:
    end_s = time.monotonic() + 30
    while time.monotonic() < end_s:
        if result := found():
            return result
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def everything(id: str, visitor: str, email: str, name: str, phone: str, wish: str, hotel: str) -> list[dict[str, Any]]:
    """Return calls that leave a person in every place there is."""
    return [
        {"type": "track", "anonymousId": visitor, "event": "bought", "properties": {"note": wish}},
        {
            "type": "identify",
            "userId": id,
            "anonymousId": visitor,
            "traits": {"email": email, "first_name": name, "phone": phone},
        },
        {"type": "track", "userId": id, "event": "bought", "properties": {"note": wish}},
        {
            "type": "row",
            "entity": "booking",
            "op": "u",
            "row": {"booking_id": f"b-{visitor}", "profile_id": id, "hotel": hotel},
        },
        {"type": "subscription", "userId": id, "channel": "sms", "status": "unsubscribed"},
        {"type": "suppress", "channel": "sms", "address": phone},
        {"type": "feedback", "userId": id, "kind": "opened", "of": "nowhere/first"},
    ]


def about_others() -> list[dict[str, Any]]:
    """Return calls about others that mention the person: by address, telephone and id."""
    mail, phone = WORDS[2], WORDS[4]
    return [
        {"type": "track", "userId": AMY, "event": "bought", "properties": {"note": f"for my friend {mail.upper()}"}},
        {"type": "track", "userId": AMY, "event": "bought", "properties": {"note": f"call\n{phone} or {mail}, {mail}"}},
        {"type": "track", "userId": AMY, "event": "bought", "properties": {"note": "x", "for": ZEB}},
        {"type": "identify", "userId": AMY, "traits": {"friends": [mail, "bob"], "brought_by": ZEB}},
        {"type": "row", "entity": "note", "op": "u", "row": {"note_id": "n1", "text": f"asked by <{mail}>"}},
    ]  # fmt: skip


class Site:
    def __init__(self, served: Served) -> None:
        self.served, self.admin, self.server = served, served.local(), served.keyed("server")

    def send(self, calls: list[dict[str, Any]]) -> None:
        assert self.server.post("/v1/batch", json={"batch": calls}).status_code == 200
        self.wait()

    def wait(self) -> None:
        runtime = self.served.runtime
        runtime.engine.wait_for(runtime.log.end() - 1, 30)

    def report(self, id: str) -> Any:
        return self.admin.get(f"/api/documents/{id}/report").json()

    def erase(self, *ids: str, **more: Any) -> httpx.Response:
        return self.admin.post("/api/people/erase", json={"profiles": list(ids), **more})

    def where(self, *words: str) -> dict[str, list[str]]:
        """Return the files of the data folder in which words stand."""
        found: dict[str, list[str]] = {}
        for path in (self.served.folder / "data").rglob("*"):
            text = path.read_bytes() if path.is_file() else b""
            hits = [word for word in words if word.encode() in text]
            if hits:
                found[path.name] = hits
        return found


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "documents.yaml").write_text(DOCUMENTS, encoding="utf-8")
    with Served.of(folder) as served:
        made = Site(served)
        made.admin.post("/api/publish", json={"ids": ["thanks", "waits", "print"]}).raise_for_status()
        made.send(everything(ZEB, *WORDS[1:7]))
        amy = everything(AMY, "v-amy", "amy@example.com", "Amy", "+821011112222", "a wish", "a hotel")
        made.send(amy + about_others())
        bad = {"type": "nonsense", "userId": ZEB, "what": "zebulon-garbage"}
        made.server.post("/v1/batch", json={"batch": [bad]})
        made.admin.post("/api/publish", json={"ids": ["everybody"]}).raise_for_status()
        outbox = folder / "data" / "outbox" / "mails.txt"
        until(lambda: outbox.exists() and outbox.read_text().count(WORDS[2]) >= 2)
        until(lambda: [row["sent"] for row in made.report("everybody")["messages"]] == [2])
        until(lambda: [each for each in made.where(WORDS[2]) if each.endswith(".csv")])
        until(lambda: served.runtime.engine.offset == served.runtime.log.end())
        yield made


def test_nothing_of_the_person_is_left_on_the_disk(site: Site) -> None:
    words = [*WORDS, *(word.upper() for word in WORDS)]
    assert {"sojourn.duckdb", "mails.txt"} <= {name.removesuffix(".wal") for name in site.where(*words)}
    told = site.erase(ZEB).json()
    assert told == {"erased": 1, "scrubbed": True}
    assert site.where(*words) == {}
    items = site.served.runtime.log.read(0, 10_000)
    said = " ".join(str(cell) for row in items.rows() for cell in row).lower()
    assert not [word for word in WORDS if word.lower() in said], "the log is compressed, so it is read as well"
    assert "amy@example.com" in said and "for my friend erased" in said
    cursor = site.served.runtime.cursor()
    for (table,) in cursor.execute("SELECT table_name FROM duckdb_tables()").fetchall():
        held = str(cursor.execute(f'SELECT * FROM "{table}"').fetchall()).lower()
        assert not [word for word in WORDS if word.lower() in held], table


def test_addresses_of_others_stay_even_if_they_hold_hers_or_are_the_same(site: Site) -> None:
    jo, phone = f"jo{WORDS[2]}", WORDS[4]
    site.send([
        {"type": "identify", "userId": "jo", "traits": {"email": jo, "phone": phone}},
        {"type": "track", "userId": "jo", "event": "bought", "properties": {"note": f"write to {jo} or {WORDS[2]}.kr"}},
    ])  # fmt: skip
    site.erase(ZEB)
    held = site.admin.get("/api/profiles/jo").json()["attributes"]
    assert (held["email"], held["phone"]) == (jo, phone), "a telephone that two have is still the other's"
    said = " ".join(str(cell) for row in site.served.runtime.log.read(0, 10_000).rows() for cell in row)
    assert f"write to {jo} or {WORDS[2]}.kr" in said and f'"phone":"{phone}"' in said
    assert WORDS[2] not in said.replace(jo, "").replace(f"{WORDS[2]}.kr", "")


def test_files_that_were_sent_and_test_sessions_do_not_keep_them(site: Site) -> None:
    def sent(name: str, content: bytes) -> str:
        answer = site.admin.post("/api/uploads", params={"name": name}, content=content)
        return str(answer.raise_for_status().json()["id"])

    rows = f"profile_id,email\n{ZEB},{WORDS[2]}\n"
    packed = io.BytesIO()
    pl.DataFrame({"profile_id": [ZEB]}).write_parquet(packed, compression="zstd")
    hers = [sent("p.csv", rows.encode()), sent("p.parquet", packed.getvalue())]
    other = sent("q.csv", b"profile_id,email\namy,amy@example.com\n")
    bad = sent("bad.csv", f"profile_id,email\n,{WORDS[2]}\n,amy@example.com\n".encode())
    site.admin.post(f"/api/uploads/{bad}/start", json={"target": "profiles"}).raise_for_status()
    until(lambda: site.admin.get(f"/api/uploads/{bad}").json()["state"] == "done")
    copies = [{"profiles": [{"id": id, "copy": True}]} for id in (ZEB, AMY)]
    sessions = [site.admin.post("/api/test-sessions", json=wish).raise_for_status().json()["id"] for wish in copies]
    assert site.where(WORDS[2]).keys() >= {"p.csv", "bad.csv.rejects.csv"}
    site.erase(ZEB)
    assert site.where(*WORDS) == {}
    assert [site.admin.get(f"/api/uploads/{id}").status_code for id in (*hers, other)] == [404, 404, 200]
    assert "amy@example.com" in site.admin.get(f"/api/uploads/{bad}/rejects").text
    assert [site.admin.get(f"/api/test-sessions/{id}").status_code for id in sessions] == [404, 200]


def test_others_and_the_counts_stay(site: Site) -> None:
    before = {id: site.report(id) for id in ("thanks", "waits", "everybody")}
    timeline = site.admin.get(f"/api/profiles/{AMY}/timeline").json()["rows"]
    site.erase(ZEB)
    for id in ("thanks", "everybody"):
        assert site.report(id)["messages"] == before[id]["messages"], id
    inside = site.admin.get("/api/documents/waits/inside").json()["rows"]
    assert {row["profile"] for row in inside} == {AMY}
    after = site.admin.get(f"/api/profiles/{AMY}/timeline").json()["rows"]
    assert [row["kind"] for row in after] == [row["kind"] for row in timeline]
    assert site.admin.get(f"/api/profiles/{ZEB}").status_code == 404
    assert site.admin.get("/api/profiles/anon:visitor-zebulon").status_code == 404


def test_the_engine_goes_on_and_the_id_may_come_again(site: Site) -> None:
    site.erase(ZEB)
    site.send([{"type": "feedback", "userId": ZEB, "kind": "clicked", "of": "thanks"}])
    rejects = site.served.runtime.cursor().execute("SELECT count(*) FROM reject WHERE item LIKE '%zebulon%'").fetchall()
    assert rejects == [(0,)], "late feedback about somebody who was erased is not kept"
    assert Erasure(site.served.runtime).take_late() == 1
    assert site.where(ZEB) == {}
    site.send([{"type": "identify", "userId": ZEB, "traits": {"first_name": "Someone new"}}])
    fresh = site.admin.get(f"/api/profiles/{ZEB}").json()
    assert (fresh["attributes"]["first_name"], fresh["attributes"]["email"]) == ("Someone new", None)
    assert site.admin.get(f"/api/profiles/{ZEB}/timeline").json()["rows"] == []
    assert {row["topic"] for row in fresh["consent"] if row["said"]} == set()


def test_a_suppressed_address_is_known_again_by_its_hash(site: Site) -> None:
    site.erase(ZEB, suppress=True)
    rows = site.admin.get("/api/suppressions").json()["rows"]
    assert {row["channel"]: row["address"][:7] for row in rows if row["address"][:7] == "sha256:"} == {
        "sms": "sha256:", "whatsapp": "sha256:", "email": "sha256:",
    }  # fmt: skip
    site.send([
        {"type": "identify", "userId": "again", "traits": {"email": WORDS[2].upper()}},
        {"type": "track", "userId": "again", "event": "bought", "properties": {}},
    ])  # fmt: skip
    rows = site.admin.get("/api/profiles/again/timeline").json()["rows"]
    assert {row["name"] for row in rows if row["kind"] == "discard"} == {"suppressed"}
    assert site.admin.get("/api/suppressions", params={"search": WORDS[2]}).json()["rows"]


def test_the_record_keeps_the_fact_only(site: Site) -> None:
    site.erase(ZEB)
    entries = site.admin.get("/api/audit").json()["entries"]
    assert entries[0]["action"] == "person.erase"
    assert not [word for word in WORDS if word in json.dumps(entries)]


def test_erasing_is_for_those_who_may_and_known_people_only(site: Site) -> None:
    assert site.server.post("/api/people/erase", json={"profiles": [ZEB]}).status_code == 403
    answer = site.erase(ZEB, "nobody-at-all")
    assert (answer.status_code, answer.json()["code"]) == (404, "REPORT-005")
    assert site.admin.get(f"/api/profiles/{ZEB}").status_code == 200, "all or none"


def test_an_erasure_that_was_interrupted_is_carried_on(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(*_: Any) -> None:
        raise OSError("the power is gone")

    with monkeypatch.context() as broken:
        broken.setattr(Erasure, "_from_log", cut)
        assert site.erase(ZEB).status_code == 500
    assert site.where(*WORDS), "the log still has them"
    assert Erasure(site.served.runtime).carry_on()
    assert site.where(*WORDS) == {}


def test_a_person_gets_all_that_is_held(site: Site) -> None:
    answer = site.server.post("/api/people/export", json={"profile": "anon:visitor-zebulon"})
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    about = json.loads(texts.pop("about.json"))
    assert about["profile"] == ZEB and set(about["files"]) == set(texts)
    assert json.loads(texts["profile.json"])["attributes"]["email"] == WORDS[2]
    rows = {name: [json.loads(line) for line in text.splitlines()] for name, text in texts.items() if "ndjson" in name}
    assert [row["hotel"] for row in rows["rows/booking.ndjson"]] == ["hotel-zq-palace"]
    assert [row["properties"] for row in rows["events.ndjson"]] == [{"note": "secret-wish-zq"}] * 2
    assert {row["document"] for row in rows["messages.ndjson"]} == {"thanks", "everybody", "print"}
    assert "identify" in {row["kind"] for row in rows["items.ndjson"]}
    assert "amy" not in "".join(texts.values()).lower()
    assert site.admin.get("/api/audit").json()["entries"][0]["action"] == "person.export"
