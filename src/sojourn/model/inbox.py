"""A folder that files are put into, and how each of them is read."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field, field_validator

from sojourn.model.forms import Model
from sojourn.model.instants import Duration, Zone
from sojourn.model.names import Id

Column = Annotated[str, Field(min_length=1, max_length=500)]


class ImportRule(Model):
    """How files of a name are read: a mapping of columns that is kept."""

    id: Id = Field(description="Names the rule: `sojourn import --as ID FILE`.")
    target: str = Field(description="`profiles`, `events`, or the id of an entity.", min_length=1, max_length=63)
    files: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(
        default=None,
        description="Files of the watched folder, such as `people-*.csv`; none: when it is called for.",
    )
    columns: dict[Column, str] = Field(
        default_factory=dict, description="Attributes by the names of columns; an empty one leaves the column out."
    )
    timezone: Zone | None = Field(default=None, description="Zone of instants that name none.")
    encoding: str = Field(default="utf-8", description="Of a CSV file.", max_length=40)


class Inbox(Model):
    """The watched folder."""

    folder: Annotated[str, Field(min_length=1, max_length=1_000)] | None = Field(
        default=None, description="In the workspace's folder, or with its whole path; none: no folder is watched."
    )
    every: Duration = Field(default=timedelta(seconds=10), description="How often it is looked at.")
    rules: list[ImportRule] = Field(default_factory=list, description="The first that fits a file's name reads it.")

    @field_validator("every")
    @classmethod
    def _is_no_moment(cls, value: timedelta) -> timedelta:
        if value < timedelta(seconds=1):
            raise ValueError("`every` is a second at least")
        return value

    @field_validator("rules")
    @classmethod
    def _are_told_apart(cls, rules: list[ImportRule]) -> list[ImportRule]:
        ids = [rule.id for rule in rules]
        twice = next((id for id in ids if ids.count(id) > 1), None)
        if twice is not None:
            raise ValueError(f"two rules have the id `{twice}`")
        return rules

    def rule(self, id: str) -> ImportRule | None:
        """Return a rule by its id."""
        return next((rule for rule in self.rules if rule.id == id), None)
