"""When the message of a triggered campaign would leave: the campaign in a scratch, set off at example instants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sojourn.engine.results import discard_rows, message_rows
from sojourn.engine.session import LONGEST_JUMP, Cast, Session, Setting
from sojourn.model.document import Catalog
from sojourn.model.errors import DocumentError
from sojourn.model.instants import format_instant, parse_instant
from sojourn.model.policy import DELIVERIES
from sojourn.workspace import Workspace, read_workspace

Row = dict[str, Any]
ID: Final = "rehearsed"
FREE: Final = "rehearsed_free"
"""The same campaign without the rules that keep messages from leaving."""

TOGETHER: Final = timedelta(days=30)
_RULES: Final = ("window", "during", "unless")
_PEOPLE: Final = ("audience", "recheck_audience", "control", "conversions")


@dataclass(frozen=True)
class Example:
    """One time at which the campaign is set off.

    Attributes
    ----------
    leaves : list of dict
        The messages as the simulator has them: `at`, `channel`, `template`, `variant`.
    refused : list of dict
        What did not leave: `at`, `reason`, `detail`, `channel`.
    due_at : str or None
        When it would leave without window, duration and exceptions.
    excepted : list of dict
        For each exception that can be played: `index`, `at`, and whether it kept the message from leaving.
    """

    at: datetime
    leaves: list[Row] = field(default_factory=list)
    refused: list[Row] = field(default_factory=list)
    due_at: str | None = None
    excepted: list[Row] = field(default_factory=list)


def rehearse(
    documents: Sequence[Row], files: Mapping[str, str], body: Row, instants: Sequence[datetime], example: Cast
) -> list[Example]:
    """Set a campaign off at instants, each for somebody else, and see what leaves when.

    Whoever it is belongs to the audience, what sets it off meets its conditions, and texts are rendered as they can
    be: what is asked is the time.

    Parameters
    ----------
    documents : sequence of dict
        The workspace's; its policies hold, but its holdout. Those that send are left out.
    body : dict
        The campaign.
    example : Cast
        What each of the example profiles is like.

    Raises
    ------
    DocumentError
        The campaign, or what it needs, has errors.
    """
    if not instants:
        return []
    others = [_plain(each) for each in documents if each.get("kind") not in DELIVERIES]
    others = _without_wrong(others, files)
    incoming = _incoming(read_workspace(others, files).catalog)
    played = [_played(body, ID, incoming), _played(body, FREE, {}, free=True)]
    world = read_workspace([*others, *played], files)
    found = _run(world, instants, example, [])
    tries = [(i, index, item) for i, one in enumerate(found) for index, item in _exceptions(body, one, incoming)]
    if tries:
        again = _run(world, [found[i].at for i, _, _ in tries], example, [item for _, _, item in tries])
        for (i, index, item), one in zip(tries, again, strict=True):
            found[i].excepted.append({"index": index, "at": item["timestamp"], "cancelled": not one.leaves})
    return found


def _without_wrong(documents: list[Row], files: Mapping[str, str]) -> list[Row]:
    """Leave out documents with errors: the campaign may have nothing to do with them."""
    while True:
        try:
            read_workspace(documents, files)
        except DocumentError as error:
            wrong = {problem.document for problem in error.errors if problem.severity == "error"} - {None}
            rest = [each for each in documents if (each.get("kind"), each.get("id")) not in wrong]
            if len(rest) == len(documents):
                raise
            documents = rest
        else:
            return documents


def _plain(document: Row) -> Row:
    """Return a document as far as it has to do with time: no holdout, and no texts that look at anybody."""
    if document.get("kind") == "policy":
        return {name: value for name, value in document.items() if name != "holdout"}
    if document.get("kind") != "template":
        return document
    return {name: _without_liquid(name, value) for name, value in document.items()}


def _without_liquid(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {inner: _without_liquid(inner, one) for inner, one in value.items()}
    if isinstance(value, list):
        return [_without_liquid(name, one) for one in value]
    if not isinstance(value, str) or ("{{" not in value and "{%" not in value):
        return value
    if name == "mjml":
        return "<mjml><mj-body><mj-section><mj-column><mj-text>x</mj-text></mj-column></mj-section></mj-body></mjml>"
    return "https://example.com/" if name in ("url", "image", "icon") else "x"


def _incoming(catalog: Catalog) -> dict[str, str]:
    """Return the names by which events come in, of those that have no condition of their own."""
    events: Mapping[str, Any] = catalog.all("event")
    return {id: event.incoming_name for id, event in events.items() if event.where is None}


def _played(body: Row, id: str, incoming: Mapping[str, str], *, free: bool = False) -> Row:
    """Return the campaign so that a call sets it off, for whoever it is; `free`: whatever keeps it from leaving."""
    gone = ("unless", *_PEOPLE, *(_RULES if free else ()))
    kept = {name: value for name, value in body.items() if name not in gone}
    unless = [] if free else [_any(one) for one in body.get("unless") or [] if _item(one, "", incoming) is not None]
    return {**kept, "id": id, "trigger": [{"api": True}], **({"unless": unless} if unless else {})}


def _any(happening: Row) -> Row:
    return {name: value for name, value in happening.items() if name != "where"}


def _run(world: Workspace, instants: Sequence[datetime], example: Cast, more: Sequence[Row]) -> list[Example]:
    """Play what happens at instants; those that are far apart each in a scratch of their own."""
    if instants and max(instants) - min(instants) > TOGETHER:
        one_by_one = [_play(world, [at], example, more[i : i + 1]) for i, at in enumerate(instants)]
        return [found for [found] in one_by_one]
    return _play(world, instants, example, more)


def _play(world: Workspace, instants: Sequence[datetime], example: Cast, more: Sequence[Row]) -> list[Example]:
    people = [f"example-{i}" for i in range(len(instants))]
    items = [
        {"type": "trigger", "id": id, "userId": person, "timestamp": format_instant(at)}
        for person, at in zip(people, instants, strict=True) for id in (ID, FREE)
    ]  # fmt: skip
    items += [{**item, "userId": person} for person, item in zip(people, more, strict=False)]
    cast = [Cast(person, example.attributes, example.consent) for person in people]
    session = Session(Setting(world, min(instants), [ID, FREE], cast))
    try:
        session.fire(sorted(items, key=lambda each: parse_instant(each["timestamp"])))
        session.jump(session.now + LONGEST_JUMP - timedelta(days=1))
        store, program = session.scratch.store, session.scratch.program
        messages = message_rows(store, program, session.scratch.renderer)
        discards = discard_rows(store, program)
    finally:
        session.close()
    return [_example(person, at, messages, discards) for person, at in zip(people, instants, strict=True)]


def _example(person: str, at: datetime, messages: list[Row], discards: list[Row]) -> Example:
    def of(rows: Iterable[Row], id: str) -> list[Row]:
        return [row for row in rows if row["profile"] == person and row["from"].partition("/")[0] == id]

    due = [row["at"] for row in of(messages, FREE)]
    return Example(at, of(messages, ID), of(discards, ID), min(due, default=None))


def _exceptions(body: Row, example: Example, incoming: Mapping[str, str]) -> Iterable[tuple[int, Row]]:
    """Yield what can be played of the exceptions, halfway to the message."""
    if not example.leaves:
        return
    until = parse_instant(min(row["at"] for row in example.leaves))
    if until <= example.at:
        return
    at = format_instant(example.at + (until - example.at) / 2)
    for index, each in enumerate(body.get("unless") or []):
        item = _item(each, at, incoming)
        if item is not None:
            yield index, item


def _item(happening: Row, at: str, incoming: Mapping[str, str]) -> Row | None:
    """Return what makes an exception happen; None for what an item alone cannot."""
    if "session" in happening:
        return {"type": "session", "timestamp": at}
    if "inbound" in happening:
        return {"type": "inbound", "channel": happening["inbound"], "text": happening.get("keyword"), "timestamp": at}
    name = incoming.get(str(happening.get("event")))
    return None if name is None else {"type": "track", "event": name, "timestamp": at}
