"""Rendering while messages are decided, in a server: only whether a template refuses matters."""

from __future__ import annotations

import polars as pl

from sojourn.engine.rendering import EagerRenderer
from sojourn.journeys.fold import Fold
from sojourn.journeys.program import Line


class LiveRenderer(EagerRenderer):
    """Renders to see whether the template refuses, and keeps no text: delivery renders anew when it sends."""

    def render(self, line: Line, node: int, slot: int, messages: pl.DataFrame, fold: Fold) -> pl.DataFrame:
        """Return `reason` (null: it renders) and `detail` for each message."""
        verdict = super().render(line, node, slot, messages, fold)
        self.rendered.clear()
        self.addresses.clear()
        return verdict
