"""To which passage a discard belongs: the store keeps its node and its instant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sojourn.journeys.program import Line
from sojourn.reports.reading import Row


def place(
    discards: Sequence[Row], lines: Mapping[int, Line], passages: Sequence[Row], steps: Sequence[Row],
    sent: Sequence[Row],
) -> dict[int, int]:  # fmt: skip
    """Return for the number of each discard that belongs to a passage that passage's number.

    Of several passages at one time (keys, sends that are `always` made) it is the one that came to the node at that
    instant; a message that was held is discarded later, so then the last that came there before.
    """
    senders = {row["no"]: row["passage"] for row in sent}
    found = {}
    for row in discards:
        own = senders.get(row["no"])
        if own is None:
            own = _by_step(row, steps) if lines[row["doc"]].steps else _by_send(row, passages)
        if own is not None:
            found[row["no"]] = own
    return found


def _by_step(discard: Row, steps: Sequence[Row]) -> int | None:
    if discard["node"] < 0:
        return None
    at = discard["refused_at"]
    here = [
        step for step in steps
        if step["doc"] == discard["doc"] and step["node"] == discard["node"] and step["happened_at"] <= at
    ]  # fmt: skip
    now = [step for step in here if step["happened_at"] == at]
    return next((step["passage"] for step in reversed(now or here)), None)


def _by_send(discard: Row, passages: Sequence[Row]) -> int | None:
    """Find the send of a triggered campaign; a trigger that was refused has none."""
    at = discard["refused_at"]
    here = [row for row in passages if row["doc"] == discard["doc"] and row["entered_at"] <= at]
    now = [row for row in here if row["left_at"] == at]
    if discard["channel"] < 0:
        return now[-1]["no"] if now else None
    return next((row["no"] for row in reversed(now or here)), None)
