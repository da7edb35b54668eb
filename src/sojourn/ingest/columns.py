"""Items on their way to the log, as columns."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import cast

import polars as pl
import pyarrow as pa

TYPES = {
    "occurred_at": pa.timestamp("us", "UTC"),
    "kind": pa.large_string(),
    "profile_id": pa.large_string(),
    "name": pa.large_string(),
    "data": pa.large_string(),
    "traits": pa.large_string(),
    "message_id": pa.large_string(),
}


@dataclass(slots=True)
class Columns:
    """One list a column, all of one length; `occurred_at` in microseconds since 1970.

    Null columns of the log, `at` and `offset`, are not here: the log gives them.
    """

    occurred_at: list[int | None] = field(default_factory=list)
    kind: list[str] = field(default_factory=list)
    profile_id: list[str | None] = field(default_factory=list)
    name: list[str | None] = field(default_factory=list)
    data: list[str | None] = field(default_factory=list)
    traits: list[str | None] = field(default_factory=list)
    message_id: list[str | None] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.kind)

    def put(
        self, kind: str, profile_id: str | None, name: str | None = None, data: str | None = None,
        traits: str | None = None, message_id: str | None = None, occurred_at: int | None = None,
    ) -> None:  # fmt: skip
        """Put one row behind these."""
        self.occurred_at.append(occurred_at)
        self.kind.append(kind)
        self.profile_id.append(profile_id)
        self.name.append(name)
        self.data.append(data)
        self.traits.append(traits)
        self.message_id.append(message_id)

    def extend(self, other: Columns) -> None:
        """Put the rows of `other` behind these."""
        for column in fields(self):
            getattr(self, column.name).extend(getattr(other, column.name))

    def frame(self) -> pl.DataFrame:
        """Return the rows as a frame for `Log.append`.

        >>> Columns([0], ["track"], ["ann"], ["seen"], [None], [None], ["m-1"]).frame().row(0)[1:4]
        ('track', 'ann', 'seen')
        """
        table = pa.table({name: pa.array(getattr(self, name), type_) for name, type_ in TYPES.items()})
        return cast(pl.DataFrame, pl.from_arrow(table))
