"""What is declared of events, attributes and rows, and how what arrives differs from it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Annotated, Any, Final, Literal

import msgspec

from sojourn.ingest.reject import Refused
from sojourn.model.document import Catalog
from sojourn.model.enforcement import Enforcement
from sojourn.model.entity import PROFILE

Sort = Literal["event", "property", "attribute", "entity", "column"]
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_UNNAMED: Final = re.compile(r'["\\\x00-\x1f]')
"""What a field of a `msgspec.Struct` cannot have in its name."""
_INTEGER: Final = re.compile(r"\s*[-+]?\d{1,18}\s*")
_BOOLEANS: Final = ("true", "false", "t", "f", "yes", "no", "y", "n", "1", "0")
_SCALARS: Final = ("string", "integer", "number", "boolean", "date", "timestamp")
_DECODER: Final = msgspec.json.Decoder(dict[str, Any])


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which an item differs from what is declared.

    Attributes
    ----------
    sort : str
        An `event` or `entity` of a name that is not declared; a `property`, `attribute` or `column` that is not, or
        that has another type.
    subject : str
        Incoming name of the event, `profile`, or id of the entity.
    field : str
        Name of the property, attribute or column; empty for an event or entity as a whole.
    found : str
        Type of the value; empty for an event or entity as a whole.
    declared : str or None
        Its declared type.
    value : object
        What came.
    """

    sort: Sort
    subject: str
    field: str
    found: str
    declared: str | None
    value: Any


@dataclass(frozen=True)
class Shape:
    """The declared fields of one event or entity.

    Attributes
    ----------
    fields : mapping of name to types
        Types that a field may have; more than one where several events have the incoming name.
    mode : str
        What becomes of an item that differs.
    """

    fields: Mapping[str, tuple[str, ...]]
    mode: Enforcement

    @cached_property
    def exact(self) -> msgspec.json.Decoder[Any] | None:
        """Return what reads an object that does not differ, and fails at most others; None where there is no such."""
        kinds = [(f"f{i}", _plain(types)) for i, types in enumerate(self.fields.values())]
        if any(kind is None for _, kind in kinds) or any(_UNNAMED.search(name) for name in self.fields):
            return None
        names = {f"f{i}": name for i, name in enumerate(self.fields)}
        fields = [(name, kind, None) for name, kind in kinds]
        return msgspec.json.Decoder(msgspec.defstruct("Exact", fields, rename=names, forbid_unknown_fields=True))

    def is_met(self, text: str | None) -> bool:
        """Tell quickly whether a JSON object surely does not differ."""
        if self.exact is None or not text:
            return not text
        try:
            self.exact.decode(text)
        except (msgspec.MsgspecError, RecursionError):
            return False
        return True


