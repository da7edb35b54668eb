"""What a profile went through in the runs of a campaign, read from the work tables, and where it was lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import duckdb

from sojourn.engine.campaigns.book import work_table
from sojourn.engine.campaigns.line import CampaignLine
from sojourn.expr.names import identifier
from sojourn.model.instants import format_instant
from sojourn.reports.lost_row import Lost, Said, why_lost
from sojourn.reports.reading import Row, read
from sojourn.reports.subject import Subject
from sojourn.reports.timeline import Timeline
from sojourn.reports.wording import NOT_KEPT, joined, phrase, plural, sentence, when

RUNS: Final = "SELECT * FROM campaign_run WHERE doc = $doc ORDER BY run"
TASKS: Final = "SELECT * FROM campaign_task WHERE doc = $doc AND run = $run ORDER BY began_at, activity"
COUNTS: Final = 'SELECT activity, outlet, "rows" AS n FROM transition WHERE doc = $doc AND run = $run'
GONE: Final = phrase("the rows of this run are not kept any more")


DECIDED: Final = {
    "sent": phrase("the message was handed over"),
    "pending": phrase("the message was decided, and is not handed over yet"),
    "held": phrase("the message is held"),
    "failed": phrase("the message could not be delivered"),
}
"""What is said of a message by its status, the best first."""
UNSENT: Final = {"discarded": phrase("the message was not sent"), "waiting": phrase("not yet decided")}


class CampaignRunPath:
    """A profile in one run of a campaign."""

    def __init__(self, subject: Subject, line: CampaignLine, run: Row, timeline: Timeline) -> None:
        self.subject, self.line, self.run, self.timeline = subject, line, run, timeline
        self._key = {"doc": line.doc, "run": run["run"]}
        self.counts = {(row["activity"], row["outlet"]): row["n"] for row in self._read(COUNTS, self._key)}
        self.places: dict[tuple[int, str], list[Row]] = {}
        self.is_kept = True
        for place in self.counts:
            self.places[place] = self._mine(*place)

    def _read(self, query: str, params: Mapping[str, object]) -> list[Row]:
        return read(self.subject.reader.connection, query, params)

    def _mine(self, activity: int, outlet: str) -> list[Row]:
        """Return the profile's rows of a transition."""
        where = self._link(activity)
        if where is None or self.line.activities[activity].sends:
            return []
        table = identifier(work_table(self.line.doc, self.run["run"], activity, outlet))
        tests = " AND ".join(f"CAST({identifier(column)} AS VARCHAR) IN $v{i}" for i, column in enumerate(where))
        values = {f"v{i}": [str(each) for each in value] for i, value in enumerate(where.values())}
        try:
            return self._read(f"SELECT * FROM {table} WHERE {tests}", values)
        except duckdb.CatalogException:
            self.is_kept = False
            return []

    def _link(self, activity: int) -> dict[str, list[Any]] | None:
        """Return the columns by which rows of an activity are the profile's, with its values; None: nobody's.

        A run may have known it by an id that it had then.
        """
        ids = sorted({self.subject.id, *self.subject.past.recollection.ids})
        entity = self.line.shapes[activity].entity
        directory = self.subject.directory
        if entity == "profile" or "profile_id" in self.line.shapes[activity].columns:
            return {"profile_id": ids}
        spec = directory.entities.get(entity or "") if directory else None
        links = [link for link in spec.links.values() if link.to == "profile"] if spec else []
        own = {**{name: [value] for name, value in self.subject.attributes.items()}, "profile_id": ids}
        return {column: own.get(target, []) for column, target in links[0].on.items()} if links else None

    # ---- what is told --------------------------------------------------------------------------------------------

    def passage(self) -> Row:
        """Return the run as explanations have a passage."""
        steps = [step for task in self._read(TASKS, self._key) if (step := self._step(task)) is not None]
        why = decisive(steps)
        inside = [step for step in steps if step["outcome"] != "lost"]
        return {
            "entered_at": format_instant(self.run["started_at"]), "key": phrase("run {}", self.run['run']),
            "left_at": None if self.run["ended_at"] is None else format_instant(self.run["ended_at"]),
            "state": self.run["state"], "reason": None, "node": (inside or steps or [{"node": ""}])[-1]["node"],
            "would_differ": why[-1]["_differ"] if why else None, "_why": joined((step["text"] for step in why), "; "),
            "steps": [{name: value for name, value in step.items() if name[0] != "_"} for step in steps],
            "messages": [], "discards": [],
        }  # fmt: skip

    def _step(self, task: Row) -> Row | None:
        number = task["activity"]
        activity = self.line.activities[number]
        came = {name: len(self._rows(name)) for _, name in activity.inputs()}
        if came and not any(came.values()):
            return None
        about: Row = {
            "at": format_instant(task["began_at"]), "node": activity.id, "type": activity.type, "until": None,
            "messages": [], "discards": [],
        }  # fmt: skip
        if activity.sends:
            return about | self._sent(number)
        outlets = {outlet: len(rows) for (place, outlet), rows in self.places.items() if place == number and rows}
        if outlets or not activity.outlets():
            text = joined(
                (
                    phrase("`{}`: {}", outlet, plural(n, "row")) if outlet else plural(n, "row")
                    for outlet, n in outlets.items()
                ),
                ", ",
            )
            return about | {
                "outcome": next(iter(outlets), "") or "next",
                "text": phrase("{} of it", text or phrase("taken")),
            }
        if task["ended_at"] is None or not self.is_kept:
            return about | {
                "outcome": "waiting",
                "text": phrase("has not ended ({})", task["state"]) if self.is_kept else GONE,
            }
        counts = {outlet: n for (place, outlet), n in self.counts.items() if place == number}
        text, differ = self._lost(task, activity, came, counts)
        return about | {"outcome": "lost", "text": text, "_differ": phrase("It would have gone on {}.", differ),
                        "_came": came}  # fmt: skip

    def _lost(self, task: Row, activity: Any, came: dict[str, int], counts: dict[str, int]) -> Said:
        """Say why an activity let nothing of the profile out, as it was when that was done."""
        began_at, born_at = task["began_at"], self.subject.past.recollection.born_at
        if not came and getattr(activity, "entity", "profile") == "profile" and born_at > began_at:
            text = phrase(
                "`{}` was done at {}, before it came into being at {}", activity.id, when(began_at), when(born_at)
            )
            return text, phrase("if it had been there at {}", when(began_at))
        then = self.subject.then(began_at)
        rows = [row for _, name in activity.inputs() for row in self._rows(name)]
        own = {**then.attributes, "profile_id": self.subject.id, **dict.fromkeys(then.unknown, NOT_KEPT)}
        return why_lost(Lost(then, activity, rows[-1] if rows else own, came, counts))

    def _rows(self, transition: str) -> list[Row]:
        activity, _, outlet = transition.partition(".")
        return self.places.get((self.line.node_ids.index(activity), outlet), [])

    def _sent(self, number: int) -> Row:
        messages, discards = self.timeline.at_activity(self.line.doc, number)
        found = {message["status"] for message in messages}
        outcome = "discarded" if discards else "waiting"
        outcome = next((status for status in DECIDED if status in found), outcome)
        return {
            "outcome": outcome,
            "text": DECIDED.get(outcome) or UNSENT[outcome],
            "messages": messages,
            "discards": discards,
        }


