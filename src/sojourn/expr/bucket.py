"""Chance as a hash: the bucket of a profile, in SQL."""

from __future__ import annotations


def quote(text: str) -> str:
    """Write a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def bucket_sql(id_sql: str, *parts: str) -> str:
    """Give the bucket, 0 to 9999, of an id and the parts of a place.

    Parameters
    ----------
    id_sql
        SQL of the id, a text: `p.profile_id`.
    *parts
        Document id, and node id where there is one.

    Returns
    -------
    str
        SQL of an INTEGER: the first 8 bytes of the sha256 of `id/part/part`, big-endian, modulo 10,000.

    References
    ----------
    Documents, section 1, "The log".

    Examples
    --------
    >>> import duckdb
    >>> duckdb.sql("SELECT " + bucket_sql("'ann'", "onboarding", "thirds")).fetchall()
    [(7181,)]
    """
    text = f"{id_sql} || {quote('/' + '/'.join(parts))}"
    return f"(CAST(CAST('0x' || substr(sha256({text}), 1, 16) AS UBIGINT) % 10000 AS INTEGER))"
