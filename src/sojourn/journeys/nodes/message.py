"""The node that decides a message; one type a channel type."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import polars as pl
from pydantic import Field

from sojourn.expr import ANYTHING, Facts, Reads, unquoted
from sojourn.expr import Condition as Checked
from sojourn.journeys.compiler import shares_to_bounds
from sojourn.journeys.flow import Flow
from sojourn.journeys.nodes.build import Build, Way
from sojourn.journeys.nodes.node import Step, Surroundings, register
from sojourn.journeys.sending import Choice, Slot, send
from sojourn.model.channels import ChannelType
from sojourn.model.delivery import Addressing, Share, check_addressing, check_shares, check_template, warn_of_shares
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem
from sojourn.model.expressions import Condition, Expression, Names, Place
from sojourn.model.forms import Model
from sojourn.model.names import TemplateId
from sojourn.model.palette import Category

if TYPE_CHECKING:
    from sojourn.journeys.lookout import Lookout


class Variant(Model):
    """One of the templates that are tried against each other."""

    name: str | None = Field(default=None, description="What the variant is called in reports.")
    share: Share = Field(description="Percent of the profiles; all shares sum to 100.")
    template: TemplateId = Field(description="What the variant says.")


@register
class MessageNode(Addressing, Step):
    """Decide a message and go on at once."""

    category: ClassVar[Category] = "message"
    sends: ClassVar[bool] = True

    type: ChannelType
    to: Expression | None = Field(default=None, description="The address, as an expression; none: the profile's own.")
    only_if: Condition | None = Field(default=None, description="Who gets it; all others leave the journey here.")
    variants: list[Variant] = Field(
        default_factory=list, description="Templates that are tried against each other, in place of `template`."
    )

    def places(self, names: Names, catalog: Catalog) -> Iterable[Place]:
        """Return `to` and `only_if`."""
        if self.to is not None:
            yield Place("to", self.to, names, condition=False, gives="text")
        if self.only_if is not None:
            yield Place("only_if", self.only_if, names)

    def check(self, journey: Surroundings, catalog: Catalog) -> Iterable[Problem]:
        """Check that there is a template or variants, and that all is of this channel."""
        yield from check_addressing(self, self.type, "", catalog)
        if self.template is None and not self.variants:
            yield Problem("DOC-002", f"the node `{self.id}` has no `template` (and no `variants`)")
        if self.template is not None and self.variants:
            yield Problem("DOC-054", "a message has a `template` or `variants`, not both", "variants")
        if self.variants:
            yield from check_shares([variant.share for variant in self.variants], "variants")
        for i, variant in enumerate(self.variants):
            yield from check_template(variant.template, self.type, f"variants[{i}].template", catalog)

    def certainties(self, look: Lookout) -> list[Facts]:
        """Return that `only_if` is met: the others have left."""
        return [look.met(self.only_if) if self.only_if is not None else ANYTHING]

    def unsettles(self, reads: Reads) -> bool:
        """Tell that a message may be engagement, and all that follows from it."""
        return reads.engagement or reads.consent or bool(reads.history)

    def warn(self, look: Lookout) -> Iterable[Problem]:
        """Warn of variants that nobody gets."""
        return warn_of_shares([variant.share for variant in self.variants], "variants")

    def operator(self, build: Build) -> MessageOperator:
        """Return what runs."""
        compiler = build.compiler
        bounds = shares_to_bounds([variant.share for variant in self.variants])
        choices = tuple(
            Choice(compiler.templates[variant.template], below, variant.name)
            for variant, below in zip(self.variants, bounds, strict=True)
        )
        slot = compiler.slot(
            0, self, self.type, choices=choices,
            to=unquoted(compiler.expression(self.to)) if self.to is not None else None,
            bucket=compiler.bucket(compiler.document, self.id) if self.variants else None,
        )  # fmt: skip
        only_if = compiler.condition(self.only_if) if self.only_if is not None else None
        return MessageOperator(build.index, self.id, (slot,), only_if, build.way(self.edges()[0]))


@dataclass
class MessageOperator:
    """Decide a message for each passage and let it go on."""

    index: int
    id: str
    slots: tuple[Slot, ...]
    only_if: Checked | None
    next: Way

    def arrive(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Decide the messages of the arrivals; while the journey is paused they are held."""
        if flow.hold(self, rows):
            return
        rows = flow.leave_by_membership(rows)
        if self.only_if is not None and rows.height:
            met = flow.fold.met(rows, self.only_if)
            failing = rows.filter(~met)
            flow.fold.discard(flow.line, self.index, failing, "validation_failed", channel=self.slots[0].spec.channel)
            flow.leave(self, failing, "exited", "validation_failed")
            rows = rows.filter(met)
        send(flow, self.index, self.slots[0], rows)
        flow.go(self, rows, *self.next)

    def resume(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Go on after a pause."""
        flow.put(self.index, rows)
