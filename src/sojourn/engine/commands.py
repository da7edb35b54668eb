"""Items that concern more than one profile: lifecycle, table rows, suppression, business events."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from sojourn.engine.admission import Admission, admit_members
from sojourn.engine.campaigns.runs import NoSuchStart, OverStart
from sojourn.engine.dead_letters import LETTERS
from sojourn.engine.grouping import rows_of_group
from sojourn.engine.item import Item, frame_of
from sojourn.engine.joining import join
from sojourn.engine.refusals import TOO_LATE
from sojourn.expr.directory import EntitySpec
from sojourn.journeys.flow import HELD, Flow
from sojourn.journeys.held import resume
from sojourn.journeys.matching import MATCH
from sojourn.journeys.program import Line
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.erasure import ERASED
from sojourn.model.state import INSTANT, Changes, conform
from sojourn.store.duckdb.rows import typed_rows

if TYPE_CHECKING:
    from sojourn.engine.processor import Processor


def take(processor: Processor, item: Item) -> None:
    """Take one such item."""
    TAKES[item["kind"]](processor, item)


# ---- lifecycle -------------------------------------------------------------------------------------------------------


def _control(processor: Processor, item: Item) -> None:
    data = json.loads(item["data"] or "{}")
    command, document = item["name"] or data.get("do"), data.get("id")
    if "letters" in data and command in LETTERS:
        LETTERS[command](processor, item)
        return
    lines = processor.program.versions(document)
    if data.get("older"):
        lines = lines[1:]
        if not lines:
            return  # nobody is inside an older version any more
    if not lines or (command not in LIFECYCLE and not processor.campaigns.knows(lines[0], command)):
        processor.refuse(frame_of(item), "ITEM-011", f"there is no live document `{document}` to {command}")
        return
    for line in lines:
        processor.campaigns.tell(line, command, item["at"])
        if command in LIFECYCLE:
            LIFECYCLE[command](processor, line, item["at"])


def _set_state(processor: Processor, line: Line, state: str) -> None:
    line.state = state
    processor.store.connection.execute("UPDATE document SET state = ? WHERE doc = ?", [state, line.doc])


def _pause(processor: Processor, line: Line, _: datetime) -> None:
    if line.state == "live":
        _set_state(processor, line, "paused")


def _resume(processor: Processor, line: Line, at: datetime) -> None:
    if line.state == "paused":
        line.state = "live"
        release_held(processor, line, at)
        _set_state(processor, line, "live")


def _close(processor: Processor, line: Line, at: datetime) -> None:
    was_paused = line.paused
    if line.state in ("live", "paused"):
        line.state = "closed"
        if was_paused:
            release_held(processor, line, at)
        _set_state(processor, line, "closed")


def _stop(processor: Processor, line: Line, at: datetime) -> None:
    _set_state(processor, line, "stopped")
    processor.everybody_leaves(line, at, "stopped", "stopped")


def let_leave(processor: Processor, line: Line, at: datetime) -> None:
    """Stop one version: all who are inside leave."""
    processor.campaigns.tell(line, "stop", at)
    _stop(processor, line, at)


LIFECYCLE: Final[dict[str, Callable[[Processor, Line, datetime], None]]] = {
    "pause": _pause, "resume": _resume, "close": _close, "stop": _stop,
}  # fmt: skip


def release_held(processor: Processor, line: Line, at: datetime) -> None:
    """Let passages and messages that a pause held go on, in the order of their arrival."""
    inside = processor.store.inside(line.doc)
    if not inside.len():
        return
    fold = processor.fold_for(inside)
    flow = Flow(fold, line)
    mine = (pl.col("doc") == line.doc) & (pl.col("hold") == HELD)
    rows = flow.inside().filter(mine).sort("wake_no").with_columns(pl.lit(at).cast(INSTANT).alias("at"))
    fold.lift("passage", rows)
    fold.released = _by_arrival(processor, line, rows)
    turn = rows.select(pl.int_range(pl.len()).over("pno").alias("turn"))["turn"]
    for number in turn.unique().sort().to_list():
        for (node,), part in rows.filter(turn == number).group_by("node", maintain_order=True):
            line.operators[node].resume(flow, part)
        flow.run()
    messages = fold.state["held"].filter(mine).with_columns(pl.lit(at).cast(INSTANT).alias("at"))
    fold.lift("held", messages)
    resume(flow, messages)
    processor.settle(fold)
    processor.commit(fold.finish())


ARRIVED: Final = """
SELECT passage AS no, max(s."at") AS arrived_at FROM step s WHERE doc = $doc AND outcome = 0 GROUP BY passage
"""
"""The instant at which a passage that waits came to where it is."""


def _by_arrival(processor: Processor, line: Line, rows: pl.DataFrame) -> pl.Series | None:
    """Return the numbers of passages that were held in the order in which they came there, if some node asks for it."""
    if not rows.height or not any(getattr(operator, "counts_arrivals", False) for operator in line.operators):
        return None
    arrived = processor.store.read(ARRIVED, {"doc": line.doc})
    return rows.join(arrived, on="no", how="left", maintain_order="left").sort("arrived_at", "wake_no")["no"]


# ---- tables ----------------------------------------------------------------------------------------------------------


def _row(processor: Processor, item: Item) -> None:
    data = json.loads(item["data"] or "{}")
    entity = processor.audiences.directory.entities.get(item["name"])
    if entity is None:
        processor.refuse(frame_of(item), "ITEM-012", f"there is no entity `{item['name']}`")
        return
    row = data.get("row") or {}
    if item["name"] == "profile":
        _profile_row(processor, item, row)
        return
    key = typed_rows([row], {entity.key: entity.attributes[entity.key]})[entity.key][0]
    if key is None:
        processor.refuse(frame_of(item), "ITEM-014", f"has no `{entity.key}`, the key of `{item['name']}`")
        return
    row = {**row, entity.key: key}
    for column in entity.profile_columns:
        row[column] = _kept(processor, row.get(column))
    before = processor.store.row(item["name"], entity.key, key)
    processor.store.put_row(item["name"], entity, row, delete=data.get("op") == "d")
    after = processor.store.row(item["name"], entity.key, key)
    _touch(processor, item, [id for it in (before, after) if it for id in _linked_profiles(processor, entity, it)])


def _profile_row(processor: Processor, item: Item, row: Item) -> None:
    profile_id = _as_id(row.get("profile_id"))
    if profile_id is None:
        _refused(processor, item)
        return
    profile_id = _kept(processor, profile_id)
    traits = {name: value for name, value in row.items() if name != "profile_id"}
    told = {
        **item,
        "kind": "identify",
        "profile_id": profile_id,
        "traits": json.dumps(traits, ensure_ascii=False),
    }
    processor.fold_items(frame_of(told), item["at"])


def _kept(processor: Processor, value: Any) -> Any:
    """Return the id under which a profile is kept that is named by any of its ids."""
    return processor.store.aliases.canonical(pl.Series([value]))[0] if isinstance(value, str) else value


def _linked_profiles(processor: Processor, entity: EntitySpec, row: Item) -> list[str]:
    """Return the ids of the profiles that a row is linked to; a row alone brings no profile into being."""
    found: list[str] = []
    for link in entity.links.values():
        if link.to == "profile":
            found += processor.store.profiles_with({there: row.get(here) for here, there in link.on.items()})
    return found


def _as_id(value: object) -> str | None:
    """Return a profile's id as text, None for what can be none."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) and value != "" else None


