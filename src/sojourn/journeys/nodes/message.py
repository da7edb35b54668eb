"""The node that decides a message; one type a channel type."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from pydantic import Field

from sojourn.journeys.nodes.node import Step, Surroundings, register
from sojourn.model.channels import ChannelType
from sojourn.model.delivery import Addressing, Share, check_addressing, check_shares, check_template
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem
from sojourn.model.expressions import Condition, Expression, Names, Place
from sojourn.model.forms import Model
from sojourn.model.names import Id


class Variant(Model):
    """One of the templates that are tried against each other."""

    name: str | None = None
    share: Share
    template: Id


@register
class MessageNode(Addressing, Step):
    """Decide a message and go on at once."""

    sends: ClassVar[bool] = True

    type: ChannelType
    to: Expression | None = None
    only_if: Condition | None = None
    variants: list[Variant] = Field(default_factory=list)

    def places(self, names: Names, catalog: Catalog) -> Iterable[Place]:
        """Return `to` and `only_if`."""
        if self.to is not None:
            yield Place("to", self.to, names, condition=False)
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
