"""The node that waits for feedback on a message of this passage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl
from pydantic import Field

from sojourn.journeys.flow import Flow
from sojourn.journeys.nodes.build import Build
from sojourn.journeys.nodes.event import Awaiting, AwaitingOperator
from sojourn.journeys.nodes.node import Awaited, Surroundings, register
from sojourn.journeys.program import Matcher
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem, did_you_mean
from sojourn.model.names import NodeId
from sojourn.model.reasons import FEEDBACK_KINDS, FeedbackKind
from sojourn.model.state import INSTANT


@register
class ReactionNode(Awaiting):
    """Wait for feedback of one kind on the message that a node sent in this passage."""

    type: Literal["reaction"]
    to: NodeId = Field(description="The node whose message the feedback is about.")
    kind: FeedbackKind = Field(description="The feedback to wait for.")

    def check(self, journey: Surroundings, catalog: Catalog) -> Iterable[Problem]:
        """Check that it is about a message."""
        yield from super().check(journey, catalog)
        yield from check_message(self.to, "to", journey)

    def awaits(self) -> Iterable[Awaited]:
        """Return the feedback."""
        yield Awaited("kind", kind=self.kind, to=self.to)

    def operator(self, build: Build) -> ReactionOperator:
        """Return what runs."""
        matcher = Matcher("reaction", self.kind, origin=(build.compiler.document, self.to))
        ways = build.awaiting(self.edges())
        return ReactionOperator(build.index, self.id, (matcher,), self.timeout, *ways, build.targets[self.to])


def check_message(to: str, path: str, journey: Surroundings) -> Iterable[Problem]:
    """Check that `to` is a message node; whether a way leads here over it, warnings tell."""
    node = journey.node(to)
    if node is None:
        near = did_you_mean(to, [id for id in journey.positions if (found := journey.node(id)) and found.sends])
        yield Problem("DOC-055", f"no node `{to}` in this journey{near}", path)
    elif not node.sends:
        yield Problem("DOC-055", f"the node `{to}` sends no message that one could react to", path)


@dataclass
class ReactionOperator(AwaitingOperator):
    """Wait for feedback on the message of the node `to` in this passage; one that came before counts."""

    to: int = 0

    def arrive(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Let those go on who have reacted already, and park the others."""
        before = reactions(flow, self.to, self.matchers[0].value)["passage"]
        if not before.len():
            super().arrive(flow, rows)
            return
        reacted = rows["no"].is_in(before.to_list())
        flow.go(self, rows.filter(reacted), *self.next)
        super().arrive(flow, rows.filter(~reacted))


NO_REACTIONS: Final = pl.DataFrame(schema={"passage": pl.Int64, "at": INSTANT})


def reactions(flow: Flow, node: int, kind: str) -> pl.DataFrame:
    """Return `passage` and `at` of the feedback of a kind on the messages that a node of this line sent."""
    state = flow.fold.state
    code = FEEDBACK_KINDS.index(kind)
    told = state["feedback"].filter(
        (pl.col("doc") == flow.line.doc) & (pl.col("node") == node) & (pl.col("kind") == code)
    )
    if not told.height:
        return NO_REACTIONS
    sent = state["message"].filter((pl.col("doc") == flow.line.doc) & (pl.col("node") == node))
    return (
        told.select("message", "at")
        .join(sent.select(pl.col("no").alias("message"), "passage"), on="message")
        .select("passage", "at")
    )
