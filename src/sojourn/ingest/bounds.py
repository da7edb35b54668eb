"""What of a file is held at a time, however it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

from sojourn.ingest.file_error import FileError

MOST_COLUMNS: Final = 5_000
"""Columns, or names of a JSON object, that a file may have."""
CHUNK_SIZE: Final = 1 << 26
"""Characters or bytes after which a chunk ends, though it might have more rows."""
LINE_SIZE: Final = 1 << 23
"""Characters or bytes that one line may have."""
Line = TypeVar("Line")


def check_columns(file: str, count: int) -> None:
    """Refuse a file with too many columns.

    Raises
    ------
    FileError
        It has more than `MOST_COLUMNS`.
    """
    if count > MOST_COLUMNS:
        reason = f"it has {count:,} columns, more than {MOST_COLUMNS:,}"
        raise FileError(file, reason, "leave out the columns that nothing needs")


def too_long(file: str) -> FileError:
    """Return what is said of a line that is too long."""
    return FileError(file, f"a line is longer than {LINE_SIZE} bytes", "write one row a line")


def gathered(lines: Iterable[Line], most: int, size_of: Callable[[Line], int]) -> list[Line]:
    """Take lines until there are enough, or they are large enough."""
    taken: list[Line] = []
    size = 0
    for line in lines:
        taken.append(line)
        size += size_of(line)
        if len(taken) == most or size > CHUNK_SIZE:
            break
    return taken


def bounded_lines(file: str, read: Callable[[int], str]) -> Iterator[str]:
    """Yield lines with their ends, none longer than `LINE_SIZE`.

    Parameters
    ----------
    read : callable
        The method ``readline`` of an open file.
    """
    while line := read(LINE_SIZE + 1):
        if len(line) > LINE_SIZE:
            raise too_long(file)
        yield line
