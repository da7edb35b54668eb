"""The suppression list: who is on it, adding and taking off, and lists from elsewhere."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from sojourn.messages.addresses import ATTRIBUTE, well_formed
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.errors import SojournError, did_you_mean
from sojourn.model.instants import format_instant
from sojourn.model.spreadsheet import harmless, meant
from sojourn.service.runtime import Runtime
from sojourn.store.duckdb.commit import insert
from sojourn.store.duckdb.person import HASHED, hashed

PAGE: Final = 50_000
"""Rows that are put into the store at once."""
REASONS: Final = ("by_hand", "bounced", "complained", "soft_bounced", "erased", "imported")
PLACES: Final = {"address": ("address", "email", "e-mail", "phone"), "channel": ("channel",), "reason": ("reason",)}
LISTED: Final = """
SELECT row_number() OVER (ORDER BY s."at", channel, address) AS place, channel, address, reason, s."at" AS "at"
FROM suppression s WHERE ($channel IS NULL OR channel = $channel)
    AND ($search = '' OR starts_with(lower(address), lower($search)) OR address = $hashed)
"""


class BadAddress(SojournError):
    """An address cannot be on the list."""

    code = "SUPPRESS-001"


class NoTable(SojournError):
    """A list cannot be read."""

    code = "SUPPRESS-002"


@dataclass(frozen=True)
class BadRow:
    """A row of a list that was not taken."""

    line: int
    code: str
    reason: str
    item: str


@dataclass
class Listed:
    """What came of a list.

    Attributes
    ----------
    taken : int
        Addresses that are new on the list.
    known : int
        Addresses that were on it, or came twice.
    rejected : list of BadRow
        Rows that cannot be taken.
    """

    taken: int = 0
    known: int = 0
    rejected: list[BadRow] = field(default_factory=list)


class Suppressions:
    """The suppression list of a workspace.

    Parameters
    ----------
    runtime : Runtime
        Started or opened.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def page(self, search: str, channel: str | None, after: int, limit: int) -> dict[str, Any]:
        """Return a page of the list, the oldest first; `search` is the beginning of an address."""
        with closing(self._runtime.cursor()) as cursor:
            params = self._params(search, channel)
            [(of,)] = cursor.execute(f"SELECT count(*) FROM ({LISTED})", params).fetchall()
            query = f"SELECT * FROM ({LISTED}) WHERE place > $after ORDER BY place LIMIT $limit"
            rows = cursor.execute(query, params | {"after": after, "limit": limit + 1}).fetchall()
        shown = [_row(*row[1:]) for row in rows[:limit]]
        return {"rows": shown, "next": rows[limit - 1][0] if len(rows) > limit else None, "of": of}

    def _params(self, search: str, channel: str | None) -> dict[str, Any]:
        salt = self._runtime.store.salt
        code = None if channel is None else code_of(channel)
        return {"search": search, "channel": code, "hashed": hashed(salt, search) if salt and search else ""}

    def text(self, *, raw: bool = False) -> Iterator[str]:
        """Yield the whole list as CSV.

        Parameters
        ----------
        raw : bool
            As it is, for a program: without it, what a spreadsheet would run gets an apostrophe.
        """
        cell = str if raw else harmless
        with closing(self._runtime.cursor()) as cursor:
            cursor.execute("SET TimeZone = 'UTC'")
            cursor.execute(
                f'SELECT channel, address, reason, "at" FROM ({LISTED}) ORDER BY place', self._params("", None)
            )
            yield "channel,address,reason,at\n"
            while rows := cursor.fetchmany(10_000):
                made = io.StringIO()
                told = ({**_row(*row), "address": cell(row[1])} for row in rows)
                csv.writer(made, lineterminator="\n").writerows(each.values() for each in told)
                yield made.getvalue()

    def add(self, channel: str, address: str, reason: str = "by_hand") -> bool:
        """Put an address on the list; return whether it was not there.

        Raises
        ------
        BadAddress
            It is none of its channel.
        """
        problem = wrong_with(channel, address)
        if problem is not None:
            raise BadAddress(problem)
        return bool(self._runtime.engine.call(lambda: self._put([(code_of(channel), address, reason)])))

    def remove(self, channel: str, address: str) -> bool:
        """Take an address off the list; return whether it was there."""
        return self._runtime.engine.call(lambda: self._remove(code_of(channel), address))

    def _remove(self, channel: int, address: str) -> bool:
        store = self._runtime.store
        params = {"channel": channel, "address": address.lower(), "hashed": hashed(store.salt, address)}
        same = "channel = $channel AND (lower(address) = $address OR address = $hashed)"
        [(count,)] = store.connection.execute(f"SELECT count(*) FROM suppression WHERE {same}", params).fetchall()
        store.connection.execute(f"DELETE FROM suppression WHERE {same}", params)
        store.connection.execute(
            "DELETE FROM soft_bounce WHERE channel = $channel AND lower(address) = $address",
            {"channel": channel, "address": address.lower()},
        )
        return bool(count)

    def take(self, lines: Iterable[str], channel: str = "email") -> Listed:
        """Take a list in: CSV with a header, of which the column `address` (or `email`, `phone`) is needed.

        Parameters
        ----------
        lines : iterable of str
            The file.
        channel : str
            Of rows that name none.

        Returns
        -------
        Listed
            Every bad row with its line; the others are taken.

        Raises
        ------
        NoTable
            It has no such column; nothing is taken.
        """
        code_of(channel)
        rows = csv.reader(_whole(lines), strict=True)
        numbered = _numbered(rows)
        places = _places(next(numbered, (0, []))[1])
        told = Listed()
        waiting: list[tuple[int, str, str]] = []
        for line, cells in numbered:  # to its end before anything is taken: it may be no CSV further on
            self._judge(line, cells, places, channel, waiting, told)
        for first in range(0, len(waiting), PAGE):
            self._take(waiting[first : first + PAGE], told)
        return told

    def _judge(
        self, line: int, cells: list[str], places: dict[str, int], channel: str,
        waiting: list[tuple[int, str, str]], told: Listed,
    ) -> None:  # fmt: skip
        row = {name: cells[place].strip() for name, place in places.items() if place < len(cells)}
        address, kind = meant(row.get("address", "")), row.get("channel") or channel
        problem = "" if kind in CHANNEL_TYPES else f"there is no channel `{kind:.40}`"
        problem = problem or wrong_with(kind, address) or ""
        if problem:
            told.rejected.append(BadRow(line, "no_channel" if kind not in CHANNEL_TYPES else "bad_address", problem,
                                        ",".join(cells)[:200]))  # fmt: skip
        else:
            reason = row.get("reason", "")
            waiting.append((code_of(kind), address, reason if reason in REASONS else "imported"))

    def _take(self, rows: list[tuple[int, str, str]], told: Listed) -> None:
        taken = self._runtime.engine.call(lambda: self._put(rows))
        told.taken, told.known = told.taken + taken, told.known + len(rows) - taken

    def _put(self, rows: list[tuple[int, str, str]]) -> int:
        """Put addresses on the list that are not there; return how many."""
        store = self._runtime.store
        frame = pl.DataFrame(rows, schema=["channel", "address", "reason"], orient="row").cast({"channel": pl.Int8})
        frame = frame.with_columns(pl.col("address").str.to_lowercase().alias("same"))
        frame = frame.unique(["channel", "same"], keep="first", maintain_order=True)
        with store.transaction():
            known = store.read("SELECT channel, lower(address) AS same FROM suppression")
            if store.salt:
                frame = (
                    frame.with_columns(
                        pl.Series("hash", [hashed(store.salt, word) for word in frame["same"]], dtype=pl.String)
                    )
                    .join(known, left_on=["channel", "hash"], right_on=["channel", "same"], how="anti")
                    .drop("hash")
                )
            fresh = frame.join(known, on=["channel", "same"], how="anti", maintain_order="left").drop("same")
            now = pl.lit(self._runtime.clock.now()).cast(pl.Datetime("us", "UTC")).alias("at")
            insert(store, "suppression", fresh.with_columns(now))
        return fresh.height


