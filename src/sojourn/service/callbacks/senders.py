"""Whose address a text came from."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import polars as pl

from sojourn.messages.addresses import ATTRIBUTE, addresses_of
from sojourn.model.channels import ChannelType

DIGITS = 7
"""Last digits that a national number and its international form share at least."""


def profiles_of(cursor: Callable[[], duckdb.DuckDBPyConnection], channel: ChannelType, address: str) -> list[str]:
    """Return the ids of all profiles with an address, as the gate reads theirs; from any thread.

    Parameters
    ----------
    address : str
        A number in the international form (E.164).
    """
    connection = cursor()
    try:
        found = _similar(connection, ATTRIBUTE[channel], address)
    finally:
        connection.close()
    if found is None:
        return []
    theirs = addresses_of(found, channel, None, lambda rows, name: rows[name] if name in rows.columns else None)
    return sorted(found.filter(theirs == address)["profile_id"])


def _similar(connection: duckdb.DuckDBPyConnection, attribute: str, address: str) -> pl.DataFrame | None:
    """Return the profiles whose number ends like this one, however it is written."""
    columns = [row[0] for row in connection.execute("DESCRIBE profile").fetchall()]
    if attribute not in columns:
        return None
    digits = "".join(filter(str.isdigit, address))[-DIGITS:]
    country = ", CAST(country AS VARCHAR) AS country" if "country" in columns else ""
    query = f"""
        SELECT profile_id, CAST("{attribute}" AS VARCHAR) AS "{attribute}"{country} FROM profile
        WHERE suffix(regexp_replace(CAST("{attribute}" AS VARCHAR), '[^0-9]', '', 'g'), $digits)
    """
    found: pl.DataFrame = connection.sql(query, params={"digits": digits}).pl()
    return found
