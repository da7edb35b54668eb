"""When and how a message is shown on a page: for in-app messages and content cards."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from sojourn.model.forms import Model
from sojourn.model.instants import Duration

Scalar = str | bool | int | float


class Bounds(Model):
    """A number between two others, both included."""

    at_least: float | int | None = None
    at_most: float | int | None = None

    @model_validator(mode="after")
    def _has_one(self) -> Bounds:
        if self.at_least is None and self.at_most is None:
            raise PydanticCustomError("form", "write `at_least`, `at_most` or both")
        return self


Wanted = Scalar | list[Scalar] | Bounds


class ShownOn(Model):
    """The event in the browser at which a message is shown; its properties are compared there."""

    event: Annotated[str, Field(min_length=1)] = Field(description="The name that the page tracks it by.")
    where: dict[str, Wanted] = Field(
        default_factory=dict, description="What its properties must be: a value, one of a list, or within bounds."
    )


class Display(Model):
    """When and how a message is shown."""

    on: ShownOn | None = Field(default=None, description="The event that shows it; at once without one.")
    priority: Literal["low", "medium", "high"] = Field(
        default="medium", description="Of messages that could be shown together, the highest comes first."
    )
    style: Literal["modal", "slide_up"] = Field(default="modal", description="How an in-app message looks.")
    expires: Duration = Field(default=timedelta(days=30), description="How long after it was sent it is shown.")
    pinned: bool = Field(default=False, description="Whether a card stands before those that are not.")

    @model_validator(mode="after")
    def _lasts(self) -> Display:
        if self.expires <= timedelta(0):
            raise PydanticCustomError("form", "`expires` is more than nothing")
        return self
