"""A server killed again and again under load loses nothing and does nothing twice.

`SOJOURN_CRASH_KILLS=500` makes a longer run, `SOJOURN_CRASH_SEED` another one.
"""

from __future__ import annotations

import json
import os
import random
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import httpx
import polars as pl
import pytest
from typer.testing import CliRunner

from sojourn.cli.main import make
from sojourn.engine import lane
from tests.crash.evidence import Evidence
from tests.crash.figures import show
from tests.crash.load import Client, Ledger
from tests.crash.sink import Sink, listening
from tests.crash.standby import Servers
from tests.crash.workspace import ADMISSIONS, MAILED, MEMBERS, write_members, write_workspace

KILLS = int(os.environ.get("SOJOURN_CRASH_KILLS", "20"))
SEED = int(os.environ.get("SOJOURN_CRASH_SEED", "1"))
CLIENTS = 3
CONNECTIONS = 4
IN_FLIGHT_S = 2.0
"""A message that was on its way at a kill had come to the sink at most this long before."""


@dataclass
class Storm:
    """A run: what was killed when, and what is left."""

    folder: Path
    sink: Sink
    servers: Servers
    kills: list[float] = field(default_factory=list)
    early: int = 0
    clients: list[Client] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    drained_s: float = 0.0
    evidence: Evidence = field(init=False)

    @property
    def ledger(self) -> Ledger:
        """What all clients know."""
        all_: Ledger = Ledger()
        for client in self.clients:
            all_.acknowledged |= client.ledger.acknowledged
            all_.abandoned |= client.ledger.abandoned
            all_.tries += client.ledger.tries
        return all_


