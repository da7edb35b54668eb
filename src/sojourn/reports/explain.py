"""Why something did or did not happen to a profile in a document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sojourn.engine.campaigns.line import CampaignLine
from sojourn.engine.lifecycle import state_now
from sojourn.expr import Evaluator
from sojourn.expr.directory import Directory
from sojourn.journeys.program import Line, Program
from sojourn.reports.absence import entry_tests, exists, unknown
from sojourn.reports.campaign_path import campaign_paths
from sojourn.reports.nodes import versions
from sojourn.reports.past import Past
from sojourn.reports.reading import Cursor, Row, read
from sojourn.reports.recollection import Readable, Recollection
from sojourn.reports.remedies import clause_of
from sojourn.reports.subject import find_profile, ids_of, load_subject
from sojourn.reports.timeline import Timeline
from sojourn.reports.wording import listed, phrase, plural, sentence
from sojourn.store.duckdb.reader import StoreReader


def explain(
    cursor: Cursor,
    program: Program,
    evaluator: Evaluator,
    profile_id: str,
    document_id: str,
    now: datetime,
    directory: Directory | None = None,
    log: Readable | None = None,
    born_with: Mapping[str, Any] | None = None,
) -> Row:
    """Tell what happened to a profile in a document at each point and why, or why nothing did.

    Parameters
    ----------
    cursor : duckdb cursor
        A reader of the store, of the caller's thread.
    program : Program
        The published documents.
    evaluator : Evaluator
        Of the caller's thread.
    profile_id, document_id : str
        A profile, and a journey or campaign.
    now : datetime
        The engine's instant.
    directory : Directory, optional
        The workspace's names (`Workspace.directory`): with it, audiences are explained down to their own conditions.
    log : Readable, optional
        The items that the engine took: with it, values are those of the instant that is explained.
    born_with : mapping, optional
        What the profile was when it was first known, if no item of the log has told (see `Recollection`).

    Returns
    -------
    dict
        `profile`, `document`, `kind`, `state`, `summary` (a sentence); `entered`; `passages`: for each `entered_at`,
        `left_at`, `state`, `reason`, `would_differ`, `key`, `node` and `steps` (`at`, `node`, `type`, `outcome`,
        `until`, `text`, `messages`, `discards`), and for a triggered campaign `messages` and `discards` of the send;
        `refusals` (`at`, `reason`, `detail`, `channel`, `text`, `would_differ`); for a profile that never entered
        `tests` in their order (`test`, `passed`, `text`, `leaves`, `would_differ`), `first_failed` and `would_differ`,
        else None.

    Raises
    ------
    SojournError
        When no such document has been published.

    Notes
    -----
    Steps, messages and refusals are what was recorded; values are as they were at the instant that is explained. Of an
    attribute that was written since it is what the log has; where that does not reach so far back, or a node of a
    journey wrote what it had computed, the value is told as no longer known.
    """
    lines = versions(program, document_id)
    state = state_now(cursor, lines, now)
    about = {"profile": profile_id, "document": document_id, "kind": lines[0].kind, "state": state}
    reader = StoreReader(cursor)
    known = find_profile(reader, profile_id)
    if known is None:
        erased = read(cursor, "SELECT no FROM erasure LIMIT 1")
        return {**about, **_nothing(), **_absence(about, [unknown(profile_id, may_be_erased=bool(erased))])}
    past = Past(Recollection(log, ids_of(reader, known), known["_created_at"], born_with))
    subject = load_subject(reader, program, evaluator, known["profile_id"], known["_pno"], now, directory, past)
    timeline = Timeline(subject, lines)
    campaigns = [line for line in lines if isinstance(line, CampaignLine)]
    if campaigns:
        return {**about, **_nothing(), **campaign_paths(subject, campaigns, timeline)}
    told = {"passages": timeline.passages(), "refusals": timeline.refusals()}
    if told["passages"]:
        return {**about, **_nothing(), **told, "entered": True, "summary": _summary(profile_id, told, lines[0])}
    found = [exists(profile_id, known["_created_at"]), *entry_tests(subject, lines[0], known["_created_at"])]
    return {**about, **_nothing(), **told, **_absence(about, _refused(told["refusals"], found), told["refusals"])}


def _nothing() -> Row:
    return {
        "entered": False, "summary": "", "passages": [], "refusals": [], "tests": None, "first_failed": None,
        "would_differ": None,
    }  # fmt: skip


def _refused(refusals: list[Row], found: list[Row]) -> list[Row]:
    """Put a recorded refusal, which was decided then, before what the tests say now."""
    if not refusals:
        return found
    last = refusals[-1]
    now = next((each for each in found if each["test"] == last["reason"]), None)
    recorded = {"test": last["reason"], "passed": False, "text": last["text"], "leaves": now["leaves"] if now else []}
    passed = [each for each in found[:2] if each["passed"]]
    return [*passed, {**recorded, "would_differ": clause_of(last["would_differ"])}]


def _absence(about: Row, found: list[Row], refusals: list[Row] | None = None) -> Row:
    first = next((each for each in found if not each["passed"]), None)
    never = phrase("`{}` has not entered `{}`", about["profile"], about["document"])
    if first is None:
        summary = phrase("{}; every test would be passed now, so the next item that matches lets it in", never)
    else:
        times = phrase(" (refused {})", _times(len(refusals))) if refusals else ""
        summary = phrase("{}{}: {}", never, times, first["text"])
    differ = (
        sentence(phrase("it would have entered {}{}", first["would_differ"], _also(found, first))) if first else None
    )
    return {"tests": found, "first_failed": first, "would_differ": differ, "summary": sentence(summary)}


def _also(found: list[Row], first: Row) -> str:
    later = [each["test"] for each in found[found.index(first) + 1 :] if not each["passed"]]
    return phrase(", and then {} had not been in the way", listed(later)) if later else ""


def _times(count: int) -> str:
    return phrase("once") if count == 1 else plural(count, "time")


def _summary(profile_id: str, told: Row, line: Line) -> str:
    last = told["passages"][-1]
    times = "" if len(told["passages"]) == 1 else phrase(" {}, last", plural(len(told["passages"]), "time"))
    word = phrase("entered") if line.steps else phrase("triggered")
    ended = (
        phrase("and is at `{}`", last["node"])
        if last["state"] == "active"
        else phrase("and is {}", phrase(last["state"].replace("_", " ")))
    )
    why = phrase(" ({})", last["reason"]) if last["reason"] else ""
    return sentence(
        phrase("`{}` {} `{}`{} at {} {}{}", profile_id, word, line.id, times, last["entered_at"], ended, why)
    )
