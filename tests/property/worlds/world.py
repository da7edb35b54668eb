"""Documents, profiles and items of a generated world."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl
from hypothesis import strategies as st

from sojourn.model.items import read_items
from tests.property.worlds.campaigns import campaigns, policies
from tests.property.worlds.happenings import happenings, identification
from tests.property.worlds.journeys import journeys
from tests.property.worlds.shop import CITIES, COMMON, PEOPLE, UNTIL, ZONES, Document, Row


@dataclass(frozen=True)
class World:
    """Documents, what is there before them, and what happens."""

    documents: list[Document]
    items: list[Row]
    until: datetime = UNTIL

    @property
    def frame(self) -> pl.DataFrame:
        """The items as rows of the log."""
        return read_items(self.items)

    def without(self, user: str) -> World:
        """Return the world without a profile."""
        return replace(self, items=[item for item in self.items if item.get("userId") != user])


@st.composite
def worlds(draw: st.DrawFn, *, commands: bool = True, people: int = 4, events: int = 30) -> World:
    """Draw a world."""
    documents = [draw(journeys("j1")), draw(journeys("j2", _jumpable([])))]
    if draw(st.booleans()):
        documents.append(draw(journeys("j3", _jumpable(documents))))
    documents.append(draw(campaigns("c1", ["j1"])))
    if draw(st.booleans()):
        documents.append(draw(campaigns("c2", ["c1"])))
    documents.append(draw(policies))
    users = PEOPLE[: draw(st.integers(2, people))]
    items = [identification(user, draw(st.sampled_from(ZONES)), draw(st.sampled_from(CITIES))) for user in users]
    return World(COMMON + documents, items + draw(happenings(documents, users, events, commands=commands)))


def _jumpable(documents: Iterable[Document]) -> list[str]:
    return [document["id"] for document in documents if document["entry"]["type"] in ("event", "api")]
