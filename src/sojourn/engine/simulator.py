"""The engine on a virtual clock, in memory: what would happen to these items under these documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import polars as pl

from sojourn.engine.refusals import TOO_LATE
from sojourn.engine.responses import Responses
from sojourn.engine.results import conversion_rows, discard_rows, message_rows, passage_rows, step_rows, transition_rows
from sojourn.engine.scratch import Scratch
from sojourn.model.errors import SojournError, did_you_mean
from sojourn.model.instants import format_instant, parse_instant
from sojourn.model.items import ItemError, read_items
from sojourn.workspace import Workspace, read_workspace

Row = dict[str, Any]
LATEST: Final = datetime(9000, 1, 1, tzinfo=UTC)
"""The end of time for simulations: every longest stay still ends within the calendar."""


@dataclass(frozen=True)
class Simulation:
    """What came out; each list has dicts with the fields of the spec's section 8."""

    messages: list[Row] = field(default_factory=list)
    discards: list[Row] = field(default_factory=list)
    passages: list[Row] = field(default_factory=list)
    steps: list[Row] = field(default_factory=list)
    transitions: list[Row] = field(default_factory=list)
    conversions: list[Row] = field(default_factory=list)


def simulate(
    documents: Sequence[Mapping[str, Any]],
    items: Iterable[Mapping[str, Any]],
    start: str | datetime,
    until: str | datetime,
    tables: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    responses: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    files: Mapping[str, str] | None = None,
) -> Simulation:
    """Run documents over items on a virtual clock.

    Parameters
    ----------
    documents : sequence of dict
        Documents as a workspace has them; all are live from `start`.
    items : iterable of dict
        Segment-spec objects and Sojourn's own (spec, section 8); `timestamp` is the engine's instant.
    start, until : str or datetime
        RFC 3339; `until` is inclusive.
    tables : dict of entity to rows, optional
        Rows that are there before publication.
    responses : dict of source or action to answers, optional
        What external systems answer.
    files : dict of name to text, optional
        Files that documents name.

    Returns
    -------
    Simulation
        Messages, discards, passages, steps, transitions and conversions.

    Raises
    ------
    DocumentError
        With all problems of the documents.
    ResponseError
        With all that is wrong with the responses.
    ItemError
        When an item cannot be read, or is about a profile that does not exist.

    Examples
    --------
    >>> shop = [
    ...     {"kind": "event", "id": "registered"},
    ...     {"kind": "template", "id": "hi", "channel": "webhook", "method": "POST", "url": "https://x.example"},
    ...     {"kind": "triggered", "id": "hello", "trigger": [{"event": "registered"}],
    ...      "messages": [{"channel": "webhook", "template": "hi"}]},
    ... ]
    >>> item = {"type": "track", "userId": "ann", "event": "registered", "timestamp": "2026-03-02T10:00:00Z"}
    >>> result = simulate(shop, [item], start="2026-03-02T00:00:00Z", until="2026-03-03T00:00:00Z")
    >>> [(row["profile"], row["from"], row["at"]) for row in result.messages]
    [('ann', 'hello', '2026-03-02T10:00:00Z')]
    """
    begin, end = _instant("start", start), _instant("until", until)
    workspace = read_workspace(documents, dict(files or {}))
    _check_tables(workspace, tables or {})
    frame = read_items(items)
    _refuse_early(frame, begin)
    answers = Responses(workspace, responses or {})
    return run(workspace, frame.filter(pl.col("at") <= end), begin, end, tables or {}, files or {}, answers)


def run(
    workspace: Workspace, items: pl.DataFrame, start: datetime, until: datetime,
    tables: Mapping[str, Sequence[Mapping[str, Any]]], files: Mapping[str, str], responses: Responses | None = None,
) -> Simulation:  # fmt: skip
    """Run a workspace over items, from publication at `start`."""
    with Scratch(workspace, start, files=files, refuse=_raise, answerer=responses) as scratch:
        scratch.fill(tables)
        scratch.publish()
        scratch.run(until, items)
        return read_simulation(scratch)


def read_simulation(scratch: Scratch) -> Simulation:
    """Return what has come out so far."""
    store, program = scratch.store, scratch.program
    return Simulation(
        messages=message_rows(store, program, scratch.renderer), discards=discard_rows(store, program),
        passages=passage_rows(store, program), steps=step_rows(store, program),
        transitions=transition_rows(store, program), conversions=conversion_rows(store, program),
    )  # fmt: skip


def _instant(what: str, value: str | datetime) -> datetime:
    try:
        at = parse_instant(value)
    except ValueError as error:
        raise SojournError(f"{what}: {error}", code="SIM-001") from error
    if at > LATEST:
        raise SojournError(f"{what}: {format_instant(at)} is later than {format_instant(LATEST)}", code="SIM-001")
    return at


def _check_tables(workspace: Workspace, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    for name, rows in tables.items():
        if name not in workspace.directory.entities:
            near = did_you_mean(name, workspace.directory.entities)
            raise SojournError(f"tables: there is no entity `{name}`{near}", code="SIM-002")
        if isinstance(rows, Mapping) or not all(isinstance(row, Mapping) for row in rows):
            raise SojournError(f"tables: the rows of `{name}` are not a list of maps", code="SIM-002")


def _refuse_early(items: pl.DataFrame, start: datetime) -> None:
    early = items.filter(pl.col("at") < start)
    if early.height:
        raise ItemError(
            int(early["offset"][0]), f"its timestamp is before the start of the simulation, {start.isoformat()}"
        )


def _raise(items: pl.DataFrame, code: str, reason: str) -> None:
    if code == TOO_LATE:
        return
    first = items.row(0, named=True)
    raise ItemError(int(first["offset"]), f"the {first['kind']} for `{first['profile_id']}` {reason}")


__all__ = ["Simulation", "run", "simulate"]
