"""Clients that never give up: a batch that was not acknowledged is sent again, with the same message ids."""

from __future__ import annotations

import base64
import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.crash.sink import Sink

Call = dict[str, Any]
PROFILES = 1_500
"""Profiles of each client."""
WEIGHTS = {"Signed Up": 30, "Order Placed": 25, "Order Completed": 25, "Order Cancelled": 3, "clicked": 12, "bad": 1}
ABANDONED = 0.005
"""Share of the failed tries after which a client gives its batch up."""


@dataclass
class Ledger:
    """What clients know of their calls.

    Attributes
    ----------
    acknowledged : dict
        Kind of every call that the server has confirmed, by its message id.
    abandoned : dict
        The same of calls that were sent, never confirmed and given up.
    tries : Counter
        Batches by what became of a try.
    """

    acknowledged: dict[str, str] = field(default_factory=dict)
    abandoned: dict[str, str] = field(default_factory=dict)
    tries: Counter[str] = field(default_factory=Counter)

    def of(self, kind: str) -> set[str]:
        return {id_ for id_, known in self.acknowledged.items() if known == kind}


@dataclass
class Client(threading.Thread):
    """One thread that posts batches until it is told to end, and then brings its last one home."""

    number: int
    port: int
    key: str
    seed: int
    sink: Sink
    pause_s: float
    ledger: Ledger = field(default_factory=Ledger)

    def __post_init__(self) -> None:
        super().__init__(name=f"client {self.number}", daemon=True)
        self._random = random.Random(f"{self.seed}/{self.number}")
        self._ended = threading.Event()
        self._count = 0
        self._connection: http.client.HTTPConnection | None = None

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        while not self._ended.is_set():
            self._deliver([self._call() for _ in range(self._random.randint(1, 40))])
            time.sleep(self.pause_s)
        self._hang_up()

    def end(self) -> None:
        self._ended.set()

    def _deliver(self, batch: Sequence[tuple[str, str, Call]]) -> None:
        body = json.dumps({"batch": [call for _, _, call in batch]}).encode()
        kinds = {id_: kind for id_, kind, _ in batch}
        while not self._post(body):
            if self._random.random() < ABANDONED:
                self.ledger.abandoned.update(kinds)
                return
            time.sleep(0.05)
        self.ledger.acknowledged.update(kinds)

    def _post(self, body: bytes) -> bool:
        auth = base64.b64encode(f"{self.key}:".encode()).decode()
        headers = {"Authorization": f"Basic {auth}", "Content-Type": "application/json"}
        try:
            self._connection = self._connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            self._connection.request("POST", "/v1/batch", body, headers)
            answer = self._connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.ledger.tries[type(error).__name__] += 1
            self._hang_up()
            return False
        self.ledger.tries[str(answer.status)] += 1
        return answer.status == 200 and json.loads(text) == {"success": True}

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _call(self) -> tuple[str, str, Call]:
        self._count += 1
        kind = self._random.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        id_ = f"{kind}/{self.number}/{self._count}".replace(" ", "-").lower()
        user = f"c{self.number}-{self._random.randrange(PROFILES)}"
        if kind == "bad":
            return id_, kind, {"type": "track", "userId": user, "event": 7, "messageId": id_}
        if kind == "clicked" and self.sink.welcomed:
            return id_, kind, self._click(id_)
        return id_, *self._track(id_, "Order Completed" if kind == "clicked" else kind, user)

    def _track(self, id_: str, event: str, user: str) -> tuple[str, Call]:
        return event, {
            "type": "track", "userId": user, "event": event, "messageId": id_, "properties": {"call": id_},
            "context": {"traits": {"email": f"{user}@clients.example"}},
        }  # fmt: skip

    def _click(self, id_: str) -> Call:
        recent = self.sink.welcomed[-60:]
        user = self._random.choice(recent).partition("@")[0]
        return {"type": "feedback", "userId": user, "kind": "clicked", "of": "welcome/hello", "messageId": id_}
