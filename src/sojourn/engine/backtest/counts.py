"""What one side, the draft or the live versions, did in a period: counts by place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import polars as pl

from sojourn.engine.backtest.live import listed
from sojourn.engine.results import CONTROL, variant_label
from sojourn.journeys.program import Line
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.reasons import DISCARD_REASONS, PASSAGE_REASONS, PASSAGE_STATES

Read = Callable[[str, Mapping[str, object]], pl.DataFrame]
Place = tuple[str | int | None, ...]

PASSAGES: Final = """
SELECT state, reason, count(*) AS n FROM (
    SELECT doc, no, entered_at, CAST(NULL AS TIMESTAMPTZ) AS left_at, 0 AS state, NULL AS reason FROM passage
    UNION ALL SELECT doc, no, entered_at, left_at, state, reason FROM passage_end
) t WHERE doc IN ({docs}) AND no >= {base} AND {during} GROUP BY ALL
"""
ENTERED: Final = "entered_at >= $since AND entered_at <= $until"
INSIDE: Final = "entered_at <= $until AND (left_at IS NULL OR left_at > $until)"
LEFT: Final = "left_at >= $since AND left_at <= $until"
MESSAGES: Final = """
SELECT doc, node, slot, channel, variant, count(*) AS n FROM message t ANTI JOIN unsent USING (no)
WHERE doc IN ({docs}) AND no >= {base} AND t."at" >= $since AND t."at" <= $until GROUP BY ALL
"""
SENT: Final = ("doc", "node", "slot", "channel", "variant")
DISCARDS: Final = """
SELECT doc, node, channel, reason, count(*) AS n FROM discard t
WHERE doc IN ({docs}) AND no >= {base} AND t."at" >= $since AND t."at" <= $until GROUP BY ALL
"""
CONVERSIONS: Final = """
SELECT doc, goal, variant, count(*) AS n FROM conversion t
WHERE doc IN ({docs}) AND receipt >= {base} AND t."at" >= $since AND t."at" <= $until GROUP BY ALL
"""

TRANSITIONS: Final = """
SELECT doc, activity, outlet, sum("rows")::BIGINT AS n FROM transition t
WHERE doc IN ({docs}) AND t."at" >= $since AND t."at" <= $until GROUP BY ALL ORDER BY ALL
"""


@dataclass(frozen=True)
class Side:
    """Where to count.

    Attributes
    ----------
    read : callable
        Reads a store.
    lines : dict
        Version number to line; versions that cannot be read any more are missing.
    docs : list of int
        Versions to count.
    base : int
        What has a lower number was begun by others.
    is_draft : bool
        It ran alone: jumps that found no other journey are not counted as refused.
    """

    read: Read
    lines: Mapping[int, Line]
    docs: list[int]
    base: int
    since: datetime
    until: datetime
    is_draft: bool = False

    def _rows(self, query: str, **more: str) -> list[dict[str, object]]:
        text = query.format(docs=listed(self.docs), base=self.base, **more)
        span = {"since": self.since, "until": self.until}
        return self.read(text, {name: at for name, at in span.items() if f"${name}" in text}).to_dicts()

    def passages(self) -> Counter[Place]:
        """Count who entered, who was inside at the end, and who left, by state and reason."""
        counts: Counter[Place] = Counter()
        for name, during in (("entered", ENTERED), ("inside at the end", INSIDE)):
            counts[(name,)] += sum(int(str(row["n"])) for row in self._rows(PASSAGES, during=during))
        for row in self._rows(PASSAGES, during=LEFT):
            reason = None if row["reason"] is None else PASSAGE_REASONS[int(str(row["reason"]))]
            state = PASSAGE_STATES[int(str(row["state"]))]
            counts[(state if reason in (None, state) else f"{state}: {reason}",)] += int(str(row["n"]))
        return counts

    def messages(self) -> Counter[Place]:
        """Count messages that were handed over, by node, channel and variant."""
        counts: Counter[Place] = Counter()
        for row in self._rows(MESSAGES):
            doc, node, slot, channel, variant = (int(str(row[name])) for name in SENT)
            label = self._label(doc, node, slot, variant)
            counts[(self._node(doc, node), CHANNEL_TYPES[channel], label)] += int(str(row["n"]))
        return counts

    def discards(self) -> Counter[Place]:
        """Count refused entries and messages that were not sent, by node, channel and reason."""
        counts: Counter[Place] = Counter()
        for row in self._rows(DISCARDS):
            doc, node, channel = int(str(row["doc"])), int(str(row["node"])), int(str(row["channel"]))
            reason = DISCARD_REASONS[int(str(row["reason"]))]
            if self.is_draft and reason == "closed" and self._is_jump(doc, node):
                continue
            kind = None if channel < 0 else CHANNEL_TYPES[channel]
            counts[(self._node(doc, node), kind, reason)] += int(str(row["n"]))
        return counts

    def conversions(self) -> Counter[Place]:
        """Count conversions, by event and variant."""
        counts: Counter[Place] = Counter()
        for row in self._rows(CONVERSIONS):
            line, goal = self.lines.get(int(str(row["doc"]))), int(str(row["goal"]))
            variant = int(str(row["variant"]))
            label = "control" if variant == CONTROL else variant_label(line, variant) if line else None
            event = line.goals[goal].matcher.value if line and goal < len(line.goals) else None
            counts[(event, label)] += int(str(row["n"]))
        return counts

    def transitions(self) -> Counter[Place]:
        """Count the rows of a campaign's transitions, over all runs."""
        counts: Counter[Place] = Counter()
        for row in self._rows(TRANSITIONS):
            node = self._node(int(str(row["doc"])), int(str(row["activity"])))
            counts[(".".join(filter(None, (node, str(row["outlet"])))),)] += int(str(row["n"]))
        return counts

    def _node(self, doc: int, node: int) -> str | None:
        line = self.lines.get(doc)
        if node < 0 or line is None or not line.steps:
            return None
        return line.node_ids[node]

    def _is_jump(self, doc: int, node: int) -> bool:
        line = self.lines.get(doc)
        return line is not None and node >= 0 and hasattr(line.operators[node], "journey")

    def _label(self, doc: int, node: int, slot: int, variant: int) -> str | int | None:
        line = self.lines.get(doc)
        slots = getattr(line.operators[node], "slots", ()) if line else ()
        return slots[slot].label(variant) if slot < len(slots) else None


COUNTED: Final = {
    "passages": ("what",),
    "messages": ("node", "channel", "variant"),
    "discards": ("node", "channel", "reason"),
    "conversions": ("event", "variant"),
    "transitions": ("from",),
}
"""Each table of a backtest and the columns of its places."""


def side_by_side(draft: Side, live: Side) -> dict[str, list[dict[str, object]]]:
    """Return for each table its places with `draft`, `live` and `difference`."""
    return {
        table: _compared(columns, getattr(draft, table)(), getattr(live, table)()) for table, columns in COUNTED.items()
    }


def _compared(columns: tuple[str, ...], draft: Counter[Place], live: Counter[Place]) -> list[dict[str, object]]:
    places = list(dict.fromkeys([*draft, *live]))
    return [
        {**dict(zip(columns, place, strict=True)), "draft": draft[place], "live": live[place],
         "difference": draft[place] - live[place]}
        for place in places
    ]  # fmt: skip
