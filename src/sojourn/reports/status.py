"""Live counts of all published documents, in a handful of queries."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sojourn.engine.lifecycle import busy_docs, last_runs, state_of
from sojourn.journeys.program import Line, Program
from sojourn.model.instants import format_instant
from sojourn.model.reasons import FEEDBACK_KINDS
from sojourn.reports.funnel import Counts, count_passages, node_counts, passage_counts
from sojourn.reports.nodes import documents
from sojourn.reports.reading import Cursor, Row, one_moment, read
from sojourn.reports.runs import runs_of
from sojourn.reports.sending import Sending, count_feedback, count_messages

VERSIONS = "SELECT doc, version FROM document"


def status(cursor: Cursor, program: Program, now: datetime, appended: int, processed: int) -> Row:
    """Return the counts of every document.

    Parameters
    ----------
    cursor : duckdb cursor
        A reader of the store, of the caller's thread.
    program : Program
        The published documents.
    now : datetime
        The engine's instant.
    appended, processed : int
        Items in the log, and items that the engine has taken.

    Returns
    -------
    dict
        `now`, `items` (`appended`, `processed`), `documents`: for each `id`, `kind`, `state`, `version`, `entered`,
        `inside`, `completed`, `exited`, `timed_out`, `failed`, `stopped`; `nodes` (`id`, `type`, `entered`, `waiting`,
        `left`: outcome to count); `messages` (`sent`, `pending`, `held`, `failed`, and the messages that got each kind
        of feedback); `discards` (reason to count, of entries and messages). All versions of a document count together;
        state, version and order of nodes are those of the newest. `runs` has a campaign's newest run (`reports.runs`).
    """
    lines = program.by_doc
    with one_moment(cursor):
        numbers = {row["doc"]: row["version"] for row in read(cursor, VERSIONS)}
        newest = {id_: runs_of(cursor, found, 1) for id_, found in documents(program).items()}
        busy, runs = busy_docs(cursor), last_runs(cursor)
        counts, sending, feedback = count_passages(cursor, lines), count_messages(cursor, lines), count_feedback(cursor)
    found = [
        {
            "id": id_, "kind": versions[0].kind, "state": state_of(versions, runs, busy, now),
            "version": numbers.get(versions[0].doc, 1),
            **_document(versions, counts, sending, feedback), "runs": newest[id_],
        }
        for id_, versions in documents(program).items()
    ]  # fmt: skip
    items = {"appended": appended, "processed": processed}
    return {"now": format_instant(now), "items": items, "documents": found}


def _document(versions: list[Line], counts: Counts, sending: Sending, feedback: dict[int, Counter[str]]) -> Row:
    return {
        **passage_counts(counts, versions), "nodes": node_counts(counts, versions),
        "messages": _messages(versions, sending, feedback), "discards": _discards(versions, sending),
    }  # fmt: skip


def _messages(versions: list[Line], sending: Sending, feedback: dict[int, Counter[str]]) -> Row:
    docs = {line.doc for line in versions}
    counts = {
        name: sum(n for place, n in table.items() if place.doc in docs) for name, table in sending.tables().items()
    }
    told: Counter[str] = sum((feedback.get(doc, Counter()) for doc in docs), Counter())
    return counts | {kind: told[kind] for kind in FEEDBACK_KINDS if kind not in counts}


def _discards(versions: list[Line], sending: Sending) -> Row:
    docs = {line.doc for line in versions}
    reasons: Counter[str] = Counter()
    for (doc, reason), n in sending.refused.items():
        reasons[reason] += n if doc in docs else 0
    for place, counts in sending.discarded.items():
        if place.doc in docs:
            reasons += counts
    return {reason: n for reason, n in reasons.most_common() if n}
