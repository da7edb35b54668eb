"""`sojourn import` without a server and with one: rejects, resuming, what it starts (nothing)."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from sojourn.cli import imports
from tests.e2e.served import Mailbox, Shop, command, until

ENTITY = "kind: entity\nid: product\nkey: code\nattributes: {code: string, price: number, title: string}\n"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    mailbox = Mailbox()
    mailbox.start()
    shop = Shop(tmp_path / "shop", mailbox.port)
    shop.init()
    (shop.folder / "product.yaml").write_text(ENTITY)
    yield shop
    shop.stop()
    assert not mailbox.mails
    mailbox.stop()


def file(shop: Shop, name: str, text: str) -> Path:
    path = shop.folder.parent / name
    path.write_text(text)
    return path


def rows(shop: Shop, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(shop.folder / "data" / "sojourn.duckdb", read_only=True) as store:
        return store.sql(query).fetchall()


def test_profiles_are_made_and_changed_and_an_empty_cell_keeps_what_is_there(shop: Shop) -> None:
    first = file(
        shop, "a.csv", "profile_id,mail,first_name\nann,ann@a.example,Ann\nbob,bob@a.example,\n,x@a.example,\n"
    )
    told = command("import", "profiles", first, "--map", "mail=email", "--workspace", shop.folder)
    assert "2 of 3 rows imported" in told
    assert "1 rejected" in told
    rejects = first.with_name("a.csv.rejects.csv").read_text().splitlines()
    assert rejects[1].startswith("4,no_profile,")
    second = file(shop, "b.csv", "profile_id,email,first_name\nbob,,Bob\nann,new@a.example,\nbob,,Bobby\n")
    command("import", "profiles", second, "--workspace", shop.folder)
    found = rows(shop, "SELECT profile_id, email, first_name, _pno FROM profile ORDER BY 1")
    assert found == [("ann", "new@a.example", "Ann", 1), ("bob", "bob@a.example", "Bobby", 2)]
    assert rows(shop, "SELECT source, line, code FROM reject") == [("a.csv", 4, "no_profile")]


def test_events_of_the_past_are_history_and_start_nothing(shop: Shop) -> None:
    lines = [
        {"userId": "ann", "event": "Signed Up", "timestamp": "2026-01-01T00:00:00Z"},
        {"userId": "new", "event": "Order Completed", "timestamp": "2026-01-02T00:00:00Z", "properties": {"amount": 5}},
    ]
    past = file(shop, "past.ndjson", "".join(json.dumps(line) + "\n" for line in lines))
    shop.start()
    command("publish", "--all", "--workspace", shop.folder)
    shop.send({"type": "identify", "userId": "ann", "traits": {"email": "ann@a.example"}})
    until(shop.is_worked_off)
    assert "2 of 2 rows" in command("import", "events", past, "--workspace", shop.folder)
    assert shop.status("welcome")["entered"] == 0
    assert "was imported before" in command("import", "events", past, "--workspace", shop.folder)
    shop.stop()
    found = rows(shop, 'SELECT profile_id, e.name, e."offset" FROM event e JOIN profile ON pno = _pno ORDER BY 3')
    assert found == [("ann", "Signed Up", -2), ("new", "Order Completed", -1)]
    assert rows(shop, "SELECT count(*) FROM passage") == [(0,)]


def test_rows_of_an_entity_are_written_over_by_their_key(shop: Shop) -> None:
    first = file(shop, "p.csv", "code,price,title\na,1.5,Cup\nb,2,Pot\n")
    command("import", "product", first, "--workspace", shop.folder)
    second = file(shop, "q.csv", "code,price\nb,3\nc,4\n")
    command("import", "product", second, "--workspace", shop.folder)
    found = rows(shop, "SELECT code, price, title FROM rows_product ORDER BY 1")
    assert found == [("a", 1.5, "Cup"), ("b", 3.0, "Pot"), ("c", 4.0, None)]


def test_nothing_that_fits_is_exit_code_2_and_an_unknown_target_1(shop: Shop) -> None:
    bad = file(shop, "bad.csv", "profile_id,email\n,a\n,b\n")
    assert "0 of 2 rows" in command("import", "profiles", bad, "--workspace", shop.folder, code=2)
    told = command("import", "produkt", bad, "--workspace", shop.folder, code=1)
    assert "did you mean `product`" in told
    told = command("import", "profiles", file(shop, "x.csv", "id\n1\n"), "--workspace", shop.folder, code=1)
    assert "FILE-001" in told


def test_an_interrupted_import_goes_on_behind_the_last_chunk(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    people = file(shop, "many.csv", "profile_id\n" + "".join(f"p{n}\n" for n in range(120_000)))
    sent: list[int] = []

    class Interrupted(Exception):
        pass

    real = imports.connect

    def connect(folder: Path):  # type: ignore[no-untyped-def]
        from contextlib import contextmanager

        @contextmanager
        def connected():  # type: ignore[no-untyped-def]
            with real(folder) as backend:
                take = backend.import_chunk

                def once(chunk):  # type: ignore[no-untyped-def]
                    if sent:
                        raise Interrupted
                    sent.append(chunk.position)
                    return take(chunk)

                backend.import_chunk = once  # type: ignore[method-assign]
                yield backend

        return connected()

    monkeypatch.setattr(imports, "connect", connect)
    with pytest.raises(Interrupted):
        imports.import_file("profiles", people, shop.folder)
    told = command("import", "profiles", people, "--workspace", shop.folder)
    assert f"going on behind row {sent[0]:,}" in told
    assert rows(shop, "SELECT count(*), count(DISTINCT profile_id), max(_pno) FROM profile") == [(120_000,) * 3]


def test_the_data_file_is_closed_after_a_command(shop: Shop) -> None:
    people = file(shop, "p.csv", "profile_id\nann\n")
    command("import", "profiles", people, "--workspace", shop.folder)
    assert not os.path.exists(shop.folder / "data" / "sojourn.duckdb.wal")  # noqa: PTH110
