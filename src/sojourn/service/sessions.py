"""The test sessions of a server: in memory, few, and gone when nobody asks for them."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sojourn.engine.clock import elapsed_s
from sojourn.engine.publication import UnknownDocument
from sojourn.engine.session import Session, SessionLimit, Setting
from sojourn.model.errors import SojournError
from sojourn.reports.reading import one_moment
from sojourn.service.access.errors import TooOften
from sojourn.service.casting import copied, made_up, rows_of, suppressed
from sojourn.workspace import Workspace, read_workspace
from sojourn.workspace.sound import sound_workspace

if TYPE_CHECKING:
    from sojourn.service.runtime import Runtime

T = TypeVar("T")
Row = dict[str, Any]
SESSIONS_AT_MOST: Final = 16
IDLE_S: Final = 3_600.0
"""A session that nobody asks for so long is gone."""


class UnknownSession(SojournError):
    """There is no such session."""

    code = "TEST-001"

    def __init__(self, id: str) -> None:
        super().__init__(
            f"there is no test session `{id:.40}`",
            hint=f"sessions end with the server, and after {IDLE_S / 60:g} minutes without a request",
        )


class TooManySessions(TooOften):
    """The server keeps no more sessions; one that nobody asks for is gone in `wait_s`."""

    code = "TEST-002"

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"the server keeps {SESSIONS_AT_MOST} test sessions at most", wait_s, hint="delete one")


@dataclass
class Kept:
    """A session with its lock: requests about it come one after the other. `copied` are ids of live profiles in it."""

    session: Session
    asked_s: float
    copied: frozenset[str] = frozenset()
    lock: threading.Lock = field(default_factory=threading.Lock)


class Sessions:
    """Keeps the test sessions.

    Parameters
    ----------
    runtime : Runtime
        Whose documents and profiles may be copied.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._kept: dict[str, Kept] = {}
        self._lock = threading.Lock()

    def create(self, wish: Mapping[str, Any]) -> str:
        """Begin a session (see `test_api.SessionWish`); return its id."""
        self._forget_idle()
        if len(self._kept) >= SESSIONS_AT_MOST:
            raise TooManySessions(self._room_in_s())
        session = Session(self._setting(wish))
        id = secrets.token_urlsafe(9)
        with self._lock:
            if len(self._kept) >= SESSIONS_AT_MOST:
                session.close()
                raise TooManySessions(self._room_in_s())
            self._kept[id] = Kept(session, elapsed_s(), frozenset(_copied(wish)))
        return id

    def listed(self) -> list[str]:
        """Return the ids of all sessions, oldest first."""
        self._forget_idle()
        return list(self._kept)

    def use(self, id: str, do: Callable[[Session], T]) -> T:
        """Do something with a session, alone."""
        with self._held(id) as session:
            return do(session)

    def delete(self, id: str) -> None:
        """Forget a session."""
        with self._held(id) as session:
            self._kept.pop(id, None)
            session.close()

    def close(self) -> None:
        """Forget all sessions."""
        self._delete_all(list(self._kept))

    def forget(self, profiles: Collection[str]) -> None:
        """Forget the sessions with copies of profiles, which were erased."""
        self._delete_all([id for id, kept in list(self._kept.items()) if not kept.copied.isdisjoint(profiles)])

    def _delete_all(self, ids: Sequence[str]) -> None:
        for id in ids:
            with suppress(UnknownSession):  # somebody else has just ended it
                self.delete(id)

    @contextmanager
    def _held(self, id: str) -> Iterator[Session]:
        self._forget_idle()
        kept = self._kept.get(id)
        if kept is None:
            raise UnknownSession(id)
        with kept.lock:
            if id not in self._kept:
                raise UnknownSession(id)
            kept.asked_s = elapsed_s()
            yield kept.session

    def _room_in_s(self) -> float:
        return IDLE_S - max((elapsed_s() - kept.asked_s for kept in self._kept.values()), default=0.0)

    def _forget_idle(self) -> None:
        for id, kept in list(self._kept.items()):
            if elapsed_s() - kept.asked_s > IDLE_S and kept.lock.acquire(blocking=False):
                try:
                    if self._kept.pop(id, None) is not None:
                        kept.session.close()
                finally:
                    kept.lock.release()

    # ---- what a session begins with ------------------------------------------------------------------------------

    def _setting(self, wish: Mapping[str, Any]) -> Setting:
        workspace = self._workspace(wish)
        known = [each.id for each in workspace.deliveries]
        for id in wish["ids"]:
            if id not in known:
                raise UnknownDocument(id, "among the documents", known)
        start: datetime = wish["start"] or self._runtime.clock.now()
        cast = {each["id"]: made_up(each) for each in wish["profiles"]}
        if len(cast) < len(wish["profiles"]):
            raise SessionLimit("two profiles of the session have the same id", hint="give each its own")
        live = [cast[id] for id in _copied(wish)]
        cursor = self._runtime.cursor()
        with one_moment(cursor):
            cast.update({each.id: each for each in copied(cursor, live)} if live else {})
            tables = rows_of(cursor, workspace.directory.entities, [each.id for each in live]) if live else {}
            off = suppressed(cursor, [cast[each.id] for each in live]) if live else None
        given = {**tables, **wish["tables"]}
        entities = [id for id in workspace.directory.entities if id != "profile"]
        for id in given:
            if id not in entities:
                raise UnknownDocument(id, "among the entities", entities)
        return Setting(workspace, start, wish["ids"], list(cast.values()), given, wish["responses"], off)

    def _workspace(self, wish: Mapping[str, Any]) -> Workspace:
        if wish["documents"] is not None:
            return read_workspace(wish["documents"], wish["files"])
        if wish["base"] == "folder":
            folder = self._runtime.places.directory
            return sound_workspace(folder, wish["overrides"], wish["files"], wish["ids"])
        engine = self._runtime.engine
        base = engine.call(lambda: engine.publication.workspace)
        if not wish["overrides"]:
            return base
        return read_workspace(overridden(base, wish["overrides"]), {**base.files, **wish["files"]})


def _copied(wish: Mapping[str, Any]) -> list[str]:
    return [each["id"] for each in wish["profiles"] if each["copy"]]


def overridden(base: Workspace, overrides: Sequence[Row]) -> list[Row]:
    """Return the documents of a workspace with some replaced, by kind and id, and new ones behind them."""
    bodies = {(raw.kind, raw.id): dict(raw.body) for raw in base.raw.values()}
    bodies.update({(str(each.get("kind")), str(each.get("id"))): each for each in overrides})
    return list(bodies.values())
