"""Unions whose member is told by a `type` field, or by which field is there, with errors at the right place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from sojourn.model.errors import did_you_mean

TEXT = "<text>"


class Model(BaseModel):
    """A part of a document: unknown fields are errors, values are not converted, nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def tagged(name: str) -> str:
    """Return the tag of a union's member; it cannot be mistaken for a field in an error's location."""
    return f"<{name}>"


def is_tag(part: object) -> bool:
    """Tell whether a part of an error's location is a tag and not a field."""
    return isinstance(part, str) and part.startswith("<") and part.endswith(">")


@dataclass(frozen=True)
class ByType:
    """Mark a union whose members have a literal field `type`.

    Parameters
    ----------
    what : str
        What a member is called in errors, such as ``node``.
    members : mapping of type name to model class, optional
        A registry; by default the members of the annotated union.
    field : str
        The field that tells them apart.
    """

    what: str
    members: Mapping[str, type[BaseModel]] | None = None
    field: str = "type"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return a tagged union behind a check that names what is missing."""
        members = self.members or {
            name: member for member in _members(source) for name in _literals(member, self.field)
        }
        choices = {tagged(name): handler.generate_schema(member) for name, member in members.items()}
        union = core_schema.tagged_union_schema(choices, discriminator=lambda value: tagged(_get(value, self.field)))
        return core_schema.no_info_before_validator_function(self._check(members), union)

    def _check(self, members: Mapping[str, type[BaseModel]]) -> Callable[[Any], Any]:
        def check(value: Any) -> Any:
            if isinstance(value, BaseModel):
                return value
            if not isinstance(value, dict):
                raise PydanticCustomError("form", f"this is not a {self.what}; it must be a map")
            name = value.get(self.field)
            if self.field not in value:
                known = ", ".join(sorted(members))
                raise PydanticCustomError("form", f"the {self.what} has no `{self.field}`; it is one of {known}")
            if not isinstance(name, str) or name not in members:
                near = did_you_mean(str(name), members) or f"; it is one of {', '.join(sorted(members))}"
                raise PydanticCustomError(
                    "form", f"unknown {self.what} {self.field} `{name!s:.80}`{near}", {"field": self.field}
                )
            return value

        return check


@dataclass(frozen=True)
class ByForm:
    """Mark a union whose members are told by the required field that comes first in each, and at most one text form.

    Parameters
    ----------
    what : str
        What a member is called in errors, such as ``trigger``.
    """

    what: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return a tagged union behind a check that names what is missing."""
        models = {_form(member): member for member in _members(source) if isinstance(member, type)}
        texts = [member for member in _members(source) if not isinstance(member, type)]
        choices = {tagged(form): handler.generate_schema(member) for form, member in models.items()}
        if texts:
            choices[TEXT] = handler.generate_schema(texts[0])

        def pick(value: Any) -> str:
            if isinstance(value, str):
                return TEXT
            return next(tagged(form) for form in models if _has(value, form))

        words = [str(word) for text in texts for word in get_args(text)]
        check = self._check(list(models), words)
        return core_schema.no_info_before_validator_function(
            check, core_schema.tagged_union_schema(choices, discriminator=pick)
        )

    def _check(self, forms: list[str], words: list[str]) -> Callable[[Any], Any]:
        known = ", ".join([f"`{word}`" for word in words] + [f"{{{form}: …}}" for form in forms])

        def no_form(said: str, near: str) -> PydanticCustomError:
            return PydanticCustomError("form", f"{said} is not a {self.what}{near or f'; it is one of {known}'}")

        def check(value: Any) -> Any:
            if isinstance(value, BaseModel):
                return value
            if value in words:
                return value
            if isinstance(value, str) and words:
                raise no_form(f"`{value:.80}`", did_you_mean(value, words))
            if not isinstance(value, dict):
                raise PydanticCustomError("form", f"this is not a {self.what}; it is one of {known}")
            there = [form for form in forms if form in value]
            if len(there) == 1:
                return value
            if there:
                both = " and ".join(f"`{form}`" for form in there)
                raise PydanticCustomError("form", f"a {self.what} has one of {both}, not several")
            said = f"`{', '.join(map(str, value))!s:.80}`" if value else "an empty map"
            raise no_form(said, did_you_mean(str(next(iter(value), "")), forms))

        return check


def member_of(source: Any, metadata: tuple[Any, ...], tag: str) -> type[BaseModel] | None:
    """Return the member of a marked union that a tag stands for."""
    for mark in metadata:
        if isinstance(mark, ByType):
            members = mark.members or {n: m for m in _members(source) for n in _literals(m, mark.field)}
            return members.get(tag[1:-1])
        if isinstance(mark, ByForm):
            models = [member for member in _members(source) if isinstance(member, type)]
            return next((member for member in models if tagged(_form(member)) == tag), None)
    return None


def _members(source: Any) -> tuple[Any, ...]:
    return get_args(source) if get_origin(source) is Union or hasattr(source, "__args__") else (source,)


def _literals(member: type[BaseModel], field: str) -> tuple[str, ...]:
    annotation = member.model_fields[field].annotation
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def _form(member: type[BaseModel]) -> str:
    return next(field.alias or name for name, field in member.model_fields.items() if field.is_required())


def _get(value: Any, field: str) -> str:
    return str(value.get(field) if isinstance(value, dict) else getattr(value, field))


def _has(value: Any, form: str) -> bool:
    return form in value if isinstance(value, dict) else _form(type(value)) == form
