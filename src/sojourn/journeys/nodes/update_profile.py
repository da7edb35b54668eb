"""The node that changes attributes of the profile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Final, Literal

import polars as pl
from pydantic import Field

from sojourn.expr import Expression as Checked
from sojourn.expr import Reads, sql_type, unquoted
from sojourn.journeys.flow import Flow
from sojourn.journeys.fold import as_json
from sojourn.journeys.nodes.build import Build, Way
from sojourn.journeys.nodes.node import Step, Surroundings, register
from sojourn.model.document import Catalog
from sojourn.model.entity import PROFILE, PROFILE_KEY, unknown_column
from sojourn.model.errors import Problem
from sojourn.model.expressions import Expression, Gives, Names, Place
from sojourn.model.names import AttributeName
from sojourn.model.palette import Category

GIVEN: Final[Mapping[str, Gives]] = {
    "integer": "number", "number": "number", "boolean": "truth", "date": "instant", "timestamp": "instant",
}  # fmt: skip
"""What an attribute's type wants of an expression; texts and JSON take anything."""


@register
class UpdateProfileNode(Step):
    """Set attributes; the next node sees them."""

    category: ClassVar[Category] = "data"

    type: Literal["update_profile"]
    set: dict[AttributeName, Expression] = Field(min_length=1, description="New values of attributes, as expressions.")

    def places(self, names: Names, catalog: Catalog) -> Iterable[Place]:
        """Return the values, each of which must be able to be of its attribute's type."""
        profile = catalog.get("entity", PROFILE)
        types = profile.types if profile is not None else {}
        for name, text in self.set.items():
            kind = types.get(name, "json")
            gives: Gives = "list" if kind.startswith("[") else GIVEN.get(kind, "anything")
            yield Place(f"set.{name}", text, names, condition=False, gives=gives)

    def check(self, journey: Surroundings, catalog: Catalog) -> Iterable[Problem]:
        """Check that the attributes exist and may be set."""
        profile = catalog.get("entity", PROFILE)
        for name in self.set:
            if name == PROFILE_KEY:
                yield Problem("DOC-058", f"`{PROFILE_KEY}` is the profile's key and cannot be set", f"set.{name}")
            elif profile is not None and name not in profile.types:
                yield unknown_column(name, profile, f"set.{name}")

    def unsettles(self, reads: Reads) -> bool:
        """Tell that what reads these attributes may be something else."""
        return not reads.attributes.isdisjoint(self.set) or bool(reads.members)

    def operator(self, build: Build) -> UpdateProfileOperator:
        """Return what runs; each value is cast to its attribute's type."""
        types = build.compiler.directory.entities[PROFILE].attributes
        values = {}
        for name, text in self.set.items():
            value = build.compiler.expression(text)
            if types[name] != "json" and not types[name].startswith("["):
                value = unquoted(value)
            if types[name] == "json" and value.type != "JSON":
                value = replace(value, sql=f"CASE WHEN ({value.sql}) IS NOT NULL THEN to_json({value.sql}) END")
            kind = "VARCHAR" if types[name] == "json" else sql_type(types[name])
            values[name] = Checked(f"TRY(CAST({value.sql} AS {kind}))", kind, value.reads, value.text)
        return UpdateProfileOperator(build.index, self.id, values, build.way(self.edges()[0]))


@dataclass
class UpdateProfileOperator:
    """Set attributes at once; what that sets off follows as an item."""

    untraced: ClassVar[bool] = True

    index: int
    id: str
    values: dict[str, Checked]
    next: Way

    @property
    def sets(self) -> Mapping[str, Checked]:
        """Return the attributes that it writes, with their values."""
        return self.values

    def arrive(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Write the values of the arrivals, the last one of each profile."""
        values = flow.fold.values(rows, self.values)
        flags = [pl.lit(True).alias(f"{name}?") for name in self.values]
        written = pl.concat([rows.select("pno"), values], how="horizontal").with_columns(flags)
        written = written.unique("pno", keep="last", maintain_order=True)
        emptied = flow.fold.emptied(written).with_columns(name=pl.lit(None, pl.String))
        changed = flow.fold.write(written)
        told = pl.concat([profiles.with_columns(name=pl.lit(name)) for name, profiles in changed.items()] + [emptied])
        names = (
            told.group_by("pno")
            .agg(pl.col("name").drop_nulls().sort())
            .with_columns(pl.col("name").map_elements(_as_list, pl.String))
        )
        changing = rows.unique("pno", maintain_order=True).join(names, on="pno", how="inner", maintain_order="left")
        flow.fold.follow(flow.line, changing, "changed", None, pl.col("name"))
        flow.go(self, rows, *self.next)


def _as_list(names: pl.Series) -> str:
    return as_json(names.to_list())
