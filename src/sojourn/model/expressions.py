"""Where the expressions of a document stand, and which names each may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, WithJsonSchema

Types = Mapping[str, str]
Gives = Literal["anything", "text", "instant", "number", "truth", "list"]


def _read_expression(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str) and value.strip():
        return value
    raise ValueError("this is not an expression; write SQL, such as `profile.city = 'Seoul'`")


def _read_condition(value: object) -> str | dict[str, Any]:
    if isinstance(value, dict) and value:
        return value
    if isinstance(value, dict | list) or value is None:
        raise ValueError("this is not a condition; write SQL, or a map such as `{in: audience}`")
    return _read_expression(value)


Expression = Annotated[
    str,
    BeforeValidator(_read_expression),
    WithJsonSchema({"type": ["string", "number", "boolean"], "x-editor": "expression"}),
]
Condition = Annotated[
    str | dict[str, Any],
    BeforeValidator(_read_condition),
    WithJsonSchema({"type": ["string", "boolean", "object"], "x-editor": "condition"}),
]


@dataclass(frozen=True, slots=True)
class Names:
    """The names that an expression may use besides those of the profile.

    Attributes
    ----------
    event, entry : mapping of property to type, or None
        Properties of the event under test and of what started the passage; None: there is none. An empty
        mapping: there is one, all of whose properties are read as JSON.
    nodes : mapping of node id to mapping of property to type
        Payloads and answers that nodes of the journey keep.
    columns : mapping of column to type, or None
        Columns that are named bare.
    zone : str or None
        Zone of `local_now()`.
    entity : str
        Entity of the rows that a condition is about.
    variables : mapping of parameter to type, or None
        Parameters of the signal that started a campaign's run, read as `vars.x`.
    """

    event: Types | None = None
    entry: Types | None = None
    nodes: Mapping[str, Types] | None = None
    columns: Types | None = None
    zone: str | None = None
    entity: str = "profile"
    variables: Types | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """One expression or condition of a document.

    Attributes
    ----------
    path : str
        Its field, such as ``nodes[3].paths[0].when``.
    value : str or dict
        SQL text, or a condition map.
    names : Names
        What it may refer to.
    condition : bool
        Whether it must be boolean; a condition may be a map too.
    gives : str
        What an expression must give: anything, one value that is read as ``text``, an ``instant``, a ``number``, true
        or false (``truth``) or a ``list``.
    """

    path: str
    value: str | dict[str, Any]
    names: Names = Names()
    condition: bool = True
    gives: Gives = "anything"


@dataclass(frozen=True, slots=True)
class Reference:
    """The id of another document, named in a field.

    Attributes
    ----------
    path : str
        The field.
    kinds : tuple of str
        Kinds in which the id must exist, one of them.
    id : str
        The id that is named.
    """

    path: str
    kinds: tuple[str, ...]
    id: str
