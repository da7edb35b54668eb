"""Queries that are given up after a while."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import duckdb

from sojourn.model.errors import SojournError


class TookTooLong(SojournError):
    """A query was given up."""

    code = "STORE-004"

    def __init__(self, what: str, seconds: float) -> None:
        super().__init__(
            f"{what} took longer than {seconds:g} s and was given up",
            hint="make it narrower: a shorter `within`, fewer rows, an attribute before an event",
            retryable=True,
        )


@contextmanager
def patience(connection: duckdb.DuckDBPyConnection, seconds: float, what: str) -> Iterator[None]:
    """Give up the queries of a reader's connection after so many seconds; the connection can be used on.

    Parameters
    ----------
    what : str
        What they are, for the error: ``the count``.

    Raises
    ------
    TookTooLong
        They were given up.
    """
    over = threading.Event()

    def give_up() -> None:
        over.set()
        with suppress(duckdb.Error):
            connection.interrupt()

    timer = threading.Timer(seconds, give_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    except duckdb.Error as error:
        if over.is_set():
            raise TookTooLong(what, seconds) from error
        raise
    finally:
        timer.cancel()
