"""The nodes that call systems outside: `action` does something, `lookup` reads."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar, Literal

from pydantic import Field

from sojourn.journeys.nodes.node import Edge, Step, Surroundings, mapped, register
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem, did_you_mean
from sojourn.model.expressions import Expression, Names, Place, Reference
from sojourn.model.names import AttributeName, Id


class Calling(Step):
    """A node that calls, and keeps the answer under its id."""

    waits: ClassVar[bool] = True
    calls_out: ClassVar[bool] = True

    arguments: dict[AttributeName, Expression] = Field(default_factory=dict, alias="with")
    on_error: Id | None = None

    @property
    @abstractmethod
    def target(self) -> tuple[str, str]:
        """Return the kind and the id of the document that says how to call."""

    def edges(self) -> list[Edge]:
        """Return `next` and, where it is given, `on_error`."""
        failed = [Edge("on_error", self.on_error, "on_error")] if self.on_error is not None else []
        return [*super().edges(), *failed]

    def answer(self, catalog: Catalog) -> dict[str, str]:
        """Return the types of the answer, `status` included."""
        called: Any = catalog.get(*self.target)
        return called.answer if called is not None else {"status": "string"}

    def references(self) -> Iterable[Reference]:
        """Return the source or action."""
        kind, id = self.target
        yield Reference(kind, (kind,), id)

    def places(self, names: Names, catalog: Catalog) -> Iterable[Place]:
        """Return the arguments."""
        return mapped(self.arguments, "with", names)

    def check(self, journey: Surroundings, catalog: Catalog) -> Iterable[Problem]:
        """Check the arguments against the declared parameters."""
        called: Any = catalog.get(*self.target)
        if called is None:
            return
        for name in self.arguments:
            if name not in called.parameters:
                near = did_you_mean(name, called.parameters)
                yield Problem(
                    "DOC-056", f"the {called.kind} `{called.id}` has no parameter `{name}`{near}", f"with.{name}"
                )
        for name in called.parameters:
            if name not in self.arguments:
                message = f"the parameter `{name}` of `{called.id}` is not given: it is null in the call"
                yield Problem("DOC-057", message, severity="warning")


@register
class ActionNode(Calling):
    """Call an action."""

    type: Literal["action"]
    action: Id

    @property
    def target(self) -> tuple[str, str]:
        """Return the action."""
        return "action", self.action


@register
class LookupNode(Calling):
    """Read a source."""

    type: Literal["lookup"]
    source: Id

    @property
    def target(self) -> tuple[str, str]:
        """Return the source."""
        return "source", self.source
