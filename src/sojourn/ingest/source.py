"""What the readers of files have in common: rows in chunks, and how to name their columns in SQL."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

import polars as pl

from sojourn.ingest.reject import ITEM_LENGTH, Reject

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a file as they stand there.

    Attributes
    ----------
    frame : pl.DataFrame
        `_line` (Int64, from 1), and the columns of the source.
    rejects : list of Reject
        Rows that could not be read.
    count : int
        Rows that were read, good and bad.
    original : callable
        Gives the original content of the row at a line of `frame`.
    """

    frame: pl.DataFrame
    rejects: list[Reject]
    count: int
    original: Callable[[int], str]

    def without(self, skipped: int) -> Rows:
        """Return the rows behind the first `skipped`, good or bad, by their lines."""
        lines = sorted([*self.frame["_line"], *(reject.line for reject in self.rejects)])
        frame = self.frame.filter(pl.col("_line") >= lines[skipped])
        rejects = [reject for reject in self.rejects if reject.line >= lines[skipped]]
        return Rows(frame, rejects, self.count - skipped, self.original)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A value that is looked for in each row.

    Attributes
    ----------
    names : sequence of str
        Where it may stand; the first that is there is taken.
    as_json : bool
        Whether JSON text is wanted and not a plain text.
    """

    names: Sequence[str]
    as_json: bool = False


class Source(Protocol):
    """A file of rows."""

    @property
    def columns(self) -> Sequence[str] | None:
        """Names of the columns; None when each row names its own."""
        ...

    def chunks(self, skip_rows: int, chunk_rows: int) -> Iterator[Rows]:
        """Yield the rows behind the first `skip_rows`, `chunk_rows` at a time."""
        ...

    def query(self, wanted: Sequence[Wanted]) -> str:
        """Return SQL that selects `_line` and the wanted values `s0`, `s1`, … from the table `chunk`."""
        ...

    def types(self, wanted: Sequence[Wanted]) -> Sequence[str | None]:
        """Return the declared type (as of attributes) that a wanted value has already, None for text."""
        ...


@dataclass(frozen=True, slots=True)
class Naming:
    """How the columns of a file are named: by `--map from=to`.

    Attributes
    ----------
    renamed : mapping
        New names by the old ones; an empty new name leaves the column out.
    """

    renamed: Mapping[str, str] = field(default_factory=dict)

    def of(self, *targets: str) -> tuple[str, ...]:
        """Return the columns that may hold a target, given the names that it has by default."""
        mapped = tuple(old for old, new in self.renamed.items() if new in targets)
        return mapped or tuple(name for name in targets if name not in self.renamed)

    def left_out(self) -> set[str]:
        """Return the columns that are not wanted."""
        return {old for old, new in self.renamed.items() if not new}


def quoted(name: str) -> str:
    """Return a name as an SQL identifier.

    >>> quoted("order id")
    '"order id"'
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as an SQL literal.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def originals(lines: Iterable[int], contents: Iterable[T], text: Callable[[T], str] = str) -> Callable[[int], str]:
    """Return what gives the original content of a line; nothing is kept twice until it is asked for."""

    @functools.cache
    def by_line() -> dict[int, T]:
        return dict(zip(lines, contents, strict=True))

    return lambda line: text(by_line()[line])[:ITEM_LENGTH]


def first_present(names: Sequence[str], columns: Sequence[str]) -> str | None:
    """Return the first of `names` that is a column."""
    return next((name for name in names if name in columns), None)
