"""What becomes of items about people who were erased: their place in the log stays, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import polars as pl

from sojourn.model.erasure import ERASED, Mentions, digest_of

KEPT: Final = ("at", "occurred_at")
TEXTS: Final = ("data", "traits")


@dataclass(frozen=True)
class Redaction:
    """Takes people out of items.

    Parameters
    ----------
    ids : collection of str
        Items of these profiles, and rows that are linked to them, are emptied; out of the others they are taken.
    addresses : sequence of str
        Taken out of the texts of all other items (see `model.erasure.Mentions`).
    links : mapping of entity to columns
        The columns of rows that have the id of a profile.
    """

    ids: Collection[str]
    addresses: Sequence[str] = ()
    links: Mapping[str, Sequence[str]] | None = None

    def __call__(self, items: pl.DataFrame) -> pl.DataFrame | None:
        """Return the items without these people, None where they are not in them."""
        gone = self._gone(items)
        if gone.any():
            items = emptied(items, gone)
        told = self._mentioned(items)
        if told.any():
            for pattern in self._mentions.patterns:
                items = items.with_columns(pl.col(TEXTS).str.replace_all(pattern, f"${{1}}{ERASED}${{2}}"))
        return clean(items) if gone.any() or told.any() else None

    def _gone(self, items: pl.DataFrame) -> pl.Series:
        ids = list(self.ids)
        own = pl.col("profile_id").is_in(ids) | ((pl.col("kind") == "alias") & pl.col("name").is_in(ids))
        quoted = [json.dumps(word, ensure_ascii=False) for word in (*self.ids, *self.addresses)]
        quoted += [f":{word}" for word in self.ids if word.isdigit()]
        named = pl.col("kind").is_in(["row", "suppress", "group"]) & pl.col("data").str.contains_any(
            quoted, ascii_case_insensitive=True
        )
        marks = items.select(own.fill_null(False).alias("own"), named.fill_null(False).alias("named"))
        for place in (marks["named"] & ~marks["own"]).arg_true().to_list():
            if not self._is_about(items.row(place, named=True)):
                marks[place, "named"] = False
        return marks["own"] | marks["named"]

    def _is_about(self, item: Mapping[str, Any]) -> bool:
        """Tell whether a change of a row or of the suppression list is about these people."""
        data = json.loads(item["data"] or "{}")
        if item["kind"] == "suppress":
            return str(data.get("address", "")).lower() in {address.lower() for address in self.addresses}
        columns = ["profile_id", *(self.links or {}).get(item["name"], ())]
        row = data.get("row", data)
        return any(str(row.get(column)) in self.ids for column in columns)

    @cached_property
    def _mentions(self) -> Mentions:
        return Mentions(self.ids, self.addresses)

    def _mentioned(self, items: pl.DataFrame) -> pl.Series:
        nobody = pl.Series([False], dtype=pl.Boolean).new_from_index(0, items.height)
        words = self._mentions.words
        if not words:
            return nobody
        found = [
            pl.col(name).str.contains_any(list(words), ascii_case_insensitive=True).fill_null(False) for name in TEXTS
        ]
        return items.select(pl.any_horizontal(found).alias("told"))["told"]


@dataclass(frozen=True)
class Late:
    """Takes out feedback and answers about people who were erased, of whom only digests are kept.

    Parameters
    ----------
    digests : collection of str
        What `digest_of` gives for their ids.
    salt : str
        Is put before an id.
    present : callable
        Returns those of some ids that are profiles again; what is about these stays.
    """

    digests: Collection[str]
    salt: str
    present: Callable[[list[str]], Collection[str]]

    def __call__(self, items: pl.DataFrame) -> pl.DataFrame | None:
        """Return the items without these, None where there are none."""
        late = items["kind"].is_in(["feedback", "answer"])
        ids = items.filter(late)["profile_id"].drop_nulls().unique().to_list()
        gone = [id for id in ids if digest_of(self.salt, id) in self.digests]
        again = self.present(gone) if gone else ()
        gone = [id for id in gone if id not in again]
        if not gone:
            return None
        return clean(emptied(items, late & items["profile_id"].is_in(gone).fill_null(False)))


def clean(items: pl.DataFrame) -> pl.DataFrame:
    """Return the items in buffers of their own: those of a changed text column go on to hold what it had before."""
    texts = [name for name, kind in items.schema.items() if kind == pl.String]
    return items.with_columns(pl.Series(name, items[name].to_list(), dtype=pl.String) for name in texts)


def emptied(items: pl.DataFrame, gone: pl.Series) -> pl.DataFrame:
    """Return items of which some have only their instants left."""
    mask = gone.rename("gone")
    return items.with_columns(mask).with_columns(
        pl.when("gone").then(pl.lit(ERASED) if name == "kind" else None).otherwise(pl.col(name)).alias(name)
        for name in items.columns if name not in KEPT
    ).drop("gone")  # fmt: skip
