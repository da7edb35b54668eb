"""Rendering where only a template's refusal matters, and only of templates that may refuse."""

from __future__ import annotations

import polars as pl

from sojourn.engine.live_rendering import LiveRenderer
from sojourn.journeys.fold import Fold
from sojourn.journeys.program import Line
from sojourn.journeys.sending import Slot


class CheckingRenderer(LiveRenderer):
    """Renders messages whose template may abort or fail, and keeps no text."""

    def render(self, line: Line, node: int, slot: int, messages: pl.DataFrame, fold: Fold) -> pl.DataFrame:
        """Return `reason` (null: it renders) and `detail` for each message."""
        spec: Slot = line.operators[node].slots[slot]  # type: ignore[attr-defined]
        if spec.may_refuse:
            return super().render(line, node, slot, messages, fold)
        nothing = pl.Series([None], dtype=pl.String).new_from_index(0, messages.height)
        return pl.DataFrame({"reason": nothing, "detail": nothing})
