"""Rejects of an import, in a CSV file beside the file that they come from."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from sojourn.ingest.reject import Reject
from sojourn.model.spreadsheet import as_text


class RejectFile:
    """`<FILE>.rejects.csv` with line, code, reason and the original content; made with the first reject.

    People open it: what a spreadsheet would run has an apostrophe before it.

    Parameters
    ----------
    imported : Path
        The file that is imported.
    append : bool
        Whether an import goes on, and the rejects of its first part are kept.
    """

    def __init__(self, imported: Path, append: bool = False) -> None:
        self.path = rejects_of(imported)
        self.count = 0
        self._told: set[str] = set()
        if not append:
            self.path.unlink(missing_ok=True)
        elif self.path.exists():
            self._told = _mended(self.path)

    def put(self, rejects: Sequence[Reject]) -> None:
        """Write rejects."""
        rejects = [reject for reject in rejects if str(reject.line) not in self._told]
        if not rejects:
            return
        is_new = not self.path.exists()
        with self.path.open("a", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            if is_new:
                writer.writerow(["line", "code", "reason", "content"])
            writer.writerows((each.line, each.code, as_text(each.reason), as_text(each.item)) for each in rejects)
        self.count += len(rejects)


def _mended(path: Path) -> set[str]:
    """Take off what a crash has left half written; return the lines that were told."""
    text = path.read_text(encoding="utf-8")
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        path.write_text(whole, encoding="utf-8")
    return {row[0] for row in csv.reader(io.StringIO(whole, newline="")) if row}


def rejects_of(imported: Path) -> Path:
    """Return where the rejects of a file are."""
    return imported.with_name(imported.name + ".rejects.csv")
