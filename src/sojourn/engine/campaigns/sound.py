"""What of a campaign that is being edited can be run: the activities without errors, and only those behind such."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sojourn.campaigns.activities.activity import ACTIVITIES
from sojourn.campaigns.document import Campaign
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem
from sojourn.model.parse import parse
from sojourn.model.reader import RawDocument
from sojourn.workspace.checks import check_references, compile_places
from sojourn.workspace.names import directory_of
from sojourn.workspace.workspace import settings_of

Body = Mapping[str, Any]
_INDEX: Final = re.compile(r"^activities\[(\d+)\]\.?(.*)")
_COUNTED: Final = ("id", "type", "of", "per")
"""Fields of a message activity that say how many messages there are."""


def sound_part(body: Body, catalog: Catalog) -> Campaign | None:
    """Return a campaign without its activities that have errors; None when nothing is left.

    What its messages say is not looked at.

    Parameters
    ----------
    body : mapping
        The document as it is written, with whatever errors.
    catalog : Catalog
        All documents of the workspace.
    """
    rest = {name: body[name] for name in ("schedule", "timezone") if name in body}
    activities = [_without_content(each) for each in body.get("activities") or () if isinstance(each, Mapping)]
    while activities:
        tried = {**rest, "kind": "campaign", "id": str(body.get("id") or "draft"), "activities": activities}
        campaign, problems = _read(tried, catalog)
        wrong = {found for problem in problems if (found := _place(problem)) is not None}
        others = {problem.path.partition(".")[0] for problem in problems} & set(rest)
        if campaign is not None and not wrong:
            return campaign
        if not wrong and not others:
            return None
        activities = [each for i, each in enumerate(activities) if i not in wrong]
        rest = {name: value for name, value in rest.items() if name not in others}
    return None


def _without_content(activity: Body) -> dict[str, Any]:
    kind = ACTIVITIES.get(str(activity.get("type")))
    if kind is None or not kind.sends:
        return dict(activity)
    return {name: activity[name] for name in _COUNTED if name in activity} | {"template": "draft"}


def _read(body: dict[str, Any], catalog: Catalog) -> tuple[Campaign | None, Sequence[Problem]]:
    parsed = parse(RawDocument(body))
    campaign = parsed.document
    if parsed.problems or not isinstance(campaign, Campaign):
        return None, parsed.problems
    return campaign, list(_wrong(campaign, catalog))


def _wrong(campaign: Campaign, catalog: Catalog) -> Iterable[Problem]:
    directory = directory_of(catalog, settings_of(catalog).timezone)
    found = (*check_references(campaign, catalog), *campaign.check(catalog))
    yield from (each for each in found if each.severity == "error")
    yield from compile_places(campaign, catalog, directory)[1]


def _place(problem: Problem) -> int | None:
    """Return the index of the activity that a problem is about; what a message says is not counted."""
    found = _INDEX.match(problem.path)
    return None if found is None or found[2].startswith("template") else int(found[1])