def decisive(steps: list[Row]) -> list[Row]:
    """Return the step in which a profile was lost; behind it the sources that did not take it, where it needed them."""
    lost = [step for step in steps if step["outcome"] == "lost"]
    behind = [step for step in lost if step["_came"]]
    if not behind:
        return lost[:1]
    missing = [name for name, rows in behind[-1]["_came"].items() if not rows]
    return [behind[-1], *(step for step in lost if step["node"] in missing)]


def campaign_paths(subject: Subject, lines: list[CampaignLine], timeline: Timeline) -> Row:
    """Return `entered`, `passages` (one for each run) and `summary` of a campaign."""
    connection = subject.reader.connection
    paths = [
        CampaignRunPath(subject, line, run, timeline)
        for line in sorted(lines, key=lambda line: line.doc) for run in read(connection, RUNS, {"doc": line.doc})
    ]  # fmt: skip
    passages = [path.passage() for path in paths]
    entered = [any(step["outcome"] != "lost" for step in passage["steps"]) for passage in passages]
    return {"entered": any(entered), "passages": passages, "summary": sentence(_summary(subject, lines[0], passages))}


def _summary(subject: Subject, line: CampaignLine, passages: list[Row]) -> str:
    if not passages:
        return phrase("`{}` has not run yet", line.id)
    last = passages[-1]
    why = [passage.pop("_why") for passage in passages][-1]
    about = phrase("in {} of `{}`", last["key"], line.id)
    messages = [step for step in last["steps"] if step["messages"]]
    sent = [step for step in messages if step["outcome"] == "sent"]
    if sent:
        return phrase("`{}` was sent a message by `{}` {}", subject.id, sent[0]["node"], about)
    if messages:
        return phrase("`{}` has got nothing yet {}: {}", subject.id, about, messages[0]["text"])
    refused = [row["text"] for step in last["steps"] for row in step["discards"]]
    said = refused[-1] if refused else why
    return phrase("`{}` got nothing {}", subject.id, about) + (phrase(": {}", said) if said else phrase(" so far"))
