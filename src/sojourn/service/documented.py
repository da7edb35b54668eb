"""What the OpenAPI document says of refusals: worked out for each operation from what the operation is.

A route names only what no other has (``responses`` of its decorator). Everything else follows from whether it needs a
caller, changes something, reads a body, or is about something that has to exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel

from sojourn.service.access.origin import SAFE

Operation = dict[str, Any]
AGAIN: Final[Operation] = {
    "Retry-After": {
        "description": "Seconds to wait.", "required": True, "schema": {"type": "string", "pattern": "^[0-9]+$"},
    }
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known of an operation.

    Attributes
    ----------
    guarded : bool
        It needs a caller.
    changes : bool
        It is no reading; a body may come.
    reads_body : bool
        It makes something of the body.
    has_parameters : bool
        Something of it can be wrong.
    names_something : bool
        Its path or its body may name what does not exist.
    """

    guarded: bool
    changes: bool
    reads_body: bool
    has_parameters: bool
    names_something: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """A kind of refusal.

    Attributes
    ----------
    status : str
        Of HTTP, or a range such as ``5XX``.
    name : str
        Of the component that describes it.
    why : str
        Said in the document.
    applies : callable
        Tells whether an operation may answer it, besides those that say so themselves.
    """

    status: str
    name: str
    why: str
    applies: Callable[[Shape], bool]

    def component(self) -> Operation:
        """Return its description."""
        schema = {"$ref": "#/components/schemas/Refusal"}
        told: Operation = {"description": self.why, "content": {"application/json": {"schema": schema}}}
        return told | ({"headers": AGAIN} if self.status == "429" else {})


REFUSALS: Final = (
    Refused("400", "Unreadable", "The body cannot be read.", lambda it: it.reads_body),
    Refused("401", "NotSignedIn", "Nobody is signed in, or the key is not known.", lambda it: it.guarded),
    Refused(
        "403", "NotAllowed", "The caller's role does not allow it, or another site's page made the call.",
        lambda it: it.guarded or it.changes,
    ),
    Refused("404", "NotFound", "What it is about does not exist.", lambda it: it.names_something),
    Refused("409", "NotNow", "It does not go with how things stand.", lambda it: it.changes),
    Refused("413", "TooLarge", "The body has more bytes than are taken.", lambda it: it.changes),
    Refused("422", "NotValid", "Something in the request is wrong; `errors` says where.", lambda it: it.has_parameters),
    Refused("429", "TooOften", "There were more calls than are allowed; wait.", lambda it: it.guarded),
    Refused("5XX", "Failed", "The server cannot do it now; `retryable` says whether later.", lambda it: it.guarded),
)  # fmt: skip


def refuses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what a route's `responses` says of refusals that do not follow from its shape.

    Examples
    --------
    >>> refuses(404)
    {404: {'description': 'What it is about does not exist.'}}
    """
    why = {refused.status: refused.why for refused in REFUSALS}
    return {status: {"description": why[str(status)]} for status in statuses}


def takes(kind: str) -> dict[str, Any]:
    """Return what a route that reads its body by itself says of it (``openapi_extra``)."""
    schema = {"type": "string"} if kind.startswith("text/") else {"type": "string", "format": "binary"}
    return {"requestBody": {"required": True, "content": {kind: {"schema": schema}}}}


def document_refusals(app: FastAPI, refusal: type[BaseModel]) -> None:
    """Let an application's OpenAPI document say how each operation may refuse.

    Parameters
    ----------
    app : FastAPI
        Has all its routes.
    refusal : type of BaseModel
        The one form of all refusals.
    """
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = documented(app, plain(), refusal)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def documented(app: FastAPI, schema: dict[str, Any], refusal: type[BaseModel]) -> dict[str, Any]:
    """Return an OpenAPI document with all refusals."""
    components = schema.setdefault("components", {})
    told = refusal.model_json_schema(ref_template="#/components/schemas/{model}")
    components.setdefault("schemas", {}).update({**told.pop("$defs", {}), refusal.__name__: told})
    components["schemas"] = dict(sorted(components["schemas"].items()))
    components["responses"] = {refused.name: refused.component() for refused in REFUSALS}
    for operation, shape in _operations(app, schema):
        answers = operation["responses"]
        if "HTTPValidationError" in str(answers.get("422")):
            del answers["422"]
        for refused in REFUSALS:
            said = answers.get(refused.status)
            if "content" not in (said or {}) and (said is not None or refused.applies(shape)):
                answers[refused.status] = {"$ref": f"#/components/responses/{refused.name}"}
    for unused in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(unused, None)
    return schema


def _operations(app: FastAPI, schema: dict[str, Any]) -> Iterator[tuple[Operation, Shape]]:
    for route in iter_route_contexts(app.routes):
        for method in route.methods or ():
            operation = schema["paths"].get(route.path_format, {}).get(method.lower())
            if operation is not None:
                yield operation, _shape(method, operation, route.dependant)


def _shape(method: str, operation: Operation, dependant: Dependant) -> Shape:
    parameters = operation.get("parameters", [])
    reads = "requestBody" in operation
    return Shape(
        guarded=_is_guarded(dependant), changes=method not in SAFE, reads_body=reads,
        has_parameters=bool(parameters) or reads,
        names_something=reads or any(each["in"] == "path" for each in parameters),
    )  # fmt: skip


def _is_guarded(dependant: Dependant) -> bool:
    """Tell whether a route has a dependency that finds out who calls (the trait ``guards``)."""
    return any(getattr(inner.call, "guards", False) or _is_guarded(inner) for inner in dependant.dependencies)
