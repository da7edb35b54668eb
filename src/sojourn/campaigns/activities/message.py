"""The activity that sends; one type a channel type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from fractions import Fraction
from itertools import accumulate
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final

import polars as pl
from pydantic import Field

from sojourn.campaigns.activities.activity import Following, WorkTable, register
from sojourn.model.channels import ChannelType
from sojourn.model.delivery import Addressing, Share, check_addressing, check_exists, check_shares
from sojourn.model.document import Catalog
from sojourn.model.entity import PROFILE
from sojourn.model.errors import Problem
from sojourn.model.forms import ByForm, Model
from sojourn.model.instants import Duration, Rate
from sojourn.model.names import EntityId, TemplateId
from sojourn.model.palette import Category

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from sojourn.campaigns.plan import Site


MICROSECOND: Final = timedelta(microseconds=1)


class EqualWaves(Model):
    """So many waves of one size."""

    count: Annotated[int, Field(ge=1, le=1000)]
    every: Duration

    def sizes(self, rows: int) -> list[int]:
        """Return the number of rows in each wave; the last one takes the remainder."""
        return _with_remainder([rows // self.count] * self.count, rows)


class PercentWaves(Model):
    """Waves by percent."""

    percent: list[Share] = Field(min_length=1)
    every: Duration

    def sizes(self, rows: int) -> list[int]:
        """Return the number of rows in each wave; the last one takes the remainder."""
        return _with_remainder([int(rows * Fraction(str(share)) / 100) for share in self.percent], rows)


def _with_remainder(sizes: list[int], rows: int) -> list[int]:
    return [*sizes[:-1], rows - sum(sizes[:-1])]


Waves = Annotated[EqualWaves | PercentWaves, ByForm("waves")]


@register
class Message(Addressing, Following):
    """Hand over one message per row of the target."""

    category: ClassVar[Category] = "message"
    fixed_outlets: ClassVar[tuple[str, ...]] = ("sent", "discarded")
    sends: ClassVar[bool] = True

    type: ChannelType
    template: TemplateId = Field(description="What the message says; `row.x` reads the row.")
    per: EntityId | None = Field(default=None, description="One message for each row of this linked entity.")
    rate: Rate | None = Field(default=None, description="How many leave in a time.")
    waves: Waves | None = Field(default=None, description="Send in parts, one after the other.")

    @property
    def is_spread(self) -> bool:
        """Tell whether not all messages are due at once."""
        return self.rate is not None or self.waves is not None

    def delays(self, start: int, count: int, rows: int) -> pl.Series:
        """Return after how long each of some messages is due.

        Parameters
        ----------
        start, count : int
            The place of the first of them, and how many they are.
        rows : int
            How many the activity has in all.
        """
        places = pl.int_range(start, start + count, eager=True)
        if self.waves is None:
            return self._spacing(places)
        begins = pl.Series([0, *accumulate(self.waves.sizes(rows)[:-1])], dtype=pl.Int64)
        wave = begins.search_sorted(places, "right").cast(pl.Int64) - 1
        return wave * self.waves.every + self._spacing(places - begins.gather(wave))

    def _spacing(self, places: pl.Series) -> pl.Series:
        """Return how long after the first one of its wave each message is due."""
        if self.rate is None:
            return (places * 0).cast(pl.Duration("us"))
        return (places * (self.rate.per // MICROSECOND) // self.rate.count).cast(pl.Duration("us"))

    def columns_read(self, inputs: Sequence[WorkTable]) -> frozenset[str]:
        """Return none."""
        return frozenset()

    def targets(self, site: Site, read: frozenset[str] | None) -> ir.Table:
        """Return one row for each message (see `sojourn.campaigns.targets`), with what templates read of it."""
        from sojourn.campaigns.targets import targets

        return targets(site, self.per or site.rows.shape.entity, read, spread=self.is_spread)

    def check(self, inputs: Sequence[WorkTable], catalog: Catalog) -> Iterable[Problem]:
        """Check the channel, the template, and that the rows lead to profiles."""
        yield from check_addressing(self, self.type, "", catalog)
        yield from self._check_per(inputs[0].entity, catalog)
        if isinstance(self.waves, PercentWaves):
            yield from check_shares(self.waves.percent, "waves.percent")
        if not any(_leads_to_profile(entity, catalog) for entity in (inputs[0].entity, self.per)):
            yield Problem("DOC-079", "these rows lead to no profile: reconcile or change their dimension before", "of")

    def _check_per(self, entity: str | None, catalog: Catalog) -> Iterable[Problem]:
        if self.per in (None, PROFILE, entity):
            return
        yield from check_exists("entity", str(self.per), "per", catalog)
        own: Any = catalog.get("entity", entity or "")
        other: Any = catalog.get("entity", str(self.per))
        if own is not None and other is not None and self.per not in _targets(own) and entity not in _targets(other):
            yield Problem("DOC-078", f"no link between these rows (of `{entity}`) and `{self.per}`", "per")


def _leads_to_profile(entity: str | None, catalog: Catalog) -> bool:
    """Tell whether rows of an entity have a profile; of one that has errors, yes."""
    if entity in (None, PROFILE):
        return entity == PROFILE
    own: Any = catalog.get("entity", str(entity))
    return own is None or PROFILE in _targets(own)


def _targets(entity: Any) -> set[str]:
    return {link.to for link in entity.links.values()}
