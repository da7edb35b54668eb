"""The node that ends the passage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

from sojourn.journeys.flow import Flow
from sojourn.journeys.nodes.build import Build
from sojourn.journeys.nodes.node import Edge, Node, register


@register
class EndNode(Node):
    """End the passage: it is completed."""

    type: Literal["end"]

    def edges(self) -> list[Edge]:
        """Return the one outcome, which leads nowhere."""
        return [Edge("end", None, "type")]

    def operator(self, build: Build) -> EndOperator:
        """Return what runs."""
        return EndOperator(build.index, self.id)


@dataclass
class EndOperator:
    """Complete each passage."""

    index: int
    id: str

    def arrive(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Complete the arrivals."""
        flow.go(self, rows, "end", None)
