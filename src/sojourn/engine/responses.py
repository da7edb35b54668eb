"""What systems outside answer in a simulation: declared beforehand, found by parameters and instant."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sojourn.model.entity import types
from sojourn.model.errors import SojournError, did_you_mean
from sojourn.model.external import External
from sojourn.model.instants import parse_instant
from sojourn.model.items import compact_json
from sojourn.sources.answer import as_type, fields_of
from sojourn.workspace import Workspace

FIELDS: Final = ("when", "from", "until", "json", "status", "timed_out")
STATUSES: Final = range(100, 600)
Row = Mapping[str, Any]


class ResponseError(SojournError):
    """The responses of a simulation cannot be used; `problems` has a line for each thing that is wrong."""

    code = "SIM-003"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("the responses cannot be used:\n" + "\n".join(f"  {line}" for line in problems))
        self.problems = list(problems)


@dataclass(frozen=True)
class Response:
    """One answer, and when it is given: to calls with these parameters, from an instant until before another."""

    when: Mapping[str, Any]
    start: datetime | None
    until: datetime | None
    status: str
    fields: str

    def fits(self, params: Mapping[str, Any], at: datetime) -> bool:
        """Tell whether it answers a call."""
        if (self.start is not None and at < self.start) or (self.until is not None and at >= self.until):
            return False
        return all(params.get(name) == value for name, value in self.when.items())


class Responses:
    """Answers calls with the first response that fits; none fits: failed; none declared: 200 without fields.

    Parameters
    ----------
    workspace : Workspace
        Has the sources and actions.
    declared : mapping of id to responses
        As in section 8 of the specification; the id is a source's or an action's.

    Raises
    ------
    ResponseError
        With all that is wrong with them.
    """

    def __init__(self, workspace: Workspace, declared: Mapping[str, Sequence[Row]]) -> None:
        known = {**workspace.sources, **workspace.actions}
        problems: list[str] = []
        read = {id: list(_read(id, rows, known, problems)) for id, rows in declared.items()}
        if problems:
            raise ResponseError(problems)
        self._by_target = {
            f"{external.kind}/{external.id}": read[external.id]
            for external in (*workspace.sources.values(), *workspace.actions.values())
            if external.id in read
        }

    def answer(self, target: str, params: str, at: datetime) -> tuple[str, str]:
        """Return the status, and the declared fields as a JSON object."""
        if target not in self._by_target:
            return "200", "{}"
        given = json.loads(params)
        found = next((response for response in self._by_target[target] if response.fits(given, at)), None)
        return (found.status, found.fields) if found is not None else ("failed", "{}")


def _read(id: str, rows: object, known: Mapping[str, External], problems: list[str]) -> Iterator[Response]:
    if id not in known:
        problems.append(f"no source or action `{id}`{did_you_mean(id, known)}")
        return
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        problems.append(f"{id}: write a list of responses, such as [{{json: {{…}}, status: 200}}]")
        return
    for place, row in enumerate(rows):
        try:
            yield _response(row, known[id])
        except ValueError as error:
            problems.append(f"{id}[{place}]: {error}")


def _response(row: object, called: External) -> Response:
    if not isinstance(row, Mapping):
        raise ValueError("it is not a map")
    for name in row:
        if name not in FIELDS:
            raise ValueError(
                f"unknown field `{name}`{did_you_mean(str(name), FIELDS)}; it is one of {', '.join(FIELDS)}"
            )
    status = _status(row)
    fields = {} if status == "timed_out" else fields_of(row.get("json"), types(called.response))
    start, until = (_instant(name, row[name]) if row.get(name) is not None else None for name in ("from", "until"))
    return Response(_when(row.get("when") or {}, called), start, until, status, compact_json(fields))


def _status(row: Row) -> str:
    if row.get("timed_out") is True:
        return "timed_out"
    status = row.get("status", 200)
    if isinstance(status, bool) or not isinstance(status, int) or status not in STATUSES:
        raise ValueError(f"status: {status!s:.40} is no HTTP code")
    return str(status)


def _when(when: object, called: External) -> dict[str, Any]:
    """Return the parameters as calls have them."""
    if not isinstance(when, Mapping):
        raise ValueError("when: it is not a map of parameters")
    declared = types(called.parameters)
    for name in when:
        if name not in declared:
            raise ValueError(f"when: `{called.id}` has no parameter `{name}`{did_you_mean(str(name), declared)}")
    return {name: as_type(value, declared[name]) for name, value in when.items()}


def _instant(name: str, value: object) -> datetime:
    try:
        return parse_instant(value)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
