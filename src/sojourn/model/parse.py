"""Raw documents to models; what does not fit becomes problems in the words of the language."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sojourn.model.document import KINDS, Document
from sojourn.model.errors import Problem, did_you_mean
from sojourn.model.forms import is_tag, member_of
from sojourn.model.paths import MISSING, child, write_path
from sojourn.model.reader import RawDocument

_ABSENT = ("DOC-002", "DOC-040", "DOC-045")
_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "`true` or `false`",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a map",
    "model_type": "a map",
    "model_attributes_type": "a map",
}


@dataclass(frozen=True)
class Parsed:
    """What one document is.

    Attributes
    ----------
    document : Document or None
        The model; with problems, what is left without the fields that are wrong, if that is a document.
    problems : list of Problem
        Everything that the fields have wrong.
    removed : list of str
        Paths of fields that were left out.
    """

    document: Document | None
    problems: list[Problem] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    def follows(self, problem: Problem) -> bool:
        """Tell whether a problem is there only because its field, or a field that it misses, was left out."""
        if problem.code in _ABSENT:
            return any(_inside(path, problem.path) for path in self.removed)
        return problem.path in self.removed


def _inside(path: str, around: str) -> bool:
    return not around or path.startswith((f"{around}.", f"{around}["))


def parse(raw: RawDocument) -> Parsed:
    """Read one document."""
    if "kind" not in raw.body:
        known = ", ".join(KINDS)
        return Parsed(None, [Problem("DOC-002", f"the document has no `kind`; it is one of {known}")])
    model = KINDS.get(raw.kind)
    if model is None:
        near = did_you_mean(str(raw.body["kind"]), KINDS) or f"; it is one of {', '.join(KINDS)}"
        return Parsed(None, [Problem("DOC-004", f"unknown kind `{raw.body['kind']!s:.80}`{near}", "kind")])
    try:
        return Parsed(model.model_validate(raw.body))
    except ValidationError as error:
        found = error.errors(include_url=False)
    return _without(found, raw.body, model, [_problem(details, raw.body, model) for details in found])


def _without(
    found: Iterable[ErrorDetails], body: Mapping[str, Any], model: type[Document], problems: list[Problem]
) -> Parsed:
    """Read the document again without the fields that are wrong, where that is possible."""
    rest: Any = copy.deepcopy(body)
    removed: list[str] = []
    for details in found:
        path = _place(details["loc"], body)
        owner: Any = rest
        for part in path[:-1]:
            owner = child(owner, part)
        if details["type"] == "missing" or not isinstance(owner, dict) or path in ((), ("kind",), ("id",)):
            return Parsed(None, problems)
        owner.pop(path[-1], None)
        removed += [write_path(path)] if details["type"] != "extra_forbidden" else []
    try:
        return Parsed(model.model_validate(rest), problems, removed)
    except ValidationError:
        return Parsed(None, problems)


def _problem(details: ErrorDetails, body: Mapping[str, Any], model: type[BaseModel]) -> Problem:
    path = _place(details["loc"], body)
    kind, context, value = details["type"], details.get("ctx", {}), details["input"]
    last = str(details["loc"][-1]) if details["loc"] else ""
    if kind == "missing":
        return Problem("DOC-002", f"`{last}` is missing in {_owner(path, body)}", write_path(path))
    if kind == "extra_forbidden":
        near = did_you_mean(last, _fields(model, details["loc"][:-1]))
        return Problem("DOC-001", f"unknown field `{last:.80}`{near}", write_path(path))
    if kind == "form" and "field" in context:
        return Problem("DOC-005", details["msg"], write_path((*path, context["field"])))
    return Problem("DOC-005", _message(kind, details["msg"], context, value), write_path(path))


def _message(kind: str, text: str, context: Mapping[str, Any], value: object) -> str:
    if kind == "value_error":
        return str(context["error"])
    if kind in _WANTED:
        return f"this must be {_WANTED[kind]}, not {_shown(value)}"
    if kind == "literal_error":
        known = [word.strip("'") for word in str(context["expected"]).replace(" or ", ", ").split(", ")]
        near = did_you_mean(str(value), known) if isinstance(value, str) else ""
        return f"{_shown(value)} is not allowed here{near or '; it is one of ' + ', '.join(known)}"
    if kind == "too_short":
        return "this must not be empty"
    if kind in ("greater_than_equal", "greater_than", "less_than_equal", "less_than"):
        return f"{_shown(value)} is out of range: {text[0].lower()}{text[1:]}"
    return text[:1].lower() + text[1:]


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "nothing"
    return f"`{str(value).lower() if isinstance(value, bool) else value!s:.80}`"


def _owner(path: tuple[str | int, ...], body: Mapping[str, Any]) -> str:
    value: Any = body
    for part in path:
        value = child(value, part)
    if not path:
        return f"the {body['kind']} `{body['id']!s:.80}`" if "id" in body else f"the {body['kind']}"
    id = child(value, "id")
    return f"`{id}`" if isinstance(id, str) else f"`{write_path(path)}`"


def _place(location: Iterable[str | int], body: Mapping[str, Any]) -> tuple[str | int, ...]:
    """Return the parts of a location that the document really has: no tags, no parts of shorthands."""
    parts: list[str | int] = []
    value: Any = body
    for part in location:
        if is_tag(part):
            continue
        inner = child(value, part)
        if inner is MISSING:
            break
        parts.append(part)
        value = inner
    return tuple(parts)


def _fields(model: type[BaseModel], location: Iterable[str | int]) -> list[str]:
    """Return the names of the fields that the model at a location has."""
    here: Any = model
    metadata: tuple[Any, ...] = ()
    for part in location:
        here, metadata = _inner(here, metadata, part)
    here, _ = _unwrap(here, metadata)
    if not isinstance(here, type) or not issubclass(here, BaseModel):
        return []
    return [info.alias or name for name, info in here.model_fields.items()]


def _inner(here: Any, metadata: tuple[Any, ...], part: str | int) -> tuple[Any, tuple[Any, ...]]:
    here, metadata = _unwrap(here, metadata)
    if is_tag(part):
        return member_of(here, metadata, str(part)), ()
    if isinstance(here, type) and issubclass(here, BaseModel):
        for name, info in here.model_fields.items():
            if part in (name, info.alias):
                return info.annotation, tuple(info.metadata)
        return None, ()
    arguments = get_args(here)
    return (arguments[-1], ()) if arguments else (None, ())


def _unwrap(here: Any, metadata: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    """Take `Annotated` and an optional's `None` off, keeping what annotates."""
    if get_origin(here) is Annotated:
        inner, *more = get_args(here)
        return _unwrap(inner, (*metadata, *more))
    if type(None) in get_args(here):
        rest = [argument for argument in get_args(here) if argument is not type(None)]
        return _unwrap(rest[0], metadata) if len(rest) == 1 else (here, metadata)
    return here, metadata
