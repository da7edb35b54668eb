"""The activity that sends; one type a channel type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import Field

from sojourn.campaigns.activities.activity import Following, WorkTable, register
from sojourn.model.channels import ChannelType
from sojourn.model.delivery import Addressing, Share, check_addressing, check_exists, check_shares
from sojourn.model.document import Catalog
from sojourn.model.entity import PROFILE
from sojourn.model.errors import Problem
from sojourn.model.forms import ByForm, Model
from sojourn.model.instants import Duration, Rate
from sojourn.model.names import Id


class EqualWaves(Model):
    """So many waves of one size."""

    count: Annotated[int, Field(ge=1, le=1000)]
    every: Duration


class PercentWaves(Model):
    """Waves by percent."""

    percent: list[Share] = Field(min_length=1)
    every: Duration


Waves = Annotated[EqualWaves | PercentWaves, ByForm("waves")]


@register
class Message(Addressing, Following):
    """Hand over one message per row of the target."""

    sends: ClassVar[bool] = True

    type: ChannelType
    template: Id
    per: Id | None = None
    rate: Rate | None = None
    waves: Waves | None = None

    def outlets(self) -> list[str]:
        """Return `sent` and `discarded`."""
        return ["sent", "discarded"]

    def check(self, inputs: Sequence[WorkTable], catalog: Catalog) -> Iterable[Problem]:
        """Check the channel, the template, and that the rows lead to profiles."""
        yield from check_addressing(self, self.type, "", catalog)
        yield from self._check_per(inputs[0].entity, catalog)
        if isinstance(self.waves, PercentWaves):
            yield from check_shares(self.waves.percent, "waves.percent")
        entity = inputs[0].entity
        own: Any = catalog.get("entity", entity or "")
        if entity is None or (own is not None and entity != PROFILE and PROFILE not in _targets(own)):
            yield Problem("DOC-079", "these rows lead to no profile: reconcile or change their dimension before", "of")

    def _check_per(self, entity: str | None, catalog: Catalog) -> Iterable[Problem]:
        if self.per in (None, PROFILE, entity):
            return
        yield from check_exists("entity", str(self.per), "per", catalog)
        own: Any = catalog.get("entity", entity or "")
        other: Any = catalog.get("entity", str(self.per))
        if own is not None and other is not None and self.per not in _targets(own) and entity not in _targets(other):
            yield Problem("DOC-078", f"no link between these rows (of `{entity}`) and `{self.per}`", "per")


def _targets(entity: Any) -> set[str]:
    return {link.to for link in entity.links.values()}
