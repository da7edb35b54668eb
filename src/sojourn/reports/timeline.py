"""A profile's passages through a document, step by step, with their messages."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from sojourn.journeys.program import Line
from sojourn.messages.addresses import ATTRIBUTE
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.instants import format_instant
from sojourn.model.reasons import DISCARD_REASONS, FEEDBACK_KINDS, PASSAGE_REASONS, PASSAGE_STATES
from sojourn.reports.arrival import matching_item
from sojourn.reports.case import Case
from sojourn.reports.jumped import at_jump, jump_would_differ, say_jump
from sojourn.reports.nodes import node_id, node_type, slots_of
from sojourn.reports.placement import place
from sojourn.reports.reading import Row, read
from sojourn.reports.refused_message import say
from sojourn.reports.remedies import would_differ, would_go_on
from sojourn.reports.steps import Step, tell
from sojourn.reports.subject import Subject
from sojourn.reports.wording import joined, phrase, when

PASSAGES = """
SELECT no, doc, key, node, entered_at, wake_at, hold, NULL AS left_at, 0 AS state, NULL AS reason, vars
FROM passage WHERE doc IN ({docs}) AND pno = $pno
UNION ALL
SELECT no, doc, key, node, entered_at, NULL, 0, left_at, state, reason, NULL
FROM passage_end WHERE doc IN ({docs}) AND pno = $pno
ORDER BY no
"""
STEPS = """
SELECT passage, doc, node, s."at" AS happened_at, outcome
FROM step s WHERE doc IN ({docs}) AND pno = $pno ORDER BY s."at", rowid
"""
MESSAGES = """
SELECT no, passage, doc, node, slot, channel, variant, m."at" AS decided_at, "to",
    no IN (SELECT no FROM outbox) AS pending, no IN (SELECT no FROM unsent) AS failed, vars