@dataclass(frozen=True)
class Shapes:
    """All that is declared.

    Attributes
    ----------
    events : mapping of incoming name to Shape
        The declared events.
    entities : mapping of id to Shape
        The declared entities, `profile` among them.
    mode : str
        What becomes of an event or row that is not declared at all.
    """

    events: Mapping[str, Shape] = field(default_factory=dict)
    entities: Mapping[str, Shape] = field(default_factory=dict)
    mode: Enforcement = "accept"

    @staticmethod
    def of(catalog: Catalog) -> Shapes:
        """Return what the documents declare."""
        settings = next(iter(catalog.all("workspace").values()), None)
        mode: Enforcement = "accept" if settings is None else settings.enforce
        events: dict[str, Shape] = {}
        for event in catalog.all("event").values():
            known = events.get(event.incoming_name)
            fields = dict(known.fields) if known else {}
            for name, kind in event.types.items():
                fields[name] = tuple(dict.fromkeys((*fields.get(name, ()), kind)))
            events[event.incoming_name] = Shape(fields, event.enforce or (known.mode if known else mode))
        entities = {
            id: Shape({name: (kind,) for name, kind in entity.types.items()}, entity.enforce or mode)
            for id, entity in catalog.all("entity").items()
        }
        entities.setdefault(PROFILE, Shape({"profile_id": ("string",)}, mode))
        return Shapes(events, entities, mode)

    @property
    def rejects(self) -> bool:
        """Whether anything at all is refused."""
        every = (*self.events.values(), *self.entities.values())
        return self.mode == "reject" or any(shape.mode == "reject" for shape in every)

    def differences(self, kind: str, name: str | None, data: str | None, traits: str | None) -> Iterator[Difference]:
        """Yield in what an item differs, in the form of its columns in the log."""
        if kind == "track" and name is not None:
            shape = self.events.get(name)
            if shape is None or not shape.is_met(data):
                yield from self._named("event", "property", name, shape, _object(data))
        elif kind == "row" and name is not None:
            row = _object(data).get("row")
            values = row if isinstance(row, dict) else {}
            yield from self._named("entity", "column", name, self.entities.get(name), values)
        if traits is not None and not self.entities[PROFILE].is_met(traits):
            yield from _fields("attribute", PROFILE, self.entities[PROFILE], _object(traits))

    def _named(
        self, whole: Sort, part: Sort, name: str, shape: Shape | None, values: Mapping[str, Any]
    ) -> Iterator[Difference]:
        if shape is None:
            yield Difference(whole, name, "", "", None, None)
        yield from _fields(part, name, shape or Shape({}, self.mode), values)

    def mode_of(self, difference: Difference) -> Enforcement:
        """Return what becomes of an item with this difference."""
        if difference.sort in ("event", "property"):
            shape = self.events.get(difference.subject)
        else:
            shape = self.entities.get(difference.subject)
        return self.mode if shape is None else shape.mode

    def differs(self, sort: Sort, subject: str, name: str, found: str) -> bool:
        """Tell whether what was noted once still differs from what is declared."""
        shape = (self.events if sort in ("event", "property") else self.entities).get(subject)
        if sort in ("event", "entity"):
            return shape is None
        declared = shape.fields.get(name, ()) if shape is not None else ()
        return not any(takes(kind, found) for kind in declared)

    def declared(self, sort: Sort, subject: str, name: str) -> str | None:
        """Return the declared type of a field."""
        shape = (self.events if sort in ("event", "property") else self.entities).get(subject)
        return next(iter(shape.fields.get(name, ())), None) if shape is not None else None


class Door:
    """Refuses what the documents do not declare, where they say so.

    Parameters
    ----------
    shapes : Shapes
        What is declared.
    note : callable
        Told every difference for which something was refused.
    """

    def __init__(self, shapes: Shapes, note: Any) -> None:
        self._shapes = shapes
        self._note = note

    def __call__(self, kind: str, name: str | None, data: str | None, traits: str | None) -> None:
        """Check one item.

        Raises
        ------
        Refused
            It differs, and may not.
        """
        found = [each for each in self._shapes.differences(kind, name, data, traits) if self._refuses(each)]
        if not found:
            return
        for each in found:
            self._note(each)
        raise Refused(*told(found[0]))

    def _refuses(self, difference: Difference) -> bool:
        return self._shapes.mode_of(difference) == "reject"


PLACES: Final[Mapping[str, str]] = {
    "property": "the property `{}` of `{}`", "attribute": "the attribute `{}` of `{}`",
    "column": "the column `{}` of `{}`",
}  # fmt: skip


def told(difference: Difference) -> tuple[str, str]:
    """Return code and sentence of a difference."""
    cure = "declare it (`sojourn registry adopt`), or send it otherwise"
    sort, field, subject = difference.sort, difference.field[:100], difference.subject[:100]
    if sort in ("event", "entity"):
        what = f"no event `{subject}` is declared" if sort == "event" else f"no entity `{subject}` is declared"
        return f"undeclared_{sort}", f"{what}: {cure}"
    where = PLACES[sort].format(field, subject)
    if difference.declared is None:
        return f"undeclared_{sort}", f"{where} is not declared: {cure}"
    return "wrong_type", f"{where} is {difference.declared}, and `{difference.value!s:.60}` is {difference.found}"


_INT64 = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
_PLAIN: Final[Mapping[str, Any]] = {
    "string": str | int | float | bool, "integer": _INT64, "number": int | float, "boolean": bool, "json": Any,
    "[string]": list[str], "[integer]": list[_INT64], "[number]": list[float],
}  # fmt: skip
"""What `msgspec` reads strictly, and what fits then; a date is text that has to be looked at."""


