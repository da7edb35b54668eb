"""What all node types have, and their registry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Protocol, TypeVar, get_args

from pydantic import Field

from sojourn.expr import ANYTHING, Facts, Reads
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem, SojournError
from sojourn.model.expressions import Condition, Names, Place, Reference
from sojourn.model.forms import Model
from sojourn.model.names import Id, Outlet
from sojourn.model.palette import Category
from sojourn.model.reasons import FeedbackKind

if TYPE_CHECKING:
    from sojourn.journeys.lookout import Lookout
    from sojourn.journeys.nodes.build import Build
    from sojourn.journeys.program import Operator

NODES: dict[str, type[Node]] = {}

N = TypeVar("N", bound="type[Node]")


class Edge(NamedTuple):
    """A way out of a node: the outcome's name, the node it leads to (None: the end) and the field that says so."""

    outcome: str
    target: str | None
    field: str


class Awaited(NamedTuple):
    """What a node waits for: the field, the event with its `where`, or the feedback kind with the node that sent."""

    field: str
    event: str | None = None
    where: Condition | None = None
    kind: FeedbackKind | None = None
    to: str | None = None


class Surroundings(Protocol):
    """What a node may ask about the journey that it stands in."""

    @property
    def max_duration(self) -> timedelta:
        """Return the longest that anybody stays."""

    def node(self, id: str) -> Node | None:
        """Return a node by its id."""

    @property
    def positions(self) -> Mapping[str, int]:
        """Return the index of each node by its id."""


def register(node: N) -> N:
    """Enter a node class into the registry, under each name that its `type` may have."""
    for name in get_args(node.__pydantic_fields__["type"].annotation):
        NODES[name] = node
    return node


class Node(Model):
    """A step of a journey.

    Attributes
    ----------
    waits : bool
        Whether a passage may stay here.
    sends : bool
        Whether it decides a message.
    calls_out : bool
        Whether it calls a system outside.
    category : Category
        Where it stands in a palette; its docstring says there what it does.
    """

    category: ClassVar[Category] = "flow"
    waits: ClassVar[bool] = False
    sends: ClassVar[bool] = False
    calls_out: ClassVar[bool] = False

    id: Id = Field(description="Names the node in edges, reports and expressions.")
    type: str

    def edges(self) -> list[Edge]:
        """Return the ways out, in the order of the outcomes' codes."""
        return []

    def answer(self, catalog: Catalog) -> dict[str, str] | None:
        """Return the types of what this node keeps, readable as `<id>.p`; None: it keeps nothing."""
        return None

    def durations(self) -> Iterable[tuple[str, timedelta]]:
        """Return the durations, each with its field, that must not exceed the journey's `max_duration`."""
        return ()

    def references(self) -> Iterable[Reference]:
        """Return the documents that this node names, with paths inside the node."""
        return ()

    def places(self, names: Names, catalog: Catalog) -> Iterable[Place]:
        """Return the expressions and conditions, with paths inside the node."""
        return ()

    def check(self, journey: Surroundings, catalog: Catalog) -> Iterable[Problem]:
        """Return what else is wrong, with paths inside the node."""
        return ()

    def certainties(self, look: Lookout) -> list[Facts]:
        """Return what is certain of those who leave, for each of the edges, at that instant."""
        return [ANYTHING for _ in self.edges()]

    def unsettles(self, reads: Reads) -> bool:
        """Tell whether a value that reads these things may be another one behind this node."""
        return self.waits and not reads.settled

    def stays(self) -> list[timedelta]:
        """Return the shortest time after which those leave who take each of the edges."""
        return [timedelta() for _ in self.edges()]

    def awaits(self) -> Iterable[Awaited]:
        """Return the events and the feedback that this node waits for."""
        return ()

    def warn(self, look: Lookout) -> Iterable[Problem]:
        """Return what is allowed, but surely wrong, with paths inside the node."""
        return ()

    def operator(self, build: Build) -> Operator:
        """Return what runs."""
        raise SojournError(
            f"the node `{self.id}` cannot run: this version checks nodes of type `{self.type}`, and does not run them",
            code="RUN-001", hint="take the node out, or wait for the version that has it",
        )  # fmt: skip


class Step(Node):
    """A node that goes on to `next`."""

    next: Outlet | None = Field(default=None, description="The node that comes next; none: the end.")

    def edges(self) -> list[Edge]:
        """Return the one way out."""
        return [Edge("next", self.next, "next")]


class Path(Model):
    """A way out with a name of its own."""

    name: str | None = Field(default=None, description="What the path is called in reports.")
    next: Outlet | None = Field(default=None, description="The node that this path leads to; none: the end.")

    def edge(self, index: int) -> Edge:
        """Return the edge; without a name its outcome is ``paths[index]``."""
        return Edge(self.name or f"paths[{index}]", self.next, f"paths[{index}].next")


def mapped(places: Mapping[str, str], field: str, names: Names) -> Iterable[Place]:
    """Return the expressions of a map such as `with`."""
    return (Place(f"{field}.{name}", text, names, condition=False) for name, text in places.items())
