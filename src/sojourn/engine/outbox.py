"""The outbox as delivery sees it: messages that no provider has taken over yet."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from importlib import resources
from typing import Any, Protocol

import duckdb
import msgspec
import polars as pl

from sojourn.messages.addresses import addresses_of
from sojourn.model.channels import CHANNEL_TYPES

RouteKey = tuple[int, int, int]
"""Document number, node and slot of a message: all messages of one take the same channel."""


class Pending(msgspec.Struct, frozen=True):
    """A message that is to be delivered.

    Attributes
    ----------
    profile : dict
        The profile's attributes now, ``profile_id`` among them.
    to : str or None
        The address: the message's own, or the profile's for the channel.
    entry, vars : str or None
        JSON objects for the template.
    """

    no: int
    doc: int
    node: int
    slot: int
    variant: int
    at: datetime
    profile: dict[str, Any]
    to: str | None
    entry: str | None
    vars: str | None

    @property
    def route(self) -> RouteKey:
        """What decides the channel."""
        return (self.doc, self.node, self.slot)

    @property
    def profile_id(self) -> str:
        """Whose message it is."""
        return str(self.profile["profile_id"])


class Outbox(Protocol):
    """What delivery needs of a store; called from one thread at a time."""

    def pending(self, limit: int, busy: Collection[int], closed: Collection[RouteKey]) -> list[Pending]:
        """Return the lowest-numbered messages of the outbox.

        Parameters
        ----------
        limit : int
            How many at most.
        busy : collection of int
            Numbers to leave out.
        closed : collection of (doc, node, slot)
            Routes to leave out.
        """
        ...

    def consumed(self) -> int:
        """Return the offset of the first item of the log that the store does not reflect yet."""
        ...


class DuckOutbox:
    """The outbox in a DuckDB store.

    Parameters
    ----------
    cursor : callable
        Returns a connection of its own; called once.
    """

    def __init__(self, cursor: Callable[[], duckdb.DuckDBPyConnection]) -> None:
        self._connection = cursor()
        self._query = resources.files(__package__).joinpath("outbox.sql").read_text()

    def pending(self, limit: int, busy: Collection[int], closed: Collection[RouteKey]) -> list[Pending]:
        """Return the lowest-numbered messages of the outbox (see `Outbox.pending`)."""
        connection = self._connection
        if not connection.execute("SELECT 1 FROM outbox LIMIT 1").fetchall():
            return []
        connection.register("busy", pl.DataFrame({"no": pl.Series(list(busy), dtype=pl.Int64)}))
        connection.register("closed", _closed(closed))
        try:
            messages = connection.sql(self._query, params={"limit": limit}).pl()
            if not messages.height:
                return []
            connection.register("chosen", messages.select(pl.col("pno").unique()))
            profiles = connection.sql(
                "SELECT p.* EXCLUDE (_created_at) FROM profile p SEMI JOIN chosen c ON c.pno = p._pno"
            ).pl()
        finally:
            for name in ("busy", "closed", "chosen"):
                connection.unregister(name)
        return read_pending(messages, profiles)

    def consumed(self) -> int:
        """Return the offset of the first item that the store does not reflect yet."""
        rows = self._connection.execute("SELECT value FROM meta WHERE name = 'offset'").fetchall()
        return int(rows[0][0]) if rows else 0


def _closed(routes: Collection[RouteKey]) -> pl.DataFrame:
    schema = {"doc": pl.Int32, "node": pl.Int16, "slot": pl.Int8}
    return pl.DataFrame(list(routes), schema=schema, orient="row")


def read_pending(messages: pl.DataFrame, profiles: pl.DataFrame) -> list[Pending]:
    """Put messages and their profiles together.

    Parameters
    ----------
    messages : DataFrame
        Columns ``no doc node slot pno channel variant at to entry vars``, in the order wanted.
    profiles : DataFrame
        Columns ``_pno``, ``profile_id`` and the attributes; a row for each profile.

    Returns
    -------
    list of Pending
        In the order of `messages`; messages of profiles that are not there are left out.
    """
    rows = messages.join(
        profiles.rename({"_pno": "pno"}), on="pno", how="inner", suffix="_attribute", maintain_order="left"
    )
    attributes = [name for name in profiles.columns if name != "_pno"]
    known = [dict(zip(attributes, values, strict=True)) for values in _attributes(rows, attributes).iter_rows()]
    own = rows.select("no", "doc", "node", "slot", "variant", "at").iter_rows()
    texts = zip(known, _addresses(rows), rows["entry"], rows["vars"], strict=True)
    return [
        Pending(no, doc, node, slot, variant, at, profile, to, entry, vars)
        for (no, doc, node, slot, variant, at), (profile, to, entry, vars) in zip(own, texts, strict=True)
    ]


def _attributes(rows: pl.DataFrame, names: Iterable[str]) -> pl.DataFrame:
    return rows.select(
        (pl.col(f"{name}_attribute") if f"{name}_attribute" in rows.columns else pl.col(name)).alias(name)
        for name in names
    )


def _addresses(rows: pl.DataFrame) -> list[str | None]:
    """Return the message's own address, else the profile's, as the gate saw it."""
    found: list[str | None] = [None] * rows.height
    numbered = rows.with_row_index("_row").with_columns(_own=pl.col("to").is_not_null())
    for (channel, own), part in numbered.partition_by("channel", "_own", as_dict=True).items():
        computed = part["to"] if own else None
        addresses = addresses_of(part, CHANNEL_TYPES[int(str(channel))], computed, _attribute)
        for row, address in zip(part["_row"], addresses, strict=True):
            found[row] = address
    return found


def _attribute(rows: pl.DataFrame, name: str) -> pl.Series | None:
    for column in (f"{name}_attribute", name):
        if column in rows.columns:
            return rows[column]
    return None
