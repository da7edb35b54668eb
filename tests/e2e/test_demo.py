"""The demo as a user starts it, with few customers and one week."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SLICE = ["--customers", "300", "--until", "2011-11-12", "--seconds", "8", "--port", "0"]
# It takes half a minute; a machine that is busy with other things takes its time.
LIMIT_S = 180
pytestmark = pytest.mark.timeout(LIMIT_S + 30)


class Demo:
    """A demo in a process of its own, which is interrupted when it takes too long."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "demo.run", *SLICE, "--folder", folder],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, "COLUMNS": "200"},
        )  # fmt: skip
        self.watchdog = threading.Timer(LIMIT_S, self.process.send_signal, [signal.SIGINT])
        self.watchdog.start()

    def read_until(self, words: str) -> str:
        assert self.process.stdout is not None
        printed: list[str] = []
        for line in self.process.stdout:
            printed.append(line)
            if words in line:
                return "".join(printed)
        raise AssertionError("".join(printed))

    def interrupt(self) -> str:
        self.process.send_signal(signal.SIGINT)
        rest: str = self.process.communicate(timeout=LIMIT_S)[0]
        self.watchdog.cancel()
        return rest

    def leftovers(self) -> list[str]:
        running = subprocess.run(["ps", "axww", "-o", "args"], capture_output=True, text=True, check=True).stdout
        return [line for line in running.splitlines() if str(self.folder) in line]

    def is_gone(self) -> bool:
        """Tell whether all its processes end; one that was killed may take a moment."""
        end = time.monotonic() + 10
        while self.leftovers() and time.monotonic() < end:
            time.sleep(0.1)
        return not self.leftovers()


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> str:
    demo = Demo(tmp_path_factory.mktemp("demo") / "run")
    printed = demo.read_until("Ctrl-C stops it")
    assert any("serve" in line for line in demo.leftovers())
    assert "Stopped; the data stays" in demo.interrupt()
    assert demo.process.returncode == 0
    assert demo.is_gone()
    return printed


def cells(printed: str, name: str) -> list[str]:
    rows = ([cell.strip() for cell in row.split("│")[1:-1]] for row in printed.splitlines() if "│" in row)
    return next(row for row in rows if name in row)


def number(text: str) -> int:
    return int(text.replace(",", ""))


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
    assert re.search(r"failed [\d,]+ times", printed) is None


def test_all_calls_were_accepted_and_worked_off(printed: str) -> None:
    replayed = number(re.search(r"replay ([\d,]+)", printed)[1])
    assert number(cells(printed, "events accepted over HTTP, durable")[1]) == replayed
    assert ", 0 to do" in printed


def test_customers_are_explained_who_opened_and_who_got_nothing(printed: str) -> None:
    explained = re.findall(r"\$ sojourn explain --profile (\d+) --document first-message", printed)
    assert len(set(explained)) == len(explained) >= 2
    assert re.search(
        r"sent: email `christmas(?:-again)?` to customer-\d+@demo.example: sent .* UTC, opened .* UTC", printed
    )
    assert "has not entered `first-message`" in printed


def test_the_import_says_what_it_refused_and_why(printed: str) -> None:
    refused = re.search(r"([\d,]+) times: the row has no `profile_id` or `userId`; first in line \d+", printed)
    assert refused is not None
    assert f"{refused[1]} rejected; line and reason of each" in printed


def test_the_counts_add_up(printed: str) -> None:
    store, received, refused = re.search(
        r"says the store: ([\d,]+) = ([\d,]+) received \+ ([\d,]+) refused", printed
    ).groups()
    assert number(store) == number(received) + number(refused) > 0
    assert printed.count(" targeted = ") >= 3


def test_ctrl_c_in_the_middle_stops_it_and_its_server(tmp_path: Path) -> None:
    demo = Demo(tmp_path / "run")
    demo.read_until("It listens on")
    assert "the server and the mail server are down" in demo.interrupt()
    assert demo.process.returncode == 130
    assert demo.is_gone()
