"""The recorded items as a draft must see them: feedback is about its messages, commands to the live version are not."""

from __future__ import annotations

from typing import Final

import polars as pl

from sojourn.store.duckdb import DuckStore

BY_DELIVERY: Final = ("sent", "failed")
"""Feedback on messages of the live version that a draft's messages, handed over at once, do not get."""


class Adaptation:
    """Adapts items for a draft.

    Parameters
    ----------
    document : str
        The draft's id.
    store : DuckStore
        The scratch store with `bt_own`: messages of the live versions that are the draft's past.
    """

    def __init__(self, document: str, store: DuckStore) -> None:
        self._document = document
        self._kept = store.read("SELECT no FROM bt_own")
        self.commands = 0
        self.refused_by_provider = 0

    def adapt(self, items: pl.DataFrame) -> pl.DataFrame:
        """Return the items that the draft takes.

        Lifecycle commands to the document, and answers to calls of the live version, are left out. Feedback on
        messages that only the live version sent is about the draft's newest message of the same node, as if its
        readers had done the same.
        """
        items = items.filter(pl.col("kind") != "answer")
        kinds = set(items["kind"].unique())
        if "control" in kinds:
            mine = (pl.col("kind") == "control") & (pl.col("data").str.json_path_match("$.id") == self._document)
            self.commands += items.filter(mine).height
            items = items.filter(~mine.fill_null(False))
        return self._feedback(items) if "feedback" in kinds else items

    def _feedback(self, items: pl.DataFrame) -> pl.DataFrame:
        about = pl.col("data").str.json_path_match("$.of").str.split("/").list.first()
        number = pl.col("data").str.json_path_match("$.message").cast(pl.Int64, strict=False)
        mine = (pl.col("kind") == "feedback") & (about == self._document).fill_null(False)
        told = items.with_columns(mine.alias("mine"), number.alias("number"))
        told = told.with_columns((pl.col("mine") & ~pl.col("number").is_in(self._kept["no"].implode())).alias("moved"))
        moved = pl.col("moved").fill_null(False) | (pl.col("mine") & pl.col("number").is_null())
        told = told.with_columns(moved.alias("moved"))
        dropped = pl.col("moved") & pl.col("name").is_in(BY_DELIVERY)
        self.refused_by_provider += told.filter(dropped & (pl.col("name") == "failed")).height
        told = told.filter(~dropped).with_columns(
            pl.when("moved").then(without_number(pl.col("data"))).otherwise(pl.col("data")).alias("data")
        )
        return told.select(items.columns)


def without_number(data: pl.Expr) -> pl.Expr:
    """Return feedback data (JSON) without the number of the message.

    >>> frame = pl.DataFrame({"data": ['{"of":"a/b","message":17}', '{"message":17,"of":"a/b"}']})
    >>> frame.select(without_number(pl.col("data")))["data"].to_list()
    ['{"of":"a/b"}', '{"of":"a/b"}']
    """
    return data.str.replace(r'"message"\s*:\s*"?\d+"?\s*,?\s*', "").str.replace(r",\s*\}", "}")
