"""A backup of a served workspace: what is copied while it is written to, and what is done when that is not enough."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sojourn.log.errors import LogBusy
from sojourn.service.backup import backup as making
from sojourn.service.backup.backup import back_up_at_rest
from sojourn.service.backup.errors import BackupFailed, BackupRunning
from sojourn.service.backup.manifest import read_manifest
from sojourn.service.backup.reached import Apart, reached
from sojourn.service.backup.restore import restore
from sojourn.service.places import Places
from tests.unit.service.access.serving import Served


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with Served.of(tmp_path / "shop") as served:
        yield served


def sign_up(served: Served, *people: str) -> None:
    calls = [{"type": "identify", "userId": id, "traits": {"email": f"{id}@example.com"}} for id in people]
    served.keyed("server").post("/v1/batch", json={"batch": calls}).raise_for_status()
    served.runtime.engine.wait_for(served.runtime.log.end() - 1, 60)


def people(folder: Path) -> set[str]:
    with duckdb.connect(folder / "data" / "sojourn.duckdb", read_only=True) as store:
        return {row[0] for row in store.execute("SELECT profile_id FROM profile").fetchall()}


def threshold(served: Served) -> str:
    with closing(served.runtime.cursor()) as cursor:
        return str(cursor.execute("SELECT current_setting('checkpoint_threshold')").fetchall()[0][0])


class Meddling:
    """Copies an open file, and does something after the first piece: so many times."""

    def __init__(self, served: Served, times: int, meddle: Any) -> None:
        self.calls = 0
        self._real, self._served, self._times, self._meddle = making.copy_open, served, times, meddle

    def __call__(self, source: int, target: Path, size: int | None = None, mode: int = 0o600) -> tuple[int, str]:
        self.calls += 1
        done = self._real(source, target, size, mode)
        if self.calls <= self._times:
            self._meddle(self.calls)
        return done


def test_what_comes_while_the_store_is_copied_is_in_the_log(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_up(served, "ann")
    usual = threshold(served)
    copying = Meddling(served, 1, lambda _: sign_up(served, "ben"))
    monkeypatch.setattr(making, "copy_open", copying)
    made = served.runtime.backup.make(tmp_path / "backup")
    assert (made.processed, made.appended) == (1, 2)
    assert people(tmp_path / "backup") == {"ann"}
    assert copying.calls == 1
    assert threshold(served) == usual
    restore(tmp_path / "backup", tmp_path / "again")
    with Served.of(tmp_path / "again") as again:
        again.runtime.engine.wait_for(1, 60)
        assert people_of(again) == {"ann", "ben"}


def people_of(served: Served) -> set[str]:
    with closing(served.runtime.cursor()) as cursor:
        return {row[0] for row in cursor.execute("SELECT profile_id FROM profile").fetchall()}


@pytest.mark.parametrize(("checkpoints", "copies"), [(1, 2), (2, 3)], ids=["once", "each time"])
def test_a_checkpoint_in_the_middle_is_noticed(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, checkpoints: int, copies: int
) -> None:
    def move(number: int) -> None:
        sign_up(served, f"during-{number}")
        served.runtime.engine.call(lambda: served.runtime.store.connection.execute("CHECKPOINT"))

    sign_up(served, "ann")
    copying = Meddling(served, checkpoints, move)
    monkeypatch.setattr(making, "copy_open", copying)
    made = served.runtime.backup.make(tmp_path / "backup")
    assert copying.calls == copies
    assert made.processed == 1 + checkpoints
    assert people(tmp_path / "backup") == {"ann", *(f"during-{n + 1}" for n in range(checkpoints))}
    restore(tmp_path / "backup", tmp_path / "again")


def test_what_stands_beside_the_file_is_copied_too(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = type(served.runtime.store).connection.fget
    assert real is not None

    class Refusing:
        def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
            self._connection = connection

        def __getattr__(self, name: str) -> Any:
            return getattr(self._connection, name)

        def execute(self, query: str, *more: Any) -> Any:
            if query == "CHECKPOINT":
                raise duckdb.TransactionException("there are other transactions active")
            return self._connection.execute(query, *more)

    store = type(served.runtime.store)
    with monkeypatch.context() as patch:
        patch.setattr(store, "connection", property(lambda self: Refusing(real(self)), store.connection.fset))
        sign_up(served, "ann")
        served.runtime.backup.make(tmp_path / "backup")
    names = {entry.path for entry in read_manifest(tmp_path / "backup").files}
    assert {"data/sojourn.duckdb", "data/sojourn.duckdb.wal", "data/log.sqlite", "data/secret"} <= names
    assert not [name for name in names if name.endswith((".lock", "-wal", "-shm", "server.json"))]
    restore(tmp_path / "backup", tmp_path / "again")
    assert people(tmp_path / "again") == {"ann"}


def test_the_store_stays_locked_against_others(served: Served, tmp_path: Path) -> None:
    served.runtime.backup.make(tmp_path / "backup")
    other = f"import duckdb; duckdb.connect({str(served.runtime.places.store)!r})"
    done = subprocess.run([sys.executable, "-c", other], capture_output=True, text=True, check=False, timeout=60)
    assert "lock" in done.stderr


def test_one_backup_at_a_time_and_nothing_is_left_of_one_that_fails(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = threshold(served)
    told: list[Exception] = []

    def meddle(number: int) -> None:
        try:
            served.runtime.backup.make(tmp_path / "other")
        except BackupRunning as error:
            told.append(error)
        raise OSError("No space left on device")

    monkeypatch.setattr(making, "copy_open", Meddling(served, 1, meddle))
    with pytest.raises(BackupFailed, match="No space left"):
        served.runtime.backup.make(tmp_path / "backup")
    assert len(told) == 1
    assert threshold(served) == usual
    assert {path.name for path in tmp_path.iterdir()} == {"shop"}
    monkeypatch.undo()
    served.runtime.backup.make(tmp_path / "backup")


def test_rejects_are_in_the_backup_once(served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(number: int) -> None:
        """Let the store take a reject over after it was copied, and before the rest is."""
        served.runtime.engine.call(served.runtime.rejects.take_over)

    waits = monkeypatch.context()
    with waits as patch:
        patch.setattr(served.runtime.rejects, "take_over", lambda: None)
        bad = [{"type": "track", "userId": "ann"}]
        served.keyed("server").post("/v1/batch", json={"batch": bad}).raise_for_status()
        patch.undo()
        patch.setattr(making, "copy_open", Meddling(served, 1, refuse))
        served.runtime.backup.make(tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "again")
    with Served.of(tmp_path / "again") as again:
        again.runtime.engine.call(again.runtime.rejects.take_over)
        with closing(again.runtime.cursor()) as cursor:
            assert cursor.execute("SELECT count(*) FROM reject").fetchall() == [(1,)]


def test_a_workspace_that_is_open_is_not_copied_beside_its_server(served: Served, tmp_path: Path) -> None:
    with pytest.raises(LogBusy):
        back_up_at_rest(served.folder, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_a_log_that_ends_before_the_store_is_no_backup(served: Served, tmp_path: Path) -> None:
    sign_up(served, "ann")
    served.runtime.backup.make(tmp_path / "backup")
    log = tmp_path / "backup" / "data" / "log.sqlite"
    with closing(sqlite3.connect(log)) as writing, writing:
        writing.execute("delete from batch")
    with pytest.raises(Apart):
        reached(Places(tmp_path / "backup"))