def code_of(channel: str) -> int:
    """Return the code of a channel type.

    Raises
    ------
    BadAddress
        There is no such channel.
    """
    for code, name in enumerate(CHANNEL_TYPES):
        if name == channel:
            return code
    raise BadAddress(f"there is no channel `{channel:.40}`{did_you_mean(channel, CHANNEL_TYPES)}")


def wrong_with(channel: str, address: str) -> str | None:
    """Return why an address cannot be on the list, None where it can."""
    if not address:
        return "the row has no address"
    if len(address) > 1_000 or any(ord(letter) < 32 for letter in address):
        return "the address has control characters, or is longer than 1,000 characters"
    if address.startswith(HASHED):
        return None if len(address) == len(HASHED) + 64 else f"after `{HASHED}` there are 64 digits"
    if channel in ATTRIBUTE and not well_formed(pl.Series([address]), channel)[0]:
        form = "a number such as +821012345678" if ATTRIBUTE[channel] == "phone" else "an address such as a@example.com"
        return f"`{address:.80}` is not {form}"
    return None


def _row(channel: int, address: str, reason: str | None, at: Any) -> dict[str, Any]:
    return {"channel": CHANNEL_TYPES[channel], "address": address, "reason": reason, "at": format_instant(at)}


def _places(header: list[str]) -> dict[str, int]:
    names = [name.strip().lower() for name in header]
    places = {wanted: names.index(name) for wanted, known in PLACES.items() for name in known[::-1] if name in names}
    if "address" not in places:
        raise NoTable(
            f"the list has no column `address`; it has {', '.join(header)[:200] or 'nothing'}",
            hint="the first line of the file names the columns: address, and if you like channel, reason",
        )
    return places


def _numbered(rows: Any) -> Iterator[tuple[int, list[str]]]:
    """Yield rows with the line that they end in."""
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            raise NoTable(f"line {rows.line_num} is not CSV: {error}") from error
        if any(cell.strip() for cell in cells):
            yield rows.line_num, cells


def _whole(lines: Iterable[str]) -> Iterator[str]:
    for n, line in enumerate(lines):
        yield (line.removeprefix("\ufeff") if n == 0 else line).replace("\0", "")
