"""Deciding messages: the gate, the variant, and what is handed over, held or discarded."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from sojourn.expr import Expression
from sojourn.journeys.flow import Flow
from sojourn.messages.content import Template
from sojourn.messages.rules import MessageSpec
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.reasons import FEEDBACK_KINDS


@dataclass(frozen=True)
class Choice:
    """A template that is sent to those whose bucket is below a bound."""

    template: Template
    below: int = 10_000
    name: str | int | None = None


@dataclass(frozen=True)
class Slot:
    """One message of a node.

    Attributes
    ----------
    number : int
        Place among the node's messages.
    channel : str
        Id of the channel document, or the type where there is none.
    bucket : Expression or None
        Decides between several choices.
    variant : int
        Code of the variant that all of this slot's messages have; -1: that of the choice.
    """

    number: int
    spec: MessageSpec
    channel: str
    choices: tuple[Choice, ...]
    to: Expression | None = None
    bucket: Expression | None = None
    variant: int = -1
    name: str | int | None = None

    def choice(self, variant: int) -> Choice:
        """Return what a message's variant code stands for."""
        return self.choices[variant if len(self.choices) > 1 else 0]

    def label(self, variant: int) -> str | int | None:
        """Return how a variant is reported: by name, else by index; None where there is none."""
        if self.variant >= 0:
            return self.name if self.name is not None else self.variant
        if len(self.choices) < 2:
            return None
        name = self.choices[variant].name
        return name if name is not None else variant

    @property
    def may_refuse(self) -> bool:
        """Whether a template may abort or fail."""
        return any(choice.template.may_refuse for choice in self.choices)


def send(flow: Flow, node: int, slot: Slot, rows: pl.DataFrame, *, again: bool = False) -> None:
    """Decide one message for each row (passage columns and `at`); those of one profile one after the other."""
    if not rows.height:
        return
    rows = rows.with_columns(_computed(flow, slot, rows), _variants(flow, slot, rows))
    if not rows["pno"].is_duplicated().any():
        _decide(flow, node, slot, rows, again=again)
        return
    rank = rows.select(pl.int_range(pl.len()).over("pno").alias("rank"))["rank"]
    for i in rank.unique().sort():
        _decide(flow, node, slot, rows.filter(rank == i), again=again)


def _computed(flow: Flow, slot: Slot, rows: pl.DataFrame) -> pl.Series:
    if slot.to is None:
        return pl.Series("to", [None], dtype=pl.String).new_from_index(0, rows.height)
    readable = rows.with_columns(pl.col("entry").alias("event"))
    return flow.fold.values(readable, {"to": slot.to})["to"].cast(pl.String).alias("to")


def _variants(flow: Flow, slot: Slot, rows: pl.DataFrame) -> pl.Series:
    if slot.bucket is None or len(slot.choices) < 2:
        return pl.Series("variant", [slot.variant], dtype=pl.Int16).new_from_index(0, rows.height)
    buckets = flow.fold.values(rows, {"bucket": slot.bucket})["bucket"]
    variant = pl.Series("variant", [len(slot.choices) - 1], dtype=pl.Int16).new_from_index(0, rows.height)
    for index in range(len(slot.choices) - 2, -1, -1):
        variant = variant.zip_with(
            buckets >= slot.choices[index].below, variant.clear().extend_constant(index, rows.height)
        )
    return variant


def _decide(flow: Flow, node: int, slot: Slot, rows: pl.DataFrame, *, again: bool) -> None:
    fold = flow.fold
    computed = rows if slot.to is not None else rows.drop("to")
    verdict = fold.gate.judge(computed, slot.spec, fold, again=again)
    refused = verdict["reason"].is_not_null()
    if refused.any():
        for reason in verdict["reason"].drop_nulls().unique(maintain_order=True):
            part = rows.filter(verdict["reason"].eq_missing(reason))
            numbers = _targets(flow, part)
            fold.discard(flow.line, node, part, reason, channel=slot.spec.channel, numbers=numbers)
    waiting = ~refused & verdict["held_until"].is_not_null()
    if waiting.any():
        _hold(flow, node, slot, rows.filter(waiting), verdict["held_until"].filter(waiting))
    passing = ~refused & ~waiting
    if not passing.all():
        rows, verdict = rows.filter(passing), verdict.filter(passing)
    if rows.height:
        _hand_over(flow, node, slot, rows, verdict["address"])


