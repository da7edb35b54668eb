"""What a server says of itself when something in it has stopped."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

from sojourn.service import health
from sojourn.service.ingestion import Limits
from tests.unit.service.access.serving import Served


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with Served.of(tmp_path / "shop") as served:
        yield served


def told(served: Served, path: str) -> tuple[int, set[str]]:
    answer = served.client().get(path)
    body = answer.json()
    assert (body["status"] == "ok") == (answer.status_code == 200)
    return answer.status_code, {reason["code"] for reason in body["reasons"]}


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def test_a_server_that_is_well_says_so(served: Served) -> None:
    assert told(served, "/healthz") == (200, set())
    until(lambda: told(served, "/readyz") == (200, set()))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_engine_whose_thread_ends_is_no_engine(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(BaseException):
        pass

    def end(**_: Any) -> bool:
        raise Gone

    monkeypatch.setattr(served.runtime.engine, "turn", end)
    until(lambda: told(served, "/healthz") == (503, {"engine_stopped"}))
    assert told(served, "/readyz")[0] == 503


def test_an_engine_that_cannot_write_is_not_ready_and_then_not_well(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "SHORT_S", 0.5)
    monkeypatch.setattr(health, "LONG_S", 2.0)
    monkeypatch.setattr(served.runtime.engine, "turn", refusing := Refusing(served.runtime.engine.turn))
    until(lambda: told(served, "/readyz") == (503, {"engine_failing"}))
    until(lambda: told(served, "/healthz") == (503, {"engine_failing"}))
    refusing.is_over = True
    until(lambda: told(served, "/healthz") == (200, set()) == told(served, "/readyz"))


class Refusing:
    """An engine's turn on a disk that is full until it is not."""

    def __init__(self, turn: Callable[..., bool]) -> None:
        self.is_over = False
        self._turn = turn

    def __call__(self, **options: Any) -> bool:
        if not self.is_over:
            raise duckdb.IOException("No space left on device")
        return self._turn(**options)


def test_a_delivery_that_has_ended_is_told(served: Served) -> None:
    dispatch = served.runtime._dispatch
    assert dispatch is not None
    until(lambda: dispatch._task is not None)
    dispatch._loop.call_soon_threadsafe(dispatch._task.cancel)  # type: ignore[union-attr]
    until(lambda: told(served, "/healthz") == (503, {"delivery_stopped"}))


def test_what_was_left_in_the_log_is_taken_before_requests_are_wanted(tmp_path: Path) -> None:
    with Served.of(tmp_path / "shop") as served:
        until(lambda: told(served, "/readyz") == (200, set()))
        served.runtime._replay_end = served.runtime.log.end() + 1
        assert told(served, "/readyz") == (503, {"replaying"})
        assert told(served, "/healthz") == (200, set())
        call = {"batch": [{"type": "identify", "userId": "ann"}]}
        served.keyed("server").post("/v1/batch", json=call).raise_for_status()
        until(lambda: told(served, "/readyz") == (200, set()))


def test_a_server_with_too_much_to_write_wants_no_more(served: Served) -> None:
    served.app.ingestion._limits = Limits(waiting_bytes=served.app.ingestion._limits.body.size + 1_000)
    secret, over = served.runtime.keys.create("server", served.runtime.clock.now()), threading.Event()

    def slowly() -> Iterator[bytes]:
        yield b'{"batch": [' + b" " * 2_000
        over.wait(60)
        yield b"]}"

    sending = threading.Thread(
        target=lambda: httpx.post(f"{served.url}/v1/batch", content=slowly(), auth=(secret, ""), timeout=90)
    )
    sending.start()
    try:
        until(lambda: told(served, "/readyz") == (503, {"busy"}))
        assert told(served, "/healthz") == (200, set())
    finally:
        over.set()
        sending.join()
    until(lambda: told(served, "/readyz") == (200, set()))
