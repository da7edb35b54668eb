"""One line's passages on the move within a round: from node to node until they park or end."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl

from sojourn.journeys.fold import Fold
from sojourn.journeys.matching import Round
from sojourn.journeys.program import Line, Matcher, Operator
from sojourn.model.columns import constant, replaced
from sojourn.model.state import INSTANT, SCHEMAS

ARRIVAL = [*SCHEMAS["passage"], "at"]
"""The columns of passages on the move."""

HELD = 1
"""Value of `hold` for passages and messages that a pause holds."""


class Flow:
    """The arrivals of one line in one round, node by node in topological order.

    Rows have the columns of `passage`, and `at`, the instant of the round.
    """

    def __init__(self, fold: Fold, line: Line) -> None:
        self.fold = fold
        self.line = line
        self._arrivals: dict[int, list[pl.DataFrame]] = {}

    def inside(self) -> pl.DataFrame:
        """Return the line's passages that are loaded."""
        return self.fold.passages.of(self.line.doc)

    def put(self, index: int, rows: pl.DataFrame) -> None:
        """Let rows arrive at a node."""
        if rows.height:
            self._arrivals.setdefault(index, []).append(rows[ARRIVAL])

    def run(self) -> None:
        """Move all arrivals on until everybody has parked or ended."""
        for index in self.line.order:
            waiting = self._arrivals.pop(index, None)
            if waiting:
                rows = pl.concat(waiting) if len(waiting) > 1 else waiting[0]
                here = constant("node", index, pl.Int16, rows.height)
                self.line.operators[index].arrive(self, replaced(rows, here))

    def go(self, node: Operator, rows: pl.DataFrame, outcome: str, target: int | None) -> None:
        """Leave a node by an outcome; without a target the passage is completed there."""
        if not rows.height:
            return
        self.fold.step(self.line, node.index, rows, outcome)
        if target is None:
            self.fold.end(rows, "completed", None)
        else:
            self.put(target, rows)

    def leave(self, node: Operator, rows: pl.DataFrame, state: str, reason: str) -> None:
        """End passages at a node before their time, and drop their messages that wait."""
        if not rows.height:
            return
        self.fold.step(self.line, node.index, rows, reason)
        self.fold.end(rows, state, reason)
        self.drop_held(rows, reason)

    def park(self, node: Operator, rows: pl.DataFrame, wake_at: pl.Series | None, *, hold: int = 0) -> None:
        """Let passages wait at a node, until an instant or an item."""
        if not rows.height:
            return
        self.fold.step(self.line, node.index, rows, "waiting")
        self.fold.put_down("passage", replaced(
            rows,
            constant("node", node.index, pl.Int16, rows.height),
            constant("wake_at", None, INSTANT, rows.height) if wake_at is None else wake_at.alias("wake_at"),
            self.fold.numbers(rows.height).alias("wake_no"),
            constant("hold", hold, pl.Int8, rows.height),
        ))  # fmt: skip

    def park_for(self, node: Operator, rows: pl.DataFrame, timeout: timedelta | None) -> None:
        """Let passages wait at a node for an item, at most so long."""
        self.park(node, rows, None if timeout is None else rows["at"] + timeout)

    def hold(self, node: Operator, rows: pl.DataFrame) -> bool:
        """Hold passages at a node while the document is paused; tell whether it is."""
        if self.line.paused:
            self.park(node, rows, None, hold=HELD)
        return self.line.paused

    # ---- leaving early -------------------------------------------------------------------------------------------

    def leave_by_membership(self, rows: pl.DataFrame) -> pl.DataFrame:
        """End passages whose profile entered or left an exit audience since its entry; return the others."""
        if not self.line.member_exits or not rows.height:
            return rows
        gone = self.member_changes(rows)
        self.exit(rows.filter(gone))
        return rows.filter(~gone)

    def member_changes(self, rows: pl.DataFrame) -> pl.Series:
        """Tell for each passage whether one of its exit audiences has changed against its entry."""
        conditions = {str(exit_.bit): exit_.condition for exit_ in self.line.member_exits}
        now = self.fold.values(rows, conditions)
        gone = pl.Series([False]).new_from_index(0, rows.height)
        for exit_ in self.line.member_exits:
            before = (rows["bits"] // (1 << exit_.bit)) % 2 == 1
            gone |= (~before & now[str(exit_.bit)]) if exit_.on == "entered" else (before & ~now[str(exit_.bit)])
        return gone

    def membership_bits(self, rows: pl.DataFrame) -> pl.Series:
        """Return the memberships at entry that the exit criteria compare with."""
        bits = pl.Series("bits", [0], dtype=pl.Int32).new_from_index(0, rows.height)
        if not self.line.member_exits or not rows.height:
            return bits
        now = self.fold.values(rows, {str(exit_.bit): exit_.condition for exit_ in self.line.member_exits})
        for exit_ in self.line.member_exits:
            bits = bits + now[str(exit_.bit)].cast(pl.Int32) * (1 << exit_.bit)
        return bits.alias("bits")

    def exit(self, rows: pl.DataFrame, *, state: str = "exited", reason: str = "exit_criteria") -> None:
        """End passages where they are."""
        if not rows.height:
            return
        for (node,), part in rows.group_by("node", maintain_order=True):
            self.leave(self.line.operators[node], part, state, reason)

    def leave_by_item(self, round_: Round, matcher: Matcher, inside: pl.DataFrame) -> None:
        """End passages and pending sends for which the current item is an exit or an exception."""
        gone = round_.passing(matcher, inside)
        self.fold.lift("passage", gone)
        if not self.line.receipts:
            self.exit(gone)
            return
        held = self.fold.state["held"].filter(pl.col("doc") == self.line.doc)
        dropped = round_.passing(matcher, held.with_columns(pl.lit(None, pl.String).alias("key")))
        self.fold.lift("held", dropped)
        self.fold.end(gone, "exited", "exit_criteria")
        told = pl.concat([gone.select("pno", "at", "no"), dropped.select("pno", "at", pl.col("passage").alias("no"))])
        told = told.unique("no", maintain_order=True)
        self.fold.discard(self.line, -1, told, "exception_event")
        if ("excepted", self.line.id) in self.fold.program.listens:
            self.fold.follow(self.line, told.unique("pno", maintain_order=True), "excepted", self.line.id, pl.lit("{}"))

    def end_all(self, at: datetime, state: str, reason: str) -> None:
        """End everything of this line that is loaded: passages and messages that wait.

        Members whom a rate lets in later come at their own instants, and are refused then.
        """
        mine, now = pl.col("doc") == self.line.doc, pl.lit(at).cast(INSTANT).alias("at")
        rows = self.inside().with_columns(now)
        held = self.fold.state["held"].filter(mine).with_columns(now)
        self.fold.lift("passage", rows)
        if not self.line.receipts:
            self.exit(rows, state=state, reason=reason)
            if state == "stopped":
                self.discard_held(self.fold.state["held"].filter(mine).with_columns(now), reason)
            return
        self.fold.end(rows, state, reason)
        self.fold.lift("held", held)
        pending = pl.concat([rows.select("pno", "at", "no"), held.select("pno", "at", pl.col("passage").alias("no"))])
        self.fold.discard(self.line, -1, pending.unique("no", maintain_order=True), reason)

    def drop_held(self, rows: pl.DataFrame, reason: str) -> None:
        """Discard the messages of these passages that quiet hours hold."""
        held = self.fold.state["held"]
        if not held.height or not rows.height:
            return
        gone = held.join(rows.select(pl.col("no").alias("passage"), "at"), on="passage", how="inner")
        self.discard_held(gone, reason)

    def discard_held(self, gone: pl.DataFrame, reason: str) -> None:
        """Discard held messages, at their `at`; those of a batch under its targets' numbers, as the gate does.

        They may be of the version from which their passage has moved.
        """
        self.fold.lift("held", gone)
        for (doc, node, slot), part in gone.group_by("doc", "node", "slot", maintain_order=True):
            line = self.fold.program.by_doc[doc]
            channel, numbers = line.delivered[node, slot], part["passage"] if line.spread else None
            self.fold.discard(line, node, part, reason, channel=channel, numbers=numbers)