def command(*words: str) -> str:
    done = CliRunner().invoke(make(), list(words), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def publish(storm: Storm, id_: str, chance: random.Random) -> None:
    """Publish an admission and kill while its members enter; publish again until it is confirmed."""
    with httpx.Client(base_url=storm.servers.url, auth=storm.servers.token(), timeout=120) as api:
        assert api.post("/api/publish", json={"ids": [id_]}).status_code == 200
    time.sleep(chance.uniform(0, 0.4))


def wreak(storm: Storm, chance: random.Random) -> None:
    """Kill the server at random moments, some of them while it starts."""
    admissions = iter([(KILLS * (n + 1)) // (ADMISSIONS + 1) for n in range(ADMISSIONS)])
    due, number = next(admissions), 0
    while len(storm.kills) < KILLS:
        storm.servers.start()
        if chance.random() < 0.2:
            time.sleep(chance.uniform(0.0, 0.5))
            storm.early += not storm.servers.answers()
        else:
            storm.servers.wait()
            if len(storm.kills) >= due:
                publish(storm, f"admission-{number}", chance)
                due, number = next(admissions, KILLS), number + 1
            else:
                time.sleep(chance.uniform(0.05, 2.0))
        storm.kills.append(storm.servers.kill())


def drain(storm: Storm) -> None:
    """Let the clients bring their last batches home and everything leave; then end the server in order."""
    storm.servers.start()
    storm.servers.wait()
    began = time.monotonic()
    for client in storm.clients:
        client.end()
    for client in storm.clients:
        client.join(60)
        assert not client.is_alive()
    with httpx.Client(base_url=storm.servers.url, auth=storm.servers.token(), timeout=30) as api:
        while left(api.get("/api/status").json()):
            assert time.monotonic() - began < 120, api.get("/api/status").text
            time.sleep(0.2)
    storm.drained_s = time.monotonic() - began
    assert storm.servers.stop() == 0


def left(status: dict[str, object]) -> bool:
    items, documents = status["items"], status["documents"]
    assert isinstance(items, dict)
    assert isinstance(documents, list)
    waiting = [d["inside"] + d["messages"]["pending"] + d["messages"]["held"] for d in documents]
    return items["appended"] != items["processed"] or any(waiting)


@pytest.fixture(scope="module")
def storm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storm]:
    folder = tmp_path_factory.mktemp("killed")
    chance = random.Random(SEED)
    with listening() as (sink, port):
        write_workspace(folder / "ws", port, CONNECTIONS)
        write_members(folder / "members.csv")
        where = ["--workspace", str(folder / "ws")]
        command("import", "profiles", str(folder / "members.csv"), *where)
        command("publish", "welcome", "reminder", *where)
        key = command("key", "create", "--role", "server", str(folder / "ws")).strip()
        storm = Storm(folder / "ws", sink, Servers(folder / "ws", folder / "server.log"))
        storm.clients = [Client(n, storm.servers.port, key, SEED, sink, 0.06) for n in range(CLIENTS)]
        try:
            for client in storm.clients:
                client.start()
            wreak(storm, chance)
            drain(storm)
        finally:
            for client in storm.clients:
                client.end()
            storm.servers.close()
    storm.evidence = Evidence(folder / "ws" / "data")
    yield storm
    storm.evidence.close()


pytestmark = pytest.mark.timeout(600 + 10 * KILLS)


def test_every_acknowledged_call_is_in_the_log_exactly_once(storm: Storm) -> None:
    logged, ledger = storm.evidence.logged(), storm.ledger
    assert [id_ for id_, count in logged.items() if count > 1] == []
    good = {id_ for id_, kind in ledger.acknowledged.items() if kind != "bad"}
    assert good - logged.keys() == set()
    assert logged.keys() - good - ledger.abandoned.keys() == set()


def test_every_refused_call_is_kept_whose_batch_was_answered(storm: Storm) -> None:
    kept = Counter(json.loads(item)["messageId"] for (item,) in storm.evidence.rows("SELECT item FROM reject"))
    assert len(storm.ledger.of("bad")) >= KILLS // 4
    assert storm.ledger.of("bad") - kept.keys() == set()


def test_every_logged_entry_is_one_passage(storm: Storm) -> None:
    logged = [id_ for id_ in storm.evidence.logged() if id_.startswith("signed-up/")]
    assert storm.evidence.entered(storm.evidence.doc("welcome")) == Counter(logged)
    assert len(logged) > 10 * KILLS


def test_every_passage_took_each_of_its_steps_once(storm: Storm) -> None:
    evidence = storm.evidence
    doc = evidence.doc("welcome")
    walks = dict(evidence.walks(doc))
    torn = {passage: steps for passage, steps in walks.items() if len(set(steps)) != len(steps)}
    assert torn == {}
    paths = Counter(tuple(node for node, _ in steps) for steps in walks.values())
    assert paths.keys() <= {(0, 1, 1, 3, 3, 4), (0, 1, 1, 2, 2, 3, 3, 4), (0, 1, 3, 3, 4), (0, 1, 1, 3, 4)}, paths
    assert len(walks) == evidence.one("SELECT count(*) FROM passage_end WHERE doc = $doc", doc=doc)
    assert evidence.states(doc) == {"completed": len(walks)}


def test_every_order_is_one_message_or_one_discard(storm: Storm) -> None:
    evidence = storm.evidence
    doc = evidence.doc("reminder")
    sent = evidence.sent_for(doc)
    orders = {id_ for id_ in evidence.logged() if id_.startswith("order-placed/")}
    assert [call for call, count in sent.items() if count > 1] == []
    assert sent.keys() <= orders
    assert evidence.discards(doc) == {"exception_event": len(orders) - len(sent)}


def test_every_event_and_click_is_counted_once(storm: Storm) -> None:
    evidence = storm.evidence
    clicks = evidence.log.filter((pl.col("kind") == "feedback") & (pl.col("name") == "clicked"))
    assert sum(evidence.feedback("clicked").values()) == clicks.height > KILLS


def test_every_member_of_an_audience_entered_once(storm: Storm) -> None:
    evidence = storm.evidence
    for number in range(ADMISSIONS):
        members = evidence.members(evidence.doc(f"admission-{number}"))
        expected = MAILED if number == ADMISSIONS - 1 else MEMBERS
        assert (len(members), sum(members.values())) == (expected, expected), number


def test_every_decided_message_was_handed_over(storm: Storm) -> None:
    evidence = storm.evidence
    decided = {row[0] for row in evidence.rows("SELECT no FROM message")}
    assert evidence.one("SELECT count(*) FROM message") == len(decided)
    assert evidence.one("SELECT count(*) FROM outbox") == 0
    assert storm.sink.came.keys() == decided
    assert evidence.feedback("sent") == Counter(dict.fromkeys(decided, 1))
    assert evidence.numbers("SELECT kind FROM feedback WHERE kind = 12") == Counter()


def test_what_came_twice_was_in_flight_at_a_kill(storm: Storm) -> None:
    twice = {no: came for no, came in storm.sink.came.items() if len(came) > 1}
    assert {no: came for no, came in twice.items() if len({key for key, _ in came}) != 1} == {}
    assert [no for no, came in twice.items() for _, at in came[:-1] if to_next_kill(storm, at) > IN_FLIGHT_S] == []
    assert duplicates(storm) <= KILLS * CONNECTIONS * lane.BATCH


def test_nothing_is_torn(storm: Storm) -> None:
    evidence = storm.evidence
    assert int(evidence.one("SELECT value FROM meta WHERE name = 'offset'")) == evidence.log.height
    assert evidence.log["offset"].to_list() == list(range(evidence.log.height))
    assert evidence.log["at"].is_sorted()
    assert evidence.one("SELECT count(*) FROM passage SEMI JOIN passage_end USING (no)") == 0
    assert evidence.one("SELECT count(*) - count(DISTINCT no) FROM passage_end") == 0
    assert evidence.one("SELECT count(*) - count(DISTINCT profile_id) FROM profile") == 0
    assert evidence.one("SELECT count(*) - count(DISTINCT _pno) FROM profile") == 0
    assert evidence.one("SELECT count(*) FROM reject WHERE source = 'engine'") == 0
    assert evidence.one("SELECT count(*) FROM passage") == 0


def test_the_figures(storm: Storm) -> None:
    evidence, ledger = storm.evidence, storm.ledger
    assert len(storm.kills) == KILLS
    show({
        "kills": KILLS,
        "of these before the server answered": storm.early,
        "calls acknowledged": len(ledger.acknowledged),
        "calls sent, never acknowledged and given up": len(ledger.abandoned),
        "of these in the log": len(ledger.abandoned.keys() & evidence.logged().keys()),
        "requests that failed and were sent again": sum(ledger.tries.values()) - ledger.tries["200"],
        "items in the log": evidence.log.height,
        "items in the log twice": sum(count - 1 for count in evidence.logged().values()),
        "passages": evidence.one("SELECT count(*) FROM passage_end"),
        "steps": evidence.one("SELECT count(*) FROM step"),
        "messages decided": evidence.one("SELECT count(*) FROM message"),
        "messages that came to the SMTP server": len(storm.sink.came),
        "of these more than once": sum(len(came) > 1 for came in storm.sink.came.values()),
        "of these with another Message-ID": sum(len({key for key, _ in came}) > 1 for came in storm.sink.came.values()),
        "most duplicates of one kill": max(per_kill(storm).values(), default=0),
        "seconds from start to the first answer (median)": round(median(storm.servers.starts_s), 2),
        "seconds of the storm": round(storm.kills[-1] - storm.began, 1),
        "seconds to bring everything home at the end": round(storm.drained_s, 1),
    })  # fmt: skip


def duplicates(storm: Storm) -> int:
    return sum(len(came) - 1 for came in storm.sink.came.values())


def to_next_kill(storm: Storm, at: float) -> float:
    place = bisect_left(storm.kills, at)
    return storm.kills[place] - at if place < len(storm.kills) else float("inf")


def per_kill(storm: Storm) -> Counter[int]:
    """Count the messages that came again, by the kill that came after their arrival."""
    return Counter(bisect_left(storm.kills, at) for came in storm.sink.came.values() for _, at in came[:-1])
