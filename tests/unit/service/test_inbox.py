"""The watched folder: whole files once, whatever happens, and what cannot be read is told."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from sojourn.engine import importing
from sojourn.ingest import files
from sojourn.service import file_import
from sojourn.service.inbox import Watcher
from sojourn.service.runtime import Runtime

DOCUMENTS = """
kind: workspace
id: shop
inbox:
  folder: inbox
  rules:
    - {id: sold, files: "sold-*.csv", target: events}
    - {id: goods, files: "*.ndjson", target: product}
    - {id: odd, files: "odd*", target: profiles}
---
kind: entity
id: profile
attributes: {email: string}
---
kind: entity
id: product
key: sku
attributes: {sku: string, price: number}
"""
SOLD = "profile_id,event,timestamp,n\n" + "".join(f"p{n},Sold,2026-03-01T10:00:00Z,{n}\n" for n in range(10))


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    (tmp_path / "documents.yaml").write_text(DOCUMENTS)
    (tmp_path / "inbox").mkdir()
    runtime = Runtime(tmp_path)
    runtime.open()
    yield runtime
    runtime.close()


def put(runtime: Runtime, name: str, text: str) -> Path:
    path = runtime.places.directory / "inbox" / name
    path.write_text(text)
    return path


def count(runtime: Runtime, table: str) -> int:
    return int(runtime.cursor().execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])


def look_twice(watcher: Watcher) -> list[dict[str, Any]]:
    return watcher.look() + watcher.look()


def test_a_file_is_read_once_it_stands_still(runtime: Runtime) -> None:
    path = put(runtime, "sold-1.csv", SOLD)
    watcher = runtime.watcher
    assert watcher.look() == []
    with path.open("a") as file:
        file.write("p10,Sold,2026-03-01T10:00:00Z,10\n")
    assert watcher.look() == [], "it has grown"
    assert watcher.state()["waiting"] == ["sold-1.csv"]
    [report] = watcher.look()
    assert (report["rows"], report["rejected"], report["error"]) == (11, 0, None)
    assert count(runtime, "event") == 11 and not path.exists()
    done = path.parent / "done"
    assert json.loads((done / "sold-1.csv.report.json").read_text()) == report
    assert watcher.state() == {"folder": str(path.parent), "waiting": [], "unknown": [], "reports": [report]}
    assert look_twice(watcher) == []


def test_bad_rows_are_told_and_what_cannot_be_read_fails(runtime: Runtime) -> None:
    put(runtime, "sold-bad.csv", SOLD + "p,Sold,soon,1\n")
    put(runtime, "sold-worse.csv", "profile_id,event,timestamp\np,Sold,soon\n")
    put(runtime, "odd.xlsx", "PK")
    put(runtime, "unknown.csv", "a\n1\n")
    put(runtime, "sold-x.csv.part", SOLD)
    reports = {report["file"]: report for report in look_twice(runtime.watcher)}
    assert (reports["sold-bad.csv"]["rows"], reports["sold-bad.csv"]["rejected"]) == (11, 1)
    assert reports["sold-worse.csv"]["error"] == "no row could be taken"
    assert "ending" in reports["odd.xlsx"]["error"]
    folder = runtime.places.directory / "inbox"
    assert (folder / "done" / "sold-bad.csv.rejects.csv").read_text().count("\n") == 2
    assert sorted(path.name for path in (folder / "failed").iterdir()) == [
        "odd.xlsx", "odd.xlsx.report.json", "sold-worse.csv", "sold-worse.csv.rejects.csv",
        "sold-worse.csv.report.json",
    ]  # fmt: skip
    assert runtime.watcher.state()["unknown"] == ["unknown.csv"]


class PowerCut(BaseException):
    """What `kill -9` is to the code."""


@pytest.mark.parametrize("cut", range(8))
def test_a_crash_at_any_chunk_takes_no_row_twice(runtime: Runtime, cut: int, monkeypatch: pytest.MonkeyPatch) -> None:
    put(runtime, "sold-1.csv", SOLD)
    small = files.Options(chunk_rows=2)
    monkeypatch.setattr(file_import, "options_of", lambda rule: small)
    monkeypatch.setattr("sojourn.service.inbox.options_of", lambda rule: small)
    steps = {"left": cut}

    def counted(real: Any) -> Any:
        def step(*given: Any, **named: Any) -> Any:
            steps["left"] -= 1
            if steps["left"] < 0:
                raise PowerCut
            return real(*given, **named)

        return step

    watcher = Watcher(runtime)
    watcher.look()
    with monkeypatch.context() as dying:
        dying.setattr("sojourn.service.inbox.load", counted(importing.load))
        dying.setattr(Watcher, "_move", counted(Watcher._move))
        with suppress(PowerCut):
            watcher.look()
    runtime.engine.processor.store.forget()
    again = Watcher(runtime)
    look_twice(again)
    assert count(runtime, "event") == 10
    assert (runtime.places.directory / "inbox" / "done" / "sold-1.csv").exists()


def test_change_rows_write_and_delete_in_their_order(runtime: Runtime) -> None:
    rows = [
        {"sku": "a", "price": 1}, {"sku": "b", "price": 2, "_op": "u"}, {"sku": "a", "_op": "d"},
        {"sku": "b", "_op": "d"}, {"sku": "b", "price": 3}, {"sku": "c", "_op": "x"},
    ]  # fmt: skip
    put(runtime, "goods.ndjson", "".join(json.dumps(row) + "\n" for row in rows))
    [report] = look_twice(runtime.watcher)
    assert (report["rows"], report["rejected"]) == (6, 1)
    assert runtime.cursor().execute("SELECT sku, price FROM rows_product").fetchall() == [("b", 3.0)]


def test_a_file_cannot_delete_a_profile(runtime: Runtime) -> None:
    put(runtime, "odd.csv", "profile_id,email,_op\nann,a@x.example,u\nbob,,d\n")
    [report] = look_twice(runtime.watcher)
    assert (report["rows"], report["rejected"]) == (2, 1)
    assert count(runtime, "profile") == 1


def test_links_out_of_the_folder_are_left_alone(runtime: Runtime, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(SOLD)
    (tmp_path / "inbox" / "sold-link.csv").symlink_to(secret)
    assert look_twice(runtime.watcher) == [] and secret.exists()