def _touch(processor: Processor, item: Item, profile_ids: Iterable[str]) -> None:
    """Let the change of a row be an item of the profiles that it is linked to, for their audiences."""
    for profile_id in sorted(set(profile_ids)):
        processor.fold_items(frame_of({**item, "kind": "touched", "profile_id": profile_id}), item["at"])


def _group(processor: Processor, item: Item) -> None:
    """Keep a group and who belongs to it, where the workspace has a place for that."""
    entities = processor.audiences.directory.entities
    told = item if item["profile_id"] is None else {**item, "profile_id": _kept(processor, item["profile_id"])}
    rows, attribute = rows_of_group(told, entities)
    if not rows and attribute is None:
        processor.refuse(frame_of(item), "ITEM-017", f"names a group, and nothing keeps groups{GROUPS}")
    for entity, row in rows.items():
        _row(processor, {**told, "kind": "row", "name": entity, "data": json.dumps({"op": "u", "row": row})})
    if told["profile_id"] is not None:
        processor.fold_items(frame_of({**told, "kind": "identify", "traits": attribute}), item["at"])


GROUPS: Final = ": declare an entity `groups`, an entity `group_members`, or an attribute `group_id` of `profile`"


def _suppress(processor: Processor, item: Item) -> None:
    data = json.loads(item["data"] or "{}")
    rows = pl.DataFrame({
        "channel": [CHANNEL_TYPES.index(item["name"])], "address": [data.get("address")], "reason": ["by_hand"],
        "at": [item["at"]],
    })  # fmt: skip
    changes = Changes(counter=processor.counter)
    changes.replaced["suppression"] = conform("suppression", rows)
    processor.commit(changes)


# ---- business events -------------------------------------------------------------------------------------------------


def _business_event(processor: Processor, item: Item) -> None:
    for line in processor.program.lines:
        event = line.entry.business_event
        if event is None or not line.entries or not _is_event(processor, item, event):
            continue
        run = line.entry.run
        assert run is not None
        members = processor.audiences.members(run.audience, item["at"])
        admit_members(processor, Admission(line, item["at"], members, event=item["data"] or "{}", own=item["offset"]))


def _is_event(processor: Processor, item: Item, event: str) -> bool:
    rules = [rule for rule in processor.program.events.get(item["name"], ()) if rule.id == event]
    if not rules:
        return False
    if rules[0].where is None:
        return True
    rows = pl.DataFrame({"pno": [0], "at": [item["at"]], "event": [item["data"]], "own": [item["offset"]]}).cast(MATCH)  # type: ignore[arg-type]
    return bool(processor.evaluator.values(rows, {"met": rules[0].where})["met"].fill_null(False)[0])


def _signal(processor: Processor, item: Item) -> None:
    """Start a campaign; a closed or stopped one stays still."""
    parameters = json.loads(item["data"] or "{}")
    try:
        processor.campaigns.signal(item["name"], item["at"], parameters)
    except NoSuchStart as error:
        processor.refuse(frame_of(item), TOO_LATE if isinstance(error, OverStart) else "ITEM-015", str(error))


def _nothing(_: Processor, __: Item) -> None:
    """Take an item of somebody who was erased."""


def _refused(processor: Processor, item: Item) -> None:
    processor.refuse(frame_of(item), "ITEM-013", "names no profile")


TAKES: Final[dict[str, Callable[[Processor, Item], None]]] = {
    "control": _control, "row": _row, "suppress": _suppress, "track": _business_event, "signal": _signal,
    "alias": join, "group": _group, ERASED: _nothing,
    **dict.fromkeys(("identify", "feedback", "subscription", "trigger", "location", "inbound", "session"), _refused),
}  # fmt: skip