FROM message m WHERE doc IN ({docs}) AND pno = $pno ORDER BY no
"""
HELD = """
SELECT no, passage, doc, node, slot, variant, due_at, hold, "to"
FROM held WHERE doc IN ({docs}) AND pno = $pno ORDER BY no
"""
FEEDBACK = """
SELECT message, kind, f."at" AS told_at, link
FROM feedback f WHERE doc IN ({docs}) AND pno = $pno ORDER BY f."at", rowid
"""
DISCARDS = """
SELECT no, doc, node, channel, d."at" AS refused_at, reason, detail
FROM discard d WHERE doc IN ({docs}) AND pno = $pno ORDER BY no
"""


VERSIONS = "SELECT doc, version FROM document"


WAITING, MOVED = "waiting", "moved"
LOOKED_BACK = 100
"""Steps, the last ones, that are told with the values that they saw: each takes some milliseconds."""


class Timeline:
    """Everything that was recorded about a profile in a document."""

    def __init__(self, subject: Subject, versions: list[Line]) -> None:
        self.subject = subject
        self.lines = {line.doc: line for line in versions}
        docs = ", ".join(map(str, self.lines))
        self.rows, self.steps, self.sent, self.waiting, self.told, self.discards = (
            subject.read(query.format(docs=docs)) for query in (PASSAGES, STEPS, MESSAGES, HELD, FEEDBACK, DISCARDS)
        )
        self.versions = {row["doc"]: row["version"] for row in read(subject.reader.connection, VERSIONS)}
        self.placed = place(self.discards, self.lines, self.rows, self.steps, self.sent)

    def passages(self) -> list[Row]:
        """Return the passages in order of entry, each with its steps."""
        return [self._passage(row) for row in self.rows]

    def refusals(self) -> list[Row]:
        """Return what was refused to the document as a whole, and to none of its passages' nodes."""
        return [self._refusal(row) for row in self.discards if row["no"] not in self.placed]

    def _passage(self, row: Row) -> Row:
        line = self.lines[row["doc"]]
        reason = None if row["reason"] is None else PASSAGE_REASONS[row["reason"]]
        return {
            "entered_at": format_instant(row["entered_at"]), "key": row["key"], "state": PASSAGE_STATES[row["state"]],
            "left_at": _text(row["left_at"]), "reason": reason, "node": node_id(line, row["node"]),
            "would_differ": self._ended(row, line, reason),
            "steps": self._steps(row), "messages": [] if line.steps else self._messages(row, None),
            "discards": [] if line.steps else [self._refusal(each, row) for each in self._discards_of(row)],
        }  # fmt: skip

    def _ended(self, row: Row, line: Line, reason: str | None) -> str | None:
        if reason is None:
            return None
        return would_go_on(reason, self._case(row["left_at"], line, row["node"], row))

    def _case(
        self, at: datetime, line: Line, node: int, passage: Row | None, channel: str | None = None,
        detail: str | None = None,
    ) -> Case:  # fmt: skip
        entered_at = passage["entered_at"] if passage else None
        caught = self._caught(passage, at) if passage else {}
        return Case.of(self.subject, line, at, node, channel, detail, entered_at, caught)

    def _caught(self, passage: Row, at: datetime) -> dict[str, Any]:
        """Return what the nodes of a passage had caught until an instant, as far as it is kept."""
        kept = [row["vars"] for row in [*self.sent, passage] if row.get("passage", row["no"]) == passage["no"]]
        caught: dict[str, Any] = {name: value for text in kept if text for name, value in json.loads(text).items()}
        for step in self.steps:
            line = self.lines[step["doc"]]
            if (
                step["passage"] == passage["no"]
                and step["happened_at"] <= at
                and line.outcome_name(step["outcome"]) not in (WAITING, MOVED)
            ):
                matchers = getattr(line.operators[step["node"]], "matchers", ())
                came = matching_item(self.subject, matchers, step["happened_at"]) if matchers else None
                if came is not None:
                    caught[line.node_ids[step["node"]]] = json.loads(came["data"] or "{}")
        return caught

    # ---- steps -------------------------------------------------------------------------------------------------------

    def _steps(self, passage: Row) -> list[Row]:
        own = [self._placed(step) for step in self.steps if step["passage"] == passage["no"]]
        discards = self._discards_of(passage)
        return [self._step(passage, own, number, discards) for number in range(len(own))]

    def _placed(self, step: Row) -> Row:
        """Name the node and the outcome of a step: those of one passage may be of several versions."""
        line = self.lines[step["doc"]]
        return {**step, "id": node_id(line, step["node"]), "said": line.outcome_name(step["outcome"])}

    def _step(self, passage: Row, own: list[Row], number: int, discards: list[Row]) -> Row:
        row = own[number]
        line, node, outcome = self.lines[row["doc"]], row["node"], row["said"]
        last = all(step["id"] != row["id"] for step in own[number + 1 :])
        following = next(
            (step for step in own[number + 1 :] if step["id"] == row["id"] and step["said"] != MOVED), None
        )
        waited = any(step["id"] == row["id"] and step["said"] == WAITING for step in own[:number])
        until = following["happened_at"] if following else passage["wake_at"] if outcome == WAITING else None
        over = following is not None or passage["left_at"] is not None
        is_recent = row["happened_at"] >= self.steps[-LOOKED_BACK:][0]["happened_at"]
        case = partial(self._case, row["happened_at"], line, node, passage) if is_recent else None
        version = self.versions.get(row["doc"])
        step = Step(self.subject, line, node, row["happened_at"], outcome, until, over, waited, case, version)
        place = (row["doc"], node)
        here = line.steps and last
        refused = [each for each in discards if here and (each["doc"], each["node"]) == place]
        return {
            "at": format_instant(row["happened_at"]), "node": row["id"], "type": node_type(line, node),
            "outcome": outcome, "until": _text(until) if outcome == WAITING else None, "text": tell(step),
            "messages": self._messages(passage, place) if here else [],
            "discards": [self._refusal(each, passage) for each in refused],
        }  # fmt: skip

    # ---- messages ----------------------------------------------------------------------------------------------------

    def _messages(self, passage: Row, place: tuple[int, int] | None) -> list[Row]:
        """Return the messages of a passage, or those of one node (version and number) of it."""

        def here(rows: Iterable[Row]) -> list[Row]:
            own = [row for row in rows if row["passage"] == passage["no"]]
            return [row for row in own if place in (None, (row["doc"], row["node"]))]

        return [*(self._message(row) for row in here(self.sent)), *(self._held(row) for row in here(self.waiting))]

    def _message(self, row: Row) -> Row:
        told = [self._feedback(each) for each in self.told if each["message"] == row["no"]]
        status = "pending" if row["pending"] else "failed" if row["failed"] else "sent"
        return {**self._about(row), "at": format_instant(row["decided_at"]), "status": status, "feedback": told} | {
            "text": _said(self._about(row), status, row["decided_at"], told)
        }

    def _held(self, row: Row) -> Row:
        about = self._about(row)
        why = (
            phrase("the document is paused")
            if row["hold"]
            else phrase("quiet hours hold it until {}", when(row["due_at"]))
        )
        return {**about, "at": None, "status": "held", "feedback": [], "text": phrase("{}: {}", _what(about), why)}

    def _about(self, row: Row) -> Row:
        line = self.lines[row["doc"]]
        slot = slots_of(line, row["node"])[row["slot"]]
        own = self.subject.attributes.get(ATTRIBUTE.get(slot.spec.channel, ""))
        variant = row["variant"]
        return {
            "channel": slot.spec.channel, "to": row.get("to") or own, "template": slot.choice(variant).template.id,
            "variant": slot.label(variant),
        }  # fmt: skip

    def _feedback(self, row: Row) -> Row:
        kind = FEEDBACK_KINDS[row["kind"]]
        return {"kind": kind, "at": format_instant(row["told_at"]), "link": row["link"], "_at": row["told_at"]}

    def at_activity(self, doc: int, node: int) -> tuple[list[Row], list[Row]]:
        """Return the messages and the discards of an activity of a campaign."""
        here = [row for row in [*self.sent, *self.waiting] if (row["doc"], row["node"]) == (doc, node)]
        made = [self._message(row) if "decided_at" in row else self._held(row) for row in here]
        return made, [self._refusal(row) for row in self.discards if (row["doc"], row["node"]) == (doc, node)]

    # ---- discards ----------------------------------------------------------------------------------------------------

    def _discards_of(self, passage: Row) -> list[Row]:
        """Return the discards that belong to a passage."""
        return [row for row in self.discards if self.placed.get(row["no"]) == passage["no"]]

    def _refusal(self, row: Row, passage: Row | None = None) -> Row:
        line, reason = self.lines[row["doc"]], DISCARD_REASONS[row["reason"]]
        channel = CHANNEL_TYPES[row["channel"]] if row["channel"] >= 0 else None
        case = self._case(row["refused_at"], line, row["node"], passage, channel, row["detail"])
        return {
            "at": format_instant(row["refused_at"]), "channel": channel, "reason": reason, "detail": row["detail"],
            **_explained(reason, case),
        }  # fmt: skip


def _explained(reason: str, case: Case) -> Row:
    there = at_jump(case)
    if there is not None:
        return {"text": say_jump(reason, there), "would_differ": jump_would_differ(reason, there)}
    return {"text": say(reason, case), "would_differ": would_differ(reason, case)}


def _text(at: datetime | None) -> str | None:
    return None if at is None else format_instant(at)


def _what(about: Row) -> str:
    variant = phrase(" (variant {})", about["variant"]) if about["variant"] is not None else ""
    to = phrase(" to {}", about["to"]) if about["to"] else ""
    return phrase("{} `{}`{}{}", about["channel"], about["template"], variant, to)


def _said(about: Row, status: str, at: datetime, told: list[Any]) -> str:
    events = joined([phrase("{} {}", phrase(each["kind"]), when(each.pop("_at"))) for each in told], ", ")
    if status == "pending":
        return phrase("{}: decided {}, not handed over yet", _what(about), when(at))
    if status == "failed":
        return phrase(
            "{}: decided {}, and could not be delivered{}",
            _what(about),
            when(at),
            phrase(", {}", events) if events else "",
        )
    return phrase("{}: {}", _what(about), events or phrase("handed over {}", when(at)))