def _plain(types: Sequence[str]) -> Any:
    """Return a type of which every value fits one of the declared types; None where there is none."""
    return _PLAIN[types[0]] | None if len(types) == 1 and types[0] in _PLAIN else None


def _fields(sort: Sort, subject: str, shape: Shape, values: Mapping[str, Any]) -> Iterator[Difference]:
    for name, value in values.items():
        if value is None:
            continue
        declared = shape.fields.get(name)
        if declared is None:
            yield Difference(sort, subject, name, type_of(value), None, value)
        elif not any(fits(kind, value) for kind in declared):
            yield Difference(sort, subject, name, type_of(value), declared[0], value)


def _object(text: str | None) -> dict[str, Any]:
    if not text:
        return {}
    try:
        return _DECODER.decode(text)
    except (msgspec.MsgspecError, RecursionError):
        return {}


# ---- types -----------------------------------------------------------------------------------------------------------


def type_of(value: Any) -> str:
    """Return the attribute type that a JSON value has.

    Examples
    --------
    >>> [type_of(value) for value in (True, 1, 1.5, "x", "2026-03-01", "2026-03-01T10:00:00Z", [1, 2.5], [], {})]
    ['boolean', 'integer', 'number', 'string', 'date', 'timestamp', '[number]', 'json', 'json']
    """
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer" if -(2**63) <= value < 2**63 else "number"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str):
        return _type_of_text(value)
    if isinstance(value, list) and value:
        inner = merged({type_of(each) for each in value[:100]})
        return f"[{inner}]" if inner in _SCALARS else "json"
    return "json"


def _type_of_text(text: str) -> str:
    if len(text) == 10 and _DATE.fullmatch(text) and _reads(date.fromisoformat, text):
        return "date"
    if 16 <= len(text) <= 35 and _DATE.match(text) and _reads(datetime.fromisoformat, text):
        return "timestamp"
    return "string"


def _reads(read: Any, text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


def merged(kinds: set[str]) -> str:
    """Return the narrowest type that takes values of all these types, so that none is lost.

    Examples
    --------
    >>> merged({"integer", "number"}), merged({"date", "timestamp"}), merged({"integer", "string"})
    ('number', 'timestamp', 'string')
    >>> merged({"json", "date"})
    'json'
    """
    if len(kinds) == 1:
        return next(iter(kinds))
    for wide in ("number", "timestamp", "string"):
        if all(takes(wide, kind) for kind in kinds):
            return wide
    inner = [kind[1:-1] for kind in kinds if kind.startswith("[")]
    if inner and len(inner) == len(kinds):
        return f"[{merged(set(inner))}]"
    return "json"


def takes(declared: str, found: str) -> bool:
    """Tell whether every value of a type can be kept in another without losing anything."""
    if declared == found or declared == "json":
        return True
    if declared.startswith("["):
        return found.startswith("[") and takes(declared[1:-1], found[1:-1])
    widening = {"number": ("integer",), "timestamp": ("date",), "string": _SCALARS}
    return found in widening.get(declared, ())


def fits(declared: str, value: Any) -> bool:
    """Tell whether a value is read as the declared type, as the engine reads it; text may be a number or an instant."""
    found = type_of(value)
    if takes(declared, found):
        return True
    if declared.startswith("["):
        return isinstance(value, list) and all(each is None or fits(declared[1:-1], each) for each in value)
    if isinstance(value, str):
        return _text_fits(declared, value)
    if isinstance(value, float):
        return declared == "integer" and value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool) and declared == "boolean" and value in (0, 1)


def _text_fits(declared: str, text: str) -> bool:
    if declared == "integer":
        return _INTEGER.fullmatch(text) is not None
    if declared == "number":
        return _reads(float, text)
    if declared == "boolean":
        return text.strip().lower() in _BOOLEANS
    return declared == "timestamp" and _reads(datetime.fromisoformat, text.strip())


def widened(declared: str | None, found: Sequence[str]) -> str:
    """Return the type to declare for a field, of which values of these types came."""
    return merged({*found, declared} if declared is not None else set(found))
