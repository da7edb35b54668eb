"""The simulator's results, read back from the store (spec, section 8)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sojourn.engine.campaigns.line import CampaignLine
from sojourn.journeys.program import Line, Program
from sojourn.journeys.sending import Slot
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.instants import format_instant
from sojourn.model.reasons import DISCARD_REASONS, PASSAGE_REASONS, PASSAGE_STATES
from sojourn.store.duckdb import DuckStore

if TYPE_CHECKING:
    from sojourn.engine.rendering import EagerRenderer

Row = dict[str, Any]
CONTROL = -2


def _rows(store: DuckStore, table: str, order: str) -> list[Row]:
    query = f"SELECT t.*, p.profile_id FROM {table} t LEFT JOIN profile p ON p._pno = t.pno ORDER BY {order}"
    return store.read(query).to_dicts()


def _text(at: datetime | None) -> str | None:
    return None if at is None else format_instant(at)


def message_rows(store: DuckStore, program: Program, renderer: EagerRenderer) -> list[Row]:
    """Return the messages that were handed over."""
    found = []
    for row in _rows(store, "message", "t.at, t.no"):
        line = program.by_doc[row["doc"]]
        slot: Slot = line.operators[row["node"]].slots[row["slot"]]  # type: ignore[attr-defined]
        rendered = renderer.rendered[row["no"]]
        found.append({
            "profile": row["profile_id"], "from": line.origin(row["node"]), "channel": CHANNEL_TYPES[row["channel"]],
            "at": _text(row["at"]), "to": renderer.addresses.get(row["no"]),
            "template": slot.choice(row["variant"]).template.id, "subject": rendered.subject, "body": rendered.body,
            "variant": slot.label(row["variant"]), "row": _key(line, row["entry"]),
        })  # fmt: skip
    return found


def _key(line: Line, entry: str | None) -> Any:
    """Return the key of the secondary entity's row that a campaign's message is about."""
    return next(iter(json.loads(entry).values()), None) if entry and isinstance(line, CampaignLine) else None


def discard_rows(store: DuckStore, program: Program) -> list[Row]:
    """Return the entries that were refused and the messages that were not sent."""
    return [
        {
            "profile": row["profile_id"], "from": program.by_doc[row["doc"]].origin(row["node"]),
            "channel": None if row["channel"] < 0 else CHANNEL_TYPES[row["channel"]], "at": _text(row["at"]),
            "reason": DISCARD_REASONS[row["reason"]], "detail": row["detail"],
        }
        for row in _rows(store, "discard", "t.at, t.no")
    ]  # fmt: skip


def passage_rows(store: DuckStore, program: Program) -> list[Row]:
    """Return the passages of journeys: those inside and those that ended."""
    inside = [{**row, "left_at": None, "state": 0, "reason": None} for row in _rows(store, "passage", "t.no")]
    every = sorted([*inside, *_rows(store, "passage_end", "t.no")], key=lambda row: row["no"])
    return [_passage(row, program.by_doc[row["doc"]]) for row in every if program.by_doc[row["doc"]].steps]


def _passage(row: Row, line: Line) -> Row:
    return {
        "profile": row["profile_id"], "journey": line.id, "key": row["key"], "entered_at": _text(row["entered_at"]),
        "left_at": _text(row["left_at"]), "state": PASSAGE_STATES[row["state"]],
        "reason": None if row["reason"] is None else PASSAGE_REASONS[row["reason"]], "node": line.node_ids[row["node"]],
    }  # fmt: skip


def step_rows(store: DuckStore, program: Program) -> list[Row]:
    """Return the nodes that passages of journeys came through."""
    return [
        {
            "profile": row["profile_id"], "journey": line.id, "node": line.node_ids[row["node"]],
            "at": _text(row["at"]), "outcome": line.outcome_name(row["outcome"]),
        }
        for row in _rows(store, "step", "t.at, t.passage")
        if (line := program.by_doc[row["doc"]]).steps
    ]  # fmt: skip


def transition_rows(store: DuckStore, program: Program) -> list[Row]:
    """Return the exact counts of the transitions of campaigns, run after run."""
    order = 'r.started_at, r.id, r.run, t."at", t.activity, t.rowid'
    rows = store.read(f"SELECT t.* FROM transition t JOIN campaign_run r USING (doc, run) ORDER BY {order}").to_dicts()
    return [_transition(row, program.by_doc[row["doc"]]) for row in rows]


def _transition(row: Row, line: Line) -> Row:
    source = ".".join(filter(None, (line.node_ids[row["activity"]], row["outlet"])))
    return {"campaign": line.id, "run": row["run"], "from": source, "rows": row["rows"]}


def conversion_rows(store: DuckStore, program: Program) -> list[Row]:
    """Return the conversions."""
    return [_conversion(row, program.by_doc[row["doc"]]) for row in _rows(store, "conversion", "t.at, t.receipt")]


def _conversion(row: Row, line: Line) -> Row:
    control = row["variant"] == CONTROL
    return {
        "profile": row["profile_id"], "from": line.id, "event": line.goals[row["goal"]].matcher.value,
        "at": _text(row["at"]), "variant": "control" if control else variant_label(line, row["variant"]),
    }  # fmt: skip


def variant_label(line: Line, variant: int) -> str | int | None:
    """Return how a campaign's variant is reported."""
    slots: tuple[Slot, ...] = line.operators[-1].slots  # type: ignore[attr-defined]
    return next((slot.label(variant) for slot in slots if slot.variant == variant and variant >= 0), None)
