"""Real clients, unmodified, against the real server: as the guide says, and through failures of every kind."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients import environment
from tests.e2e.faulty import Fault, Faulty
from tests.e2e.ingesting import Server, listening

PAGE = Path(__file__).parents[2] / "docs" / "guide" / "clients.md"
EXAMPLE = re.compile(r"^## (\S+)\n\n```(python|js)\n(.*?)```", flags=re.DOTALL | re.MULTILINE)
EXAMPLES = {name: (language, text) for name, language, text in EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))}
SENDERS = ["send_with_segment.py", "send_with_rudder.py", "send-with-segment.mjs", "send-with-rudder.mjs"]
FAULTS: list[Fault] = ["500", "cut", "429", "drop", "cut", "500"]
COUNT = 110

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with listening(tmp_path) as server:
        yield server


def run(script: Path, *words: object) -> None:
    """Run a client's program; it must end well."""
    if script.suffix == ".py":
        command: list[object] = [environment.python(), script]
    else:
        place = environment.node() / script.name
        place.write_text(script.read_text())
        command = [*environment.words("node"), place]
    done = subprocess.run(
        [*map(str, command), *map(str, words)], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_has_all_clients() -> None:
    assert set(EXAMPLES) >= {
        "segment-analytics-python", "rudder-sdk-python", "@segment/analytics-node", "@rudderstack/rudder-sdk-node",
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_example_of_the_page_does_what_it_says(server: Server, tmp_path: Path, name: str) -> None:
    language, text = EXAMPLES[name]
    for wanted, given in (("WRITE_KEY", server.ingest_key), ("http://127.0.0.1:8080", str(server.client.base_url))):
        assert wanted in text
        text = text.replace(wanted, given.rstrip("/"))
    script = tmp_path / f"example{sorted(EXAMPLES).index(name)}{'.py' if language == 'python' else '.mjs'}"
    script.write_text(text)
    run(script)
    told = server.items().filter(server.items()["kind"] != "alias").select("kind", "profile_id", "name")
    assert told.rows() == [("identify", "ann", None), ("track", "ann", "Order Completed")]
    assert json.loads(server.items()["traits"].drop_nulls()[0]) == {"email": "ann@example.com"}
    assert json.loads(server.items()["data"].drop_nulls()[-1]) == {"amount": 80}
    assert server.codes() == []


@pytest.mark.parametrize("sender", SENDERS)
def test_nothing_is_lost_and_nothing_comes_twice(server: Server, sender: str) -> None:
    folder = Path(environment.__file__).parent / ("python" if sender.endswith(".py") else "node")
    with Faulty(server.port, FAULTS) as between:
        run(folder / sender, between.url, server.ingest_key, COUNT)
    assert between.seen[: len(FAULTS)] == FAULTS
    numbers = [json.loads(data)["n"] for data in server.items()["data"]]
    assert sorted(numbers) == list(range(COUNT))
    assert server.items()["message_id"].n_unique() == COUNT
