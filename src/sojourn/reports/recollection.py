"""What the log says of one profile: its items, and what its attributes and its consent were at an earlier instant."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

import polars as pl

SLICE: Final = 50_000
"""Items that are read at once."""
FARTHEST: Final = 20_000_000
"""Items that are read for one explanation, some seconds; what lies farther back is told as no longer known."""
CONSENT: Final = " "
"""Before the topic in the name of a write of consent; no attribute begins so."""
READ: Final = ("offset", "at", "kind", "name", "data", "traits")


class Readable(Protocol):
    """What can be read like a log."""

    def read(self, offset: int, limit: int) -> pl.DataFrame:
        """Return up to `limit` items from `offset` on; see `Log.read`."""
        ...

    def end(self) -> int:
        """Return the offset that the next item gets."""
        ...


@dataclass(frozen=True)
class Write:
    """A value that an item gave an attribute (`city`), or a topic of consent (`CONSENT` and `channel:email`)."""

    offset: int
    at: datetime
    name: str
    value: Any


@dataclass
class Recollection:
    """The log of one profile, read no farther back than somebody asks.

    Parameters
    ----------
    log : Readable or None
        None: nothing is remembered.
    ids : collection of str
        All ids of the profile.
    born_at : datetime
        Before that nothing of it is looked for.
    born_with : mapping, optional
        Attributes and consent (by topic) that it had then; by default its first item says so, if it is still there.
    """

    log: Readable | None
    ids: Collection[str]
    born_at: datetime
    born_with: Mapping[str, Any] | None = None
    _parts: list[pl.DataFrame] = field(default_factory=list)
    _read_from: int | None = None
    _reaches: datetime | None = None
    _is_at_beginning: bool = False
    _seen: int = 0

    def items_at(self, at: datetime) -> list[dict[str, Any]]:
        """Return the profile's items of one instant, in their order."""
        self._reach(at)
        return [row for part in self._parts for row in part.filter(pl.col("at") == at).to_dicts()]

    def writes_after(self, at: datetime, offset: int | None) -> list[Write]:
        """Return what was written after an instant, or after an item of that instant, in its order."""
        self._reach(at)
        late = pl.col("at") > at
        if offset is not None:
            late |= (pl.col("at") == at) & (pl.col("offset") > offset)
        return [write for part in self._parts for write in writes_of(part.filter(late), self.ids)]

    def last_writes(self, names: Collection[str], at: datetime, offset: int | None) -> dict[str, Write]:
        """Return the last write of each name until an instant, inclusive, or until an item of that instant."""
        found: dict[str, Write] = {}
        missing = set(names)
        position = len(self._parts)
        while missing:
            position -= 1
            if position < 0:
                if not self._go_back():
                    break
                position = 0
            early = pl.col("at") < at if offset is not None else pl.col("at") <= at
            if offset is not None:
                early |= (pl.col("at") == at) & (pl.col("offset") <= offset)
            for write in writes_of(self._parts[position].filter(early), self.ids):
                if write.name in missing:
                    found[write.name] = write
            missing -= set(found)
        born = {name.removeprefix(CONSENT): name for name in missing}
        given = {name: value for name, value in (self.born_with or {}).items() if name in born}
        return found | {born[name]: Write(-1, self.born_at, born[name], value) for name, value in given.items()}

    def reaches(self, at: datetime) -> bool:
        """Tell whether all that came after an instant has been read."""
        self._reach(at)
        return self._is_at_beginning or (self._reaches is not None and self._reaches < max(at, self.born_at))

    @property
    def is_whole(self) -> bool:
        """Whether the item has been read that made the profile, so that what is not there never was."""
        if self.born_with is not None:
            return True
        first = next((part["at"][0] for part in self._parts if part.height), None)
        return first is not None and first <= self.born_at

    # ---- reading -----------------------------------------------------------------------------------------------------

    def _reach(self, at: datetime) -> None:
        while (self._reaches is None or self._reaches >= at) and self._go_back():
            pass

    def _go_back(self) -> bool:
        """Read one slice farther back; False where nothing is left that may be about the profile."""
        if self.log is None or self._seen >= FARTHEST or (self._reaches and self._reaches < self.born_at):
            return False
        end = self.log.end() if self._read_from is None else self._read_from
        first = max(end - SLICE, 0)
        items = self.log.read(first, end - first).filter(pl.col("offset") < end)
        self._read_from, self._seen = first, self._seen + items.height
        self._is_at_beginning = first == 0 and (not end or bool(items.height and items["offset"][0] == 0))
        if not items.height:
            return False
        self._reaches = items["at"][0]
        self._parts.insert(0, self._own(items))
        return True

    def _own(self, items: pl.DataFrame) -> pl.DataFrame:
        ids = list(self.ids)
        of_table = (pl.col("kind") == "row") & (pl.col("name") == "profile")
        return items.filter(pl.col("profile_id").is_in(ids) | of_table).select(READ)


def writes_of(items: pl.DataFrame, ids: Collection[str]) -> Iterator[Write]:
    """Yield what a profile's items write, in their order."""
    for item in items.iter_rows(named=True):
        for name, value in _written(item, ids):
            yield Write(item["offset"], item["at"], name, value)


def _written(item: dict[str, Any], ids: Collection[str]) -> Iterator[tuple[str, Any]]:
    if item["traits"] is not None:
        traits = json.loads(item["traits"])
        yield from ((name, value) for name, value in traits.items() if not name.startswith(CONSENT))
    if item["kind"] == "subscription":
        yield CONSENT + item["name"], json.loads(item["data"] or "{}").get("status")
    if item["kind"] == "row":
        row = json.loads(item["data"] or "{}").get("row", {})
        if row.get("profile_id") in ids:
            yield from ((name, value) for name, value in row.items() if name != "profile_id")
