"""Files sent over HTTP: looked at, mapped, imported once, whatever happens meanwhile."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sojourn.engine import importing
from sojourn.service.runtime import Runtime
from sojourn.service.uploads import imports, shelf
from sojourn.service.uploads.imports import Imports
from sojourn.service.uploads.upload import Mapping
from tests.e2e.served import until
from tests.unit.service.access.serving import Served

DOCUMENTS = """
kind: workspace
id: shop
---
kind: entity
id: profile
attributes: {email: string, first_name: string, age: integer}
---
kind: entity
id: product
key: sku
attributes: {sku: string, price: number}
---
kind: event
id: sold
properties: {amount: number}
"""
PEOPLE = "Customer-ID,E-Mail,Vorname,Notes\np-1,ann@example.com,Ann,vip\np-2,bob@example.com,Bob,\n"
MAPPING = {"Customer-ID": "profile_id", "E-Mail": "email", "Vorname": "first_name", "Notes": ""}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = Path(tmp_path_factory.mktemp("uploads")) / "shop"
    folder.mkdir()
    (folder / "documents.yaml").write_text(DOCUMENTS)
    with Served.of(folder) as served:
        yield served


@pytest.fixture(scope="module")
def tina(served: Served) -> httpx.Client:
    return served.begun("tina", "technical")


def send(client: httpx.Client, name: str, content: str | bytes) -> dict[str, Any]:
    answer = client.post("/api/uploads", params={"name": name}, content=content)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def ended(client: httpx.Client, id: str) -> dict[str, Any]:
    until(lambda: client.get(f"/api/uploads/{id}").json()["state"] not in ("waiting", "running"))
    found: dict[str, Any] = client.get(f"/api/uploads/{id}").json()
    return found


def test_a_file_is_looked_at_mapped_and_imported(tina: httpx.Client, served: Served) -> None:
    sent = send(tina, "people.csv", PEOPLE)
    assert (sent["name"], sent["about_rows"], sent["state"]) == ("people.csv", 2, "ready")
    at = f"/api/uploads/{sent['id']}"
    columns = tina.post(f"{at}/columns", json={"target": "profiles"}).json()
    assert {each["name"]: each["attribute"] for each in columns} == {**MAPPING, "Notes": None}
    assert columns[0]["values"] == ["p-1", "p-2"] and columns[0]["type"] == "string"
    look = tina.post(f"{at}/check", json={"target": "profiles", "columns": MAPPING}).json()
    assert (look["rows"], look["all"], look["rejected"], look["error"]) == (2, True, 0, None)
    assert look["sample"][0] == {"profile_id": "p-1", "email": "ann@example.com", "first_name": "Ann", "age": None}
    started = tina.post(f"{at}/start", json={"target": "profiles", "columns": MAPPING})
    assert started.status_code == 200 and started.json()["state"] in ("waiting", "running")
    done = ended(tina, sent["id"])
    assert (done["state"], done["rows"], done["rejected"]) == ("done", 2, 0)
    assert tina.get("/api/profiles/p-2").json()["attributes"]["first_name"] == "Bob"
    assert not list(served.runtime.places.uploads.rglob("people.csv")), "the content is gone"
    actions = [entry["action"] for entry in served.begun("ada", "admin").get("/api/audit").json()["entries"]]
    assert actions[:2] == ["import.end", "import.begin"]


def test_problems_are_told_before_and_rejects_after(tina: httpx.Client) -> None:
    sent = send(tina, "prices.csv", "sku,price\na,1\nb,cheap\n,3\n")
    at = f"/api/uploads/{sent['id']}"
    look = tina.post(f"{at}/check", json={"target": "product"}).json()
    assert (look["rows"], look["rejected"]) == (3, 2)
    assert [reject["line"] for reject in look["rejects"]] == [3, 4]
    tina.post(f"{at}/start", json={"target": "product"}).raise_for_status()
    assert ended(tina, sent["id"])["rejected"] == 2
    assert [each["code"] for each in tina.get(f"{at}/rejects").json()] == [each["code"] for each in look["rejects"]]
    file = tina.get(f"{at}/rejects.csv")
    assert file.headers["content-disposition"].endswith('"prices.csv.rejects.csv"')
    assert file.text.splitlines()[0] == "line,code,reason,content" and len(file.text.splitlines()) == 3


def test_what_cannot_be_read_at_all_is_told_with_what_to_do(tina: httpx.Client) -> None:
    sent = send(tina, "people.csv", PEOPLE)
    at = f"/api/uploads/{sent['id']}"
    error = tina.post(f"{at}/check", json={"target": "profiles"}).json()["error"]
    assert error["code"] == "FILE-001" and "Customer-ID" in error["message"]
    refused = tina.post(f"{at}/start", json={"target": "profiles"})
    assert (refused.status_code, refused.json()["code"]) == (422, "FILE-001")
    assert tina.post(f"{at}/start", json={"target": "planet"}).json()["code"] == "IMPORT-001"
    assert tina.post("/api/uploads", params={"name": "people.xlsx"}, content=b"x").status_code == 422
    assert tina.delete(at).status_code == 204 and tina.get(at).json()["code"] == "UPLOAD-001"


def test_the_same_content_is_not_imported_twice_by_mistake(tina: httpx.Client, served: Served) -> None:
    text = "profile_id,event,timestamp,amount\np-1,Sold,2026-03-01T10:00:00Z,5\n"
    wish = {"target": "events"}
    first = send(tina, "sold.csv", text)
    tina.post(f"/api/uploads/{first['id']}/start", json=wish).raise_for_status()
    ended(tina, first["id"])
    again = send(tina, "sold (1).csv", text)
    refused = tina.post(f"/api/uploads/{again['id']}/start", json=wish)
    assert (refused.status_code, refused.json()["code"]) == (409, "UPLOAD-004")
    assert count(served.runtime, "event") == 1
    tina.post(f"/api/uploads/{again['id']}/start", json={**wish, "again": True}).raise_for_status()
    ended(tina, again["id"])
    assert count(served.runtime, "event") == 2


def test_an_upload_has_a_limit_and_leaves_nothing_behind(
    tina: httpx.Client, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served.runtime.imports.shelf, "limit", 1_000)
    before = list(served.runtime.places.uploads.iterdir())
    announced = tina.post("/api/uploads", params={"name": "big.csv"}, content=b"x" * 1_001)
    assert (announced.status_code, announced.json()["code"]) == (413, "UPLOAD-002")
    streamed = tina.post("/api/uploads", params={"name": "big.csv"}, content=iter([b"x" * 999, b"x" * 999]))
    assert (streamed.status_code, streamed.json()["code"]) == (413, "UPLOAD-002")
    assert list(served.runtime.places.uploads.iterdir()) == before
    monkeypatch.setattr(shelf, "RESERVE", 1 << 62)
    assert tina.post("/api/uploads", params={"name": "a.csv"}, content=b"x").json()["code"] == "UPLOAD-003"
    assert list(served.runtime.places.uploads.iterdir()) == before


def test_a_name_leads_nowhere_else(tina: httpx.Client, served: Served) -> None:
    sent = send(tina, "../../../upload.json", '{"profile_id": "p-3"}\n')
    assert sent["name"] == "upload.json"
    place = served.runtime.places.uploads / sent["id"]
    assert (place / "content" / "upload.json").read_text() == '{"profile_id": "p-3"}\n'
    tina.post(f"/api/uploads/{sent['id']}/start", json={"target": "profiles"}).raise_for_status()
    assert ended(tina, sent["id"])["rows"] == 1


# ---- across restarts -------------------------------------------------------------------------------------------------


def count(runtime: Runtime, table: str) -> int:
    return int(runtime.cursor().execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "documents.yaml").write_text(DOCUMENTS)
    return tmp_path


def put(imports: Imports, name: str, text: str) -> str:
    from sojourn.service.access.caller import MACHINE

    incoming = imports.shelf.incoming(name)
    incoming.put(text.encode())
    return imports.finish(incoming, MACHINE).id


def begin(imports: Imports, id: str) -> None:
    from sojourn.service.access.caller import MACHINE

    imports.begin(id, Mapping(target="events"), MACHINE)


SOLD = "profile_id,event,timestamp,amount\n" + "".join(f"p{n},Sold,2026-03-01T10:00:00Z,{n}\n" for n in range(100))


def test_it_goes_on_behind_the_last_chunk_after_a_restart(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Mapping, "options", small_chunks)
    reached, ends = threading.Event(), threading.Event()

    def wait(*words: Any) -> Any:
        taken = importing.load(*words)
        if taken.rows == 30:
            reached.set()
            ends.wait(10)
        return taken

    monkeypatch.setattr(imports, "load", wait)
    runtime = Runtime(folder)
    runtime.start()
    id = put(runtime.imports, "sold.csv", SOLD)
    begin(runtime.imports, id)
    assert reached.wait(10)
    closing = threading.Thread(target=runtime.close)
    closing.start()
    until(runtime.imports._end.is_set)
    ends.set()
    closing.join()
    monkeypatch.setattr(imports, "load", importing.load)
    after = Runtime(folder)
    after.start()
    try:
        until(lambda: after.imports.find(id).state == "done")
        found = after.imports.find(id)
        assert (found.rows, found.resumed) == (100, True)
        assert count(after, "event") == 100
    finally:
        after.close()


def test_it_is_stopped_and_begun_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Mapping, "options", small_chunks)
    runtime = Runtime(folder)
    runtime.start()
    try:
        first, second = put(runtime.imports, "sold.csv", SOLD), put(runtime.imports, "more.csv", SOLD + "\n")
        halted = threading.Event()

        def stop_it(*words: Any) -> Any:
            taken = importing.load(*words)
            if taken.rows == 20 and not halted.is_set():
                halted.set()
                runtime.imports.halt(first)
                runtime.imports.halt(second)
            return taken

        monkeypatch.setattr(imports, "load", stop_it)
        begin(runtime.imports, first)
        begin(runtime.imports, second)
        until(lambda: runtime.imports.find(first).state == "stopped")
        assert runtime.imports.find(first).rows == 20 and count(runtime, "event") == 20
        assert runtime.imports.find(second).state == "stopped"
        begin(runtime.imports, first)
        until(lambda: runtime.imports.find(first).state == "done")
        assert count(runtime, "event") == 100
    finally:
        runtime.close()


def small_chunks(self: Mapping, **more: int) -> Any:
    from sojourn.ingest.files import Options

    return Options(dict(self.columns), self.timezone, self.encoding, 10)


def test_what_is_old_is_cleared_away(folder: Path) -> None:
    runtime = Runtime(folder)
    runtime.open()
    try:
        id = put(runtime.imports, "sold.csv", SOLD)
        upload = runtime.imports.find(id)
        upload.at = "2020-01-01T00:00:00Z"
        fresh = put(runtime.imports, "sold.csv", SOLD)
        assert [each.id for each in runtime.imports.listed()] == [fresh]
        assert [path.name for path in runtime.places.uploads.iterdir()] == [fresh]
        (runtime.places.uploads / ".arriving-x").write_text("half")
        assert [each.id for each in runtime.imports.shelf.all()] == [fresh]
        assert [path.name for path in runtime.places.uploads.iterdir()] == [fresh]
    finally:
        runtime.close()
