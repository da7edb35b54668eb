"""Test sessions of a server that goes down while somebody ends one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import pytest

from sojourn.engine.session import Session, Setting
from sojourn.service.sessions import Kept, Sessions, UnknownSession
from sojourn.workspace import read_workspace


class Hurried(Sessions):
    """Sessions of which the first is ended by another request as the server ends them all."""

    def delete(self, id: str) -> None:
        if id == "one" and (kept := self._kept.pop(id, None)):
            kept.session.close()
        super().delete(id)


def test_all_are_ended_even_if_one_has_just_been() -> None:
    sessions = Hurried(cast(Any, None))
    for id in ("one", "two"):
        session = Session(Setting(read_workspace([], {}), datetime(2026, 3, 2, tzinfo=UTC)))
        sessions._kept[id] = Kept(session, 1e18)
    sessions.close()
    assert sessions.listed() == []
    with pytest.raises(UnknownSession):
        sessions.use("two", lambda session: session.now)
