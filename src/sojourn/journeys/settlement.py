"""What delivery reports ends a message's stay in the outbox; one that failed was not sent after all."""

from __future__ import annotations

from typing import Final

import polars as pl

from sojourn.journeys.fold import Fold
from sojourn.model.channels import CHANNEL_TYPES

FINAL: Final = ("sent", "failed", "bounced", "soft_bounced")
"""Kinds of feedback that delivery appends, one for each message."""

RENDERING: Final = {"aborted by template": "aborted_by_template", "render error": "render_error"}
"""How the reason of a failure begins, and the reason of the discard; others are `failed`."""


def settle(fold: Fold, items: pl.DataFrame, located: pl.DataFrame) -> None:
    """Take messages that delivery is done with out of the outbox; discard those that failed.

    Parameters
    ----------
    items : DataFrame
        Feedback items; those of delivery have the message's number in `data`.
    located : DataFrame
        The messages that they are about: `message`, `pno`, `doc`, `node`, `channel`.
    """
    number = pl.col("data").str.json_path_match("$.message").cast(pl.Int64, strict=False)
    told = items.select("at", "name", "data", number.alias("message"))
    done = told.filter(pl.col("name").is_in(list(FINAL)) & pl.col("message").is_not_null())
    fold.changes.remove("outbox", done["message"])
    failed = done.filter(pl.col("name") == "failed")
    if failed.height:
        _discard(fold, failed, located)


def _discard(fold: Fold, failed: pl.DataFrame, located: pl.DataFrame) -> None:
    """Discard messages that failed, under their own numbers; all but those that a template stopped are dead letters."""
    fold.changes.add("unsent", failed.select(pl.col("message").alias("no")))
    said = pl.col("data").str.json_path_match("$.reason")
    head = said.str.split(":").list.first().replace_strict(RENDERING, default="failed", return_dtype=pl.String)
    known = located.filter(pl.col("doc").is_not_null()).select("message", "pno", "doc", "node", "channel")
    told = failed.select("message", "at", head.alias("reason"), said.alias("detail")).join(
        known.unique("message"), on="message", how="inner", maintain_order="left"
    )
    dead = told.filter(pl.col("reason") != "aborted_by_template")
    fold.changes.add("dead_letter", dead.select(pl.col("message").alias("no"), "at"))
    for (doc, node, channel, reason), part in told.group_by("doc", "node", "channel", "reason", maintain_order=True):
        line = fold.program.by_doc.get(int(str(doc)))
        if line is not None:
            fold.discard(
                line, int(str(node)), part, str(reason),
                channel=CHANNEL_TYPES[int(str(channel))], detail=pl.col("detail"), numbers=part["message"],
            )  # fmt: skip
