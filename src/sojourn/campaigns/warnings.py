"""What is allowed in a campaign, but surely wrong."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping

from sojourn.campaigns.activities.activity import WorkTable, entity_table
from sojourn.campaigns.document import Campaign
from sojourn.campaigns.lookout import Lookout
from sojourn.expr import ANYTHING, Facts, Reasoner
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem
from sojourn.model.expressions import Names


def warn_of_campaign(campaign: Campaign, catalog: Catalog, reasoner: Callable[[Names], Reasoner]) -> Iterable[Problem]:
    """Yield the warnings of a campaign that has no errors: facts follow the transitions."""
    tables = campaign.graph.tables(catalog)
    known: dict[str, Mapping[str, Facts]] = {}
    for index in (i for i in campaign.graph.order if i in tables):
        activity = campaign.activities[index]
        rows = [_of(transition, known) for _, transition in activity.inputs()]
        entity = getattr(activity, "entity", None)
        own = entity_table(entity, catalog) if entity is not None else next(iter(tables[index]), WorkTable(None))
        look = Lookout(own, rows, campaign.names(), reasoner)
        known[activity.id] = activity.certainties(look)
        for problem in activity.warn(look):
            path = f"activities[{index}].{problem.path}"
            yield dataclasses.replace(problem, path=path, severity="warning")


def _of(transition: str, known: Mapping[str, Mapping[str, Facts]]) -> Facts:
    activity, _, outlet = transition.partition(".")
    return known[activity].get(outlet, ANYTHING)
