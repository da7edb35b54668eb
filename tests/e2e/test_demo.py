"""The demo as a user starts it, with few customers and one week."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SLICE = ["--customers", "300", "--until", "2011-11-12", "--seconds", "12", "--port", "0"]
LIMIT_S = 60


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("demo") / "run"
    done = subprocess.run(
        [sys.executable, "-m", "demo.run", "--once", *SLICE, "--folder", folder],
        cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S, check=False,
        env={**os.environ, "COLUMNS": "200"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def cells(printed: str, name: str) -> list[str]:
    rows = ([cell.strip() for cell in row.split("│")[1:-1]] for row in printed.splitlines() if "│" in row)
    return next(row for row in rows if name in row)


def number(text: str) -> int:
    return int(text.replace(",", ""))


@pytest.mark.timeout(LIMIT_S + 10)
def test_it_says_what_is_made_by_a_model(printed: str) -> None:
    assert "Made by a model: the e-mail addresses" in printed
    assert "CC BY 4.0" in printed


def test_every_node_of_the_journey_was_reached(printed: str) -> None:
    entered = {node: number(cells(printed, node)[3]) for node in ("first", "opened", "follow-up", "bought")}
    assert min(entered.values()) > 0
    assert entered["opened"] == entered["first"] > entered["follow-up"]


def test_mails_came_over_smtp_and_were_opened_over_http(printed: str) -> None:
    received = number(cells(printed, "mails received")[1])
    people, machines = (number(part) for part in cells(printed, "opened by people, by machines")[1].split(", "))
    assert received > people > 0
    assert received > machines > 0
    assert number(cells(printed, "links followed")[1]) > 0
    assert "failed" not in printed


def test_all_calls_were_accepted_and_worked_off(printed: str) -> None:
    replayed = number(re.search(r"replay ([\d,]+)", printed)[1])
    assert number(cells(printed, "events accepted over HTTP, durable")[1]) == replayed
    assert ", 0 to do" in printed


def test_one_customer_who_was_written_to_is_explained_and_one_who_was_not(printed: str) -> None:
    explained = re.findall(r"\$ sojourn explain --profile (\d+) --document first-message", printed)
    assert len(set(explained)) == 2


def test_ctrl_c_stops_it_and_its_server(tmp_path: Path) -> None:
    demo = subprocess.Popen(
        [sys.executable, "-u", "-m", "demo.run", *SLICE, "--folder", tmp_path / "run"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert demo.stdout is not None
    for line in demo.stdout:
        if "the clock now runs" in line:
            break
    demo.send_signal(signal.SIGINT)
    assert "the server and the mail server are down" in demo.communicate(timeout=LIMIT_S)[0]
    assert demo.returncode == 130
    assert str(tmp_path) not in subprocess.run(["ps", "ax", "-o", "args"], capture_output=True, text=True).stdout
