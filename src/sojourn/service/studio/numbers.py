"""Which number of a document a request is about."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import BeforeValidator

from sojourn.model.instants import parse_instant, parse_zone
from sojourn.reports.breakdown import By
from sojourn.reports.crowds import Behind
from sojourn.reports.inside import Number

Zone = Annotated[str, BeforeValidator(parse_zone)]
Instant = Annotated[datetime, BeforeValidator(parse_instant)]
Named = Annotated[str | None, Query(description="The outcome, state, channel, reason, kind or goal; null: any.")]
Key = Annotated[str | None, Query(description="The row of the breakdown; null: that of what is not known.")]


def number_of(
    node: str | None = None, edge: str | None = None, behind: Behind | None = None, name: Named = None,
    channel: str | None = None, variant: str | None = None, by: By | None = None, key: Key = None, zone: Zone = "UTC",
    since: Instant | None = None, until: Instant | None = None,
) -> Number:  # fmt: skip
    """Return the number: `edge` is short for `behind=edge` with this name."""
    kind: Behind = behind or ("edge" if edge is not None else "inside")
    named = edge if edge is not None else name
    return Number(kind, node, named, channel, variant, by, key, zone, since, until)
