"""What all activity types have, and their registry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, ClassVar, TypeVar, get_args

from pydantic import BeforeValidator, Field, WithJsonSchema

from sojourn.model.document import Catalog
from sojourn.model.errors import Problem, did_you_mean
from sojourn.model.expressions import Names, Place, Reference
from sojourn.model.forms import Model
from sojourn.model.names import Editor, Id, check_id
from sojourn.model.palette import Category

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from sojourn.campaigns.lookout import Lookout
    from sojourn.campaigns.plan import Site
    from sojourn.expr import Facts

ACTIVITIES: dict[str, type[Activity]] = {}
WHOLE = ""

A = TypeVar("A", bound="Activity")


def _read_transition(text: object) -> str:
    activity, dot, outlet = text.partition(".") if isinstance(text, str) else ("", "", "")
    check_id(activity if isinstance(text, str) else text)
    if dot:
        check_id(outlet)
    return f"{activity}{dot}{outlet}"


Transition = Annotated[
    str,
    BeforeValidator(_read_transition),
    WithJsonSchema({"type": "string", "examples": ["who", "parts.top"]}),
    Editor("transition"),
]


@dataclass(frozen=True)
class WorkTable:
    """The shape of a transition's rows.

    Attributes
    ----------
    entity : str or None
        The entity whose rows they are; None for the rows of a file.
    columns : mapping of column to type
        Those of the entity, and what was added on the way.
    """

    entity: str | None
    columns: Mapping[str, str] = field(default_factory=dict)

    def names(self, names: Names) -> Names:
        """Return the names of a campaign's expressions, with these columns bare."""
        return replace(names, columns=self.columns, entity=self.entity or "")

    def unknown(self, column: str, path: str) -> Iterable[Problem]:
        """Yield the problem of a column that is not there."""
        if column not in self.columns:
            yield Problem("DOC-030", f"no column `{column}` in these rows{did_you_mean(column, self.columns)}", path)


def entity_table(id: str, catalog: Catalog) -> WorkTable:
    """Return the shape of an entity's rows."""
    entity = catalog.get("entity", id)
    return WorkTable(id, entity.types if entity is not None else {})


def register(activity: type[A]) -> type[A]:
    """Enter an activity class into the registry, under each name that its `type` may have."""
    for name in get_args(activity.model_fields["type"].annotation):
        ACTIVITIES[name] = activity
    return activity


class Activity(Model):
    """An operator of a campaign.

    Attributes
    ----------
    sends : bool
        Whether it hands messages over.
    waits : bool
        Whether a run may stay here.
    category : Category
        Where it stands in a palette; its docstring says there what it does.
    fixed_outlets : tuple of str
        The ways out that each of its kind has; `WHOLE` is the one that the activity's id alone names.
    """

    category: ClassVar[Category] = "target"
    fixed_outlets: ClassVar[tuple[str, ...]] = (WHOLE,)
    sends: ClassVar[bool] = False
    waits: ClassVar[bool] = False

    id: Id = Field(description="Names the activity and its rows.")
    type: str

    def inputs(self) -> list[tuple[str, str]]:
        """Return the fields that name transitions, each with the transition."""
        return []

    def outlets(self) -> list[str]:
        """Return the names of the ways out: those of its kind, then those that its fields name."""
        return [*self.fixed_outlets, *(name for _, name in self.named_outlets())]

    def named_outlets(self) -> Iterable[tuple[str, str]]:
        """Return the fields that give outlets their names, each with the name."""
        return ()

    def table(self, inputs: Sequence[WorkTable], catalog: Catalog) -> WorkTable:
        """Return the shape of the rows out."""
        return inputs[0] if inputs else WorkTable(None)

    def outlet_table(self, outlet: str, inputs: Sequence[WorkTable], catalog: Catalog) -> WorkTable:
        """Return the shape of the rows of one outlet, where it is another than that of the rows out."""
        return self.table(inputs, catalog)

    def references(self) -> Iterable[Reference]:
        """Return the documents that it names, with paths inside the activity."""
        return ()

    def places(self, inputs: Sequence[WorkTable], names: Names, catalog: Catalog) -> Iterable[Place]:
        """Return the expressions and conditions, with paths inside the activity."""
        return ()

    def check(self, inputs: Sequence[WorkTable], catalog: Catalog) -> Iterable[Problem]:
        """Return what else is wrong, with paths inside the activity."""
        return ()

    def certainties(self, look: Lookout) -> Mapping[str, Facts]:
        """Return by outlet what is certain of the rows there; of an outlet that is left out nothing is."""
        return {}

    def warn(self, look: Lookout) -> Iterable[Problem]:
        """Return what is allowed, but surely wrong, with paths inside the activity."""
        return ()

    def columns_read(self, inputs: Sequence[WorkTable]) -> frozenset[str] | None:
        """Return the columns that it reads besides its expressions, keys and links.

        None: it reads all, or its rows are others than those of their entity as they are.
        """
        return None

    def until_when(self, began: datetime) -> datetime:
        """Return the instant at which its rows go on, for one that began at an instant."""
        return began

    def plan(self, site: Site) -> Mapping[str, ir.Table]:
        """Return the rows of each outlet; one that is left out is a path not taken, and nothing behind it runs."""
        return {WHOLE: site.rows.table} if WHOLE in self.outlets() else {}


class Following(Activity):
    """An activity that takes one transition in."""

    of: Transition = Field(description="The rows that it takes in: an activity, or one of its outlets (`parts.top`).")

    def inputs(self) -> list[tuple[str, str]]:
        """Return `of`."""
        return [("of", self.of)]


class Gathering(Activity):
    """An activity that takes several transitions in."""

    of: list[Transition] = Field(description="The rows that it takes in, several times.")

    def inputs(self) -> list[tuple[str, str]]:
        """Return each of `of`."""
        return [(f"of[{i}]", transition) for i, transition in enumerate(self.of)]

    def check(self, inputs: Sequence[WorkTable], catalog: Catalog) -> Iterable[Problem]:
        """Check that there are two inputs at least."""
        if len(self.of) < 2:
            yield Problem("DOC-070", f"`{self.id}` takes two inputs at least; it has {len(self.of)}", "of")
