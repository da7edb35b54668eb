"""Ten thousand spoiled bodies at each door of a real server: none breaks it, holds it up, or is stored by half.

`make fuzz` sends them all; `make test` the first of them.
"""

from __future__ import annotations

import http.client
import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from random import Random
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.fuzz.doors import CHANNEL, DOORS, Outside, Sent, basic
from tests.fuzz.limits import FIRST, MINUTES
from tests.unit.service.access.serving import Served

COUNT = int(os.environ.get("FUZZ_BODIES", "10000" if MINUTES else "60"))
SOON_S = 10.0
"""An answer takes no longer."""
STILL_S = 2.0
"""Who waits for the log is told to come again after so long."""

pytestmark = pytest.mark.timeout(120 + COUNT // 10)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with Served.of(tmp_path_factory.mktemp("doors") / "shop", {"texts.yaml": CHANNEL}) as served:
        served.local().post("/api/publish", json={"ids": []}).raise_for_status()
        ann = {"type": "identify", "userId": "ann", "traits": {"email": "ann@example.com", "phone": "+821012345678"}}
        served.keyed("server").post("/v1/identify", json=ann).raise_for_status()
        yield served


class Line:
    """A connection that is kept, as clients do."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._place = (str(parts.hostname), int(parts.port or 80))
        self._open: http.client.HTTPConnection | None = None

    def post(self, sent: Sent) -> tuple[int, bytes]:
        for again in (True, False):
            self._open = self._open or http.client.HTTPConnection(*self._place, timeout=SOON_S)
            try:
                self._open.request("POST", sent.path, sent.body, sent.headers)
                answer = self._open.getresponse()
                return answer.status, answer.read()
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                self.close()
                if not again:
                    raise
        raise AssertionError

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
        self._open = None


@pytest.mark.parametrize("name", sorted(DOORS))
def test_no_body_breaks_the_server(served: Served, name: str) -> None:
    with closing(Line(served.url)) as line:
        fuzz(served, name, line)


def fuzz(served: Served, name: str, line: Line) -> None:
    outside, log = Outside.of(served), served.runtime.log
    statuses: Counter[int] = Counter()
    for seed in range(FIRST, FIRST + COUNT):
        sent, before = DOORS[name](outside, Random(f"{name} {seed}")), log.end()
        told = f"seed {seed} of `{name}`: {sent.path} {sent.headers} {sent.body[:2_000]!r}"
        status, answer = answered(line, sent, told)
        assert status < 500, f"{status} {answer[:500]!r}: {told}"
        assert status < 400 or log.end() == before, f"refused with {status}, and stored: {told}"
        statuses[status] += 1
    assert len(statuses) > 1 or name in ONE_ANSWER, f"all bodies were answered alike: {statuses}"
    is_well(served, outside, line)


def answered(line: Line, sent: Sent, told: str) -> tuple[int, bytes]:
    """Return what is answered soon; after a silence, as of a machine that stood still, it is asked once more."""
    for again in (True, False):
        began_s = time.monotonic()
        try:
            status, answer = line.post(sent)
        except TimeoutError as error:
            if not again:
                raise AssertionError(f"twice no answer within {SOON_S} s: {told}") from error
            line.close()
            continue
        if status != 503 or time.monotonic() - began_s < STILL_S or not again:
            return status, answer
    raise AssertionError


ONE_ANSWER = ("set up", "sign in")
"""Doors at which a few bad bodies close the door to the others for a while."""


def is_well(served: Served, outside: Outside, line: Line) -> None:
    """See that the engine has taken all that was stored, and that a good call goes through."""
    good = json.dumps({"type": "track", "userId": "ann", "event": "seen"}).encode()
    status, _ = line.post(Sent("/v1/track", {"Authorization": basic(outside.key)}, good))
    assert status == 200
    end = time.monotonic() + 60
    while served.runtime.engine.offset < served.runtime.log.end():
        assert time.monotonic() < end, "the engine does not get through what was stored"
        time.sleep(0.02)
    assert poisoned(served) == []


def poisoned(served: Served) -> list[Any]:
    """Return the items that no engine could process."""
    cursor = served.runtime.cursor()
    try:
        return cursor.execute(
            "SELECT code, reason, item FROM reject WHERE code IN ('ENGINE-001', 'ENGINE-002')"
        ).fetchall()
    finally:
        cursor.close()
