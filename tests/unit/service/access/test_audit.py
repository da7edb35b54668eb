"""The record of changes: what is kept, that it only grows, and that no secret is in it."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from stat import S_IMODE

import pytest

from sojourn.service.access.audit import Audit
from sojourn.service.access.caller import MACHINE, Caller
from sojourn.service.access.database import Database
from sojourn.service.access.permissions import OF_ROLE

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
ANN = Caller("user:ann", "marketer", OF_ROLE["marketer"], user="1")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "access.sqlite")
    yield database
    database.close()


@pytest.fixture
def audit(database: Database) -> Audit:
    return Audit(database, lambda: NOW)


def test_an_entry_says_who_did_what_when_and_how_it_differs(audit: Audit) -> None:
    audit.record(ANN, "draft.save", "journey/welcome", {"id": "welcome", "name": "Hi"}, {"id": "welcome", "name": "Ho"})
    [entry] = audit.entries()
    assert entry == {
        "id": 1, "at": "2026-03-02T10:00:00Z", "caller": "user:ann", "action": "draft.save",
        "subject": "journey/welcome",
        "difference": {"changes": [{"path": "name", "before": "Hi", "after": "Ho"}]},
    }  # fmt: skip


def test_pages_and_filters(audit: Audit) -> None:
    for number in range(5):
        audit.record(ANN if number % 2 else MACHINE, "document.pause", f"journey/j{number}")
    audit.record(MACHINE, "user.create", "user/ann")
    assert [entry["id"] for entry in audit.entries(limit=2)] == [6, 5]
    assert [entry["id"] for entry in audit.entries(limit=2, before=5)] == [4, 3]
    assert [entry["id"] for entry in audit.entries(user="ann")] == [4, 2]
    assert [entry["id"] for entry in audit.entries(user="local", action="document")] == [5, 3, 1]
    assert [entry["id"] for entry in audit.entries(document="j1")] == [2]
    assert [entry["id"] for entry in audit.entries(document="journey/j1")] == [2]


@pytest.mark.parametrize("sql", ["DELETE FROM audit", "UPDATE audit SET caller = 'nobody'"])
def test_entries_are_never_changed(audit: Audit, database: Database, sql: str) -> None:
    audit.record(ANN, "document.pause", "journey/welcome")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"), database.writing() as connection:
        connection.execute(sql)
    assert len(audit.entries()) == 1


def test_only_the_owner_can_read_the_file(database: Database, audit: Audit) -> None:
    audit.record(ANN, "document.pause", "journey/welcome")
    modes = {path.name: S_IMODE(path.stat().st_mode) for path in database.path.parent.iterdir()}
    assert modes == {"access.sqlite": 0o600, "access.sqlite-wal": 0o600, "access.sqlite-shm": 0o600}


def test_an_entry_survives_and_two_processes_share_the_file(database: Database, audit: Audit) -> None:
    audit.record(ANN, "document.pause", "journey/welcome")
    other = Database(database.path)
    Audit(other).record(MACHINE, "document.resume", "journey/welcome")
    other.close()
    assert [entry["action"] for entry in audit.entries()] == ["document.resume", "document.pause"]


def test_no_secret_is_kept(audit: Audit, database: Database) -> None:
    audit.record(ANN, "draft.save", "channel/mail", None, {"smtp": {"password": "hunter2", "host": "mx"}})
    audit.record(ANN, "draft.save", "channel/mail", "a: 1\npassword: hunter2\n", "a: 2\napi_key: |\n  hunter2\n  x\n")
    audit.record(ANN, "draft.save", "source/crm", "headers: {Authorization: 'Bearer hunter2', a: 1}\n", None)
    audit.record(ANN, "draft.save", "source/crm", {"auth": {"tokens": ["hunter2"]}}, {"auth": {"tokens": ["hunter3"]}})
    kept = str(database.read("SELECT * FROM audit"))
    assert "hunter" not in kept
    assert "mx" in kept
