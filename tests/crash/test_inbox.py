"""A server killed again and again while it reads files of the watched folder: every row is there once at the end."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import httpx
import pytest

from sojourn.cli.init import init
from sojourn.service.places import Places
from tests.crash.standby import Servers

KILLS = 4
ROWS = 200_000
"""Of each of the two files: several chunks, so that most kills come between two of them."""
SETTINGS = """
inbox:
  folder: inbox
  every: 1s
  rules:
    - {id: sold, files: "sold-*.csv", target: events}
    - {id: people, files: "people-*.csv", target: profiles}
"""

reached: list[int] = []
"""How far an unfinished file was taken at each kill."""

pytestmark = pytest.mark.timeout(400)


def write(folder: Path) -> None:
    """Put two whole files into the folder; some rows of the second cannot be taken."""
    sold = "".join(f"p{n % 5_000},Sold,2026-03-01T10:00:00Z,{n}\n" for n in range(ROWS))
    people = "".join(f"{'' if n % 1_000 == 7 else f'q{n}'},q{n}@example.com\n" for n in range(ROWS))
    for name, text in (
        ("sold-1.csv", "profile_id,event,timestamp,n\n" + sold),
        ("people-1.csv", "profile_id,email\n" + people),
    ):
        made = folder / f"{name}.part"
        made.write_text(text)
        made.rename(folder / name)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder whose files were read by servers that were killed."""
    workspace, chance = tmp_path_factory.mktemp("inbox") / "shop", random.Random(7)
    init(workspace, force=False)
    settings = workspace / "workspace.yaml"
    settings.write_text(settings.read_text().rstrip() + "\n" + SETTINGS)
    (workspace / "inbox").mkdir()
    write(workspace / "inbox")
    rejects, known = workspace / "inbox" / "people-1.csv.rejects.csv", -1
    servers = Servers(workspace, workspace.with_suffix(".log"))
    try:
        for kill in range(KILLS):
            servers.start()
            servers.wait()
            if kill == 0:
                httpx.post(
                    f"{servers.url}/api/publish", json={"ids": []}, auth=servers.token(), timeout=60
                ).raise_for_status()
            await_chunk(rejects, known)
            time.sleep(chance.uniform(0.0, 0.4))
            servers.kill()
            known = rejects.stat().st_size if rejects.exists() else -1
            reached.append(one(workspace, "SELECT coalesce(max(rows), 0) FROM import_progress WHERE NOT done"))
        servers.start()
        servers.wait()
        end = time.monotonic() + 120
        while not all((workspace / "inbox" / "done" / name).exists() for name in ("people-1.csv", "sold-1.csv")):
            assert time.monotonic() < end, list((workspace / "inbox").rglob("*"))
            time.sleep(0.2)
        assert servers.stop() == 0
        yield workspace
    finally:
        servers.close()


def await_chunk(rejects: Path, known: int) -> None:
    """Return when another chunk is being taken: its rejects are written first. Without rejects, some seconds later."""
    end = time.monotonic() + 6
    while time.monotonic() < end and (not rejects.exists() or rejects.stat().st_size == known):
        time.sleep(0.005)


def one(workspace: Path, query: str) -> int:
    with duckdb.connect(str(Places(workspace).store)) as connection:
        [(found,)] = connection.execute(query).fetchall()
    return int(found)


def test_every_row_is_there_once(workspace: Path) -> None:
    sold = "FROM event WHERE name = 'Sold'"
    assert one(workspace, f"SELECT count(*) {sold}") == ROWS
    assert one(workspace, f"SELECT count(DISTINCT json_extract(data, '$.n')) {sold}") == ROWS
    assert one(workspace, "SELECT count(*) FROM profile WHERE profile_id LIKE 'q%'") == ROWS - ROWS // 1_000
    assert one(workspace, "SELECT count(*) - count(DISTINCT profile_id) FROM profile") == 0


def test_the_kills_came_in_the_middle_of_a_file(workspace: Path) -> None:
    assert any(0 < rows < ROWS for rows in reached), reached


def test_every_row_that_could_not_be_taken_is_told_once(workspace: Path) -> None:
    assert one(workspace, "SELECT count(*) FROM reject WHERE source = 'people-1.csv'") == ROWS // 1_000
    told = (workspace / "inbox" / "done" / "people-1.csv.rejects.csv").read_text().splitlines()
    assert len(told) - 1 == ROWS // 1_000


def test_the_folder_is_tidy(workspace: Path) -> None:
    assert [path.name for path in (workspace / "inbox").iterdir() if path.is_file()] == []
    reports = sorted(path.name for path in (workspace / "inbox" / "done").glob("*.report.json"))
    assert reports == ["people-1.csv.report.json", "sold-1.csv.report.json"]