def _targets(flow: Flow, rows: pl.DataFrame) -> pl.Series | None:
    """Return the numbers of a batch's targets: a discard has its target's, so that those of a run are known."""
    if not flow.line.spread:
        return None
    return rows["passage"] if "passage" in rows.columns else rows["no"]


def _hold(flow: Flow, node: int, slot: Slot, rows: pl.DataFrame, until: pl.Series) -> None:
    numbers = rows["held_no"] if "held_no" in rows.columns else flow.fold.numbers(rows.height)
    flow.fold.put_down("held", rows.with_columns(
        pl.col("passage") if "passage" in rows.columns else pl.col("no").alias("passage"),
        numbers.alias("no"),
        pl.lit(node, pl.Int16).alias("node"),
        pl.lit(slot.number, pl.Int8).alias("slot"),
        until.alias("due_at"),
        pl.lit(0, pl.Int8).alias("hold"),
    ))  # fmt: skip


def _hand_over(flow: Flow, node: int, slot: Slot, rows: pl.DataFrame, addresses: pl.Series) -> None:
    fold, spec = flow.fold, slot.spec
    messages = rows.with_columns(
        fold.numbers(rows.height).alias("message"),
        pl.lit(node, pl.Int16).alias("node"),
        pl.lit(slot.number, pl.Int8).alias("slot"),
        pl.lit(CHANNEL_TYPES.index(spec.channel), pl.Int8).alias("channel"),
        pl.lit(not spec.transactional and spec.document not in fold.program.gate.exempt).alias("counted"),
        addresses.alias("address"),
    )
    messages = _rendered(flow, node, slot, messages)
    if not messages.height:
        return
    stored = messages.with_columns(
        pl.col("message").alias("no"),
        pl.col("passage") if "passage" in messages.columns else pl.col("no").alias("passage"),
    )
    fold.changes.add("message", stored)
    if fold.needs.receipts or fold.program.gate.caps:
        fold.remember("message", stored)
    _report(flow, node, slot, stored)


def _rendered(flow: Flow, node: int, slot: Slot, messages: pl.DataFrame) -> pl.DataFrame:
    fold = flow.fold
    if fold.renderer is None or not (slot.may_refuse or fold.immediate):
        return messages
    verdict = fold.renderer.render(flow.line, node, slot.number, messages, fold)
    refused = verdict["reason"].is_not_null()
    if not refused.any():
        return messages
    told = messages.with_columns(verdict["detail"])
    for reason in verdict["reason"].drop_nulls().unique(maintain_order=True):
        part = told.filter(verdict["reason"].eq_missing(reason))
        channel, numbers = slot.spec.channel, _targets(flow, part)
        fold.discard(flow.line, node, part, reason, channel=channel, detail=pl.col("detail"), numbers=numbers)
    return messages.filter(~refused)


def _report(flow: Flow, node: int, slot: Slot, messages: pl.DataFrame) -> None:
    """Put messages into the outbox; where delivery is immediate, tell that they were sent."""
    fold = flow.fold
    if not fold.immediate:
        fold.changes.add("outbox", messages.select("no"))
        return
    sent = messages.with_columns(
        pl.col("no").alias("message"), pl.lit(FEEDBACK_KINDS.index("sent"), pl.Int8).alias("kind")
    )
    fold.changes.add("feedback", sent)
    if ("feedback", "sent") in fold.program.listens or fold.program.needs.engagement:
        told = pl.concat_str(pl.lit('{"message":'), pl.col("no"), pl.lit(',"stored":true}'))
        fold.follow(flow.line, messages, "feedback", "sent", told)
    elif flow.line.kind != "campaign":
        fold.within_limit(flow.line, messages)  # An item also where nobody listens: what runs must not depend on that.
