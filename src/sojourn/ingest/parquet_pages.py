"""How large the pages of a Parquet file are, read from their headers: before a reader makes room for what they say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

from sojourn.ingest.file_error import FileError

MOST_PAGE: Final = 1 << 27
"""Bytes that a page may unpack to; writers make pages of 1 MB, at most of 100."""
MOST_DICTIONARIES: Final = 1 << 29
"""Bytes of all columns' dictionaries together: they are in memory at a time."""
HEADER: Final = (256, 1 << 16, 1 << 24)
"""Bytes in which the end of a header is looked for, one after the other."""
BOOLEANS: Final = (1, 2)
NUMBERS: Final = (4, 5, 6)
BYTE, DOUBLE, BINARY, LIST, SET, STRUCT = 3, 7, 8, 9, 10, 12
"""Types of Thrift's compact protocol."""
DICTIONARY: Final = 2
DEEPEST: Final = 8


class Page(NamedTuple):
    """What the header of a page says: its type, its size unpacked and packed, and the length of the header."""

    type: int
    size: int
    packed: int
    length: int


def dictionaries_size(path: Path, metadata: Any) -> int:
    """Return how many bytes the largest dictionaries of all columns have together.

    Parameters
    ----------
    metadata : pyarrow.parquet.FileMetaData
        Of the file.

    Raises
    ------
    FileError
        A page, or all dictionaries, would take more memory than is given to a file.

    References
    ----------
    https://parquet.apache.org/docs/file-format/data-pages/, `PageHeader` of parquet.thrift.
    """
    largest: dict[int, int] = defaultdict(int)
    with path.open("rb") as file:
        for group in range(metadata.num_row_groups):
            for number in range(metadata.num_columns):
                for page in _pages(file, path.name, metadata.row_group(group).column(number)):
                    if page.size > MOST_PAGE:
                        raise _refused(path.name, f"a page unpacks to {page.size:,} bytes")
                    if page.type == DICTIONARY:
                        largest[number] = max(largest[number], page.size)
    total = sum(largest.values())
    if total > MOST_DICTIONARIES:
        raise _refused(path.name, f"its dictionaries have {total:,} bytes")
    return total


def _refused(file: str, reason: str) -> FileError:
    return FileError(file, reason, "write it with smaller pages, or as CSV or NDJSON")


def _pages(file: BinaryIO, name: str, chunk: Any) -> Iterator[Page]:
    """Yield the pages of a column in a group of rows."""
    starts = [start for start in (chunk.dictionary_page_offset, chunk.data_page_offset) if start]
    place = min(starts, default=0)
    end = place + chunk.total_compressed_size
    while place < end:
        page = _page(file, name, place)
        if page.size < 0 or page.packed < 0:
            raise _refused(name, "a page has a size below nothing")
        yield page
        place += page.length + page.packed


def _page(file: BinaryIO, name: str, place: int) -> Page:
    for length in HEADER:
        file.seek(place)
        data = file.read(length)
        try:
            reader = Compact(data)
            fields = reader.numbers()
            return Page(fields[1], fields[2], fields[3], reader.place)
        except IndexError:
            if len(data) < length:
                break
        except (KeyError, ValueError):
            break
    raise _refused(name, "the header of a page cannot be read")


class Compact:
    """Reads a struct in Thrift's compact protocol, of which only the numbers are wanted.

    Raises
    ------
    IndexError
        It goes on behind the data.
    ValueError
        It is none.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.place = 0

    def numbers(self, depth: int = 0) -> dict[int, int]:
        """Return the numbers of a struct by the ids of their fields."""
        if depth > DEEPEST:
            raise ValueError("too deep")
        found: dict[int, int] = {}
        id = 0
        while (head := self._byte()) != 0:
            id = id + (head >> 4) if head >> 4 else self._number()
            if head & 15 in NUMBERS:
                found[id] = self._number()
            elif head & 15 not in BOOLEANS:
                self._skip(head & 15, depth)
        return found

    def _byte(self) -> int:
        value = self._data[self.place]
        self.place += 1
        return value

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value
            if shift > 63:
                raise ValueError("a number is too long")

    def _number(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)

    def _jump(self, length: int) -> None:
        self.place += length
        if self.place > len(self._data):
            raise IndexError

    def _skip(self, kind: int, depth: int) -> None:
        if depth > DEEPEST:
            raise ValueError("too deep")
        if kind in (*BOOLEANS, BYTE):
            self._jump(1)
        elif kind in NUMBERS:
            self._varint()
        elif kind == DOUBLE:
            self._jump(8)
        elif kind == BINARY:
            self._jump(self._varint())
        elif kind in (LIST, SET):
            head = self._byte()
            for _ in range(self._varint() if head >> 4 == 15 else head >> 4):
                self._skip(head & 15, depth + 1)
        elif kind == STRUCT:
            self.numbers(depth + 1)
        else:
            raise ValueError(f"there is no type {kind} in a page's header")
