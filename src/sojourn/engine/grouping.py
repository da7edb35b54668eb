"""Groups of profiles, such as the company that a user works for: what a `group` call says, as rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from sojourn.engine.item import Item
from sojourn.expr.directory import EntitySpec
from sojourn.model.items import compact_json

GROUPS: Final = "groups"
"""Entity whose rows are groups: its key is the group's id, its attributes are traits."""

MEMBERS: Final = "group_members"
"""Entity whose rows are memberships: `group_id` and `profile_id`, its key is both with a slash between them."""

ATTRIBUTE: Final = "group_id"
"""Attribute of `profile` that has the group that it was put in last."""


def rows_of_group(item: Item, entities: Mapping[str, EntitySpec]) -> tuple[dict[str, dict[str, Any]], str | None]:
    """Return the rows, by entity, and the attributes (JSON) that an item brings where the workspace declares them.

    Parameters
    ----------
    item : dict
        `name` is the group's id, `data` its traits, `profile_id` the member; null: only the group is told of.
    """
    group, profile = item["name"], item["profile_id"]
    rows: dict[str, dict[str, Any]] = {}
    if GROUPS in entities:
        rows[GROUPS] = {**json.loads(item["data"] or "{}"), entities[GROUPS].key: group}
    if MEMBERS in entities and profile is not None:
        key = entities[MEMBERS].key
        rows[MEMBERS] = {key: f"{group}/{profile}", "group_id": group, "profile_id": profile}
    has_attribute = profile is not None and ATTRIBUTE in entities["profile"].attributes
    return rows, compact_json({ATTRIBUTE: group}) if has_attribute else None
