"""Finding people who are erased in uploaded files, and in the rows that an import rejected."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sojourn.ingest.files import Options, open_source
from sojourn.model.erasure import Mentions
from sojourn.model.errors import SojournError
from sojourn.service.uploads.upload import Upload

PART: Final = 1 << 22
"""Bytes that are searched at a time."""
OVERLAP: Final = 2_000
"""Bytes of a part that are searched with the next as well: no name is longer."""


@dataclass(frozen=True)
class Names:
    """Ids and addresses of people, as whole words in any case.

    Parameters
    ----------
    every : re.Pattern
        Finds one.
    clear : re.Pattern
        Finds one that cannot be something else: no short id, which may be a number of anything.
    """

    every: re.Pattern[str]
    clear: re.Pattern[str]

    @classmethod
    def of(cls, ids: Collection[str], addresses: Collection[str]) -> Names:
        """Return the names of people; an anonymous id also as a browser says it."""
        long = Mentions(ids, ()).long_ids
        return cls(_any_of([*addresses, *ids, *long]), _any_of([*addresses, *long]))

    def stand_in(self, file: Path, upload: Upload) -> bool:
        """Tell whether a file that was sent names one of them; False where it is gone."""
        if not file.is_file():
            return False
        encoding = "utf-8" if upload.mapping is None else upload.mapping.encoding
        texts = _rows(file) if file.suffix.lower() == ".parquet" else _parts(file, encoding)
        return any(self.clear.search(text) for text in texts)

    def leave_rejects(self, path: Path) -> None:
        """Take the rows that name them out of a file of rejects."""
        if not path.is_file():
            return
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
        left = [row for row in rows if not self.every.search("\n".join(row))]
        if len(left) < len(rows):
            fresh = path.with_name(f".{path.name}.new")
            with fresh.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(left)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)


def _any_of(words: Collection[str]) -> re.Pattern[str]:
    each = "|".join(re.escape(word) for word in dict.fromkeys(words)) or "(?!)"
    return re.compile(f"(?i)(?<![A-Za-z0-9_.@+-])(?:{each})(?![A-Za-z0-9_@+-])")


def _parts(file: Path, encoding: str) -> Iterator[str]:
    before = ""
    with file.open("r", encoding=encoding, errors="replace", newline="") as source:
        while part := source.read(PART):
            yield before + part
            before = part[-OVERLAP:]


def _rows(file: Path) -> Iterator[str]:
    try:
        for rows in open_source(file, Options()).chunks(0, 10_000):
            yield rows.frame.write_ndjson()
    except (SojournError, OSError):  # whatever it is, nobody can read it
        return
