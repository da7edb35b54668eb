"""What happened to a profile in all documents: events, passages, steps, messages, feedback, refusals, conversions."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any, Final, Literal, get_args

from sojourn.journeys.program import Line, Program
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.errors import SojournError
from sojourn.model.instants import format_instant, parse_instant
from sojourn.model.reasons import DISCARD_REASONS, FEEDBACK_KINDS, PASSAGE_REASONS, PASSAGE_STATES
from sojourn.reports.nodes import node_id
from sojourn.reports.profile import NoSuchProfile
from sojourn.reports.reading import Cursor, Row, one_moment, read
from sojourn.reports.subject import find_profile
from sojourn.store.duckdb.reader import StoreReader

LifeKind = Literal["event", "entered", "step", "message", "feedback", "discard", "conversion", "left"]
KINDS: Final[tuple[LifeKind, ...]] = get_args(LifeKind)
"""Of two things at one instant the later one here happened later."""
LIFE: Final = """
SELECT * FROM (
    SELECT e."at" AS happened_at, 0 AS kind, e.rowid AS place, NULL AS doc, NULL AS node, NULL AS code, NULL AS more,
        name, data AS detail FROM event e WHERE pno = $pno
    UNION ALL
    SELECT entered_at, 1, no, doc, node, NULL, NULL, NULL, key FROM passage WHERE pno = $pno
    UNION ALL
    SELECT entered_at, 1, no, doc, node, NULL, NULL, NULL, key FROM passage_end WHERE pno = $pno
    UNION ALL
    SELECT s."at", 2, s.rowid, doc, node, outcome, NULL, NULL, NULL FROM step s WHERE pno = $pno
    UNION ALL
    SELECT m."at", 3, no, doc, node, channel, variant, NULL, "to" FROM message m WHERE pno = $pno
    UNION ALL
    SELECT f."at", 4, f.rowid, doc, node, kind, message, NULL, link FROM feedback f WHERE pno = $pno
    UNION ALL
    SELECT d."at", 5, d.rowid, doc, node, reason, channel, NULL, detail FROM discard d WHERE pno = $pno
    UNION ALL
    SELECT c."at", 6, c.rowid, doc, NULL, goal, variant, NULL, NULL FROM conversion c WHERE pno = $pno
    UNION ALL
    SELECT left_at, 7, p.rowid, doc, node, state, reason, NULL, key FROM passage_end p WHERE pno = $pno
) t
WHERE list_contains($kinds, kind)
    AND ($before IS NULL OR (happened_at, kind, place) < ($before::TIMESTAMPTZ, $kind::INTEGER, $place::BIGINT))
ORDER BY happened_at DESC, kind DESC, place DESC LIMIT $limit
"""


class NotAPlace(SojournError):
    """The place in a time line is none that an answer gave."""

    code = "REPORT-006"


def life(
    cursor: Cursor, program: Program, id: str, before: str | None = None, limit: int = 50,
    kinds: Collection[LifeKind] = KINDS,
) -> Row:  # fmt: skip
    """Return a page of what happened to a profile, the newest first.

    Parameters
    ----------
    before : str, optional
        `next` of the page before.
    kinds : collection of str, optional
        Which of `KINDS` are wanted.

    Returns
    -------
    dict
        `rows`: `at`, `kind` (see `KINDS`), `document`, `version`, `node`, `name` (of an event, the outcome of a step,
        the kind of feedback, the reason of a refusal, the state at the end), `channel`, `detail` and, of an event,
        `properties`; `next`: None on the last page.

    Raises
    ------
    NoSuchProfile, NotAPlace
        There is no such profile or place.
    """
    at, kind, place = _place(before)
    reader = StoreReader(cursor)
    with one_moment(cursor):
        known = find_profile(reader, id)
        if known is None:
            raise NoSuchProfile(id)
        params = {
            "pno": known["_pno"], "before": at, "kind": kind, "place": place, "limit": limit + 1,
            "kinds": [KINDS.index(wanted) for wanted in kinds],
        }  # fmt: skip
        found = read(cursor, LIFE, params)
        numbers = {row["doc"]: row for row in read(cursor, "SELECT doc, id, version FROM document")}
    rows = [_row(row, program.by_doc.get(row["doc"]), numbers.get(row["doc"])) for row in found[:limit]]
    last = found[limit - 1] if len(found) > limit else None
    following = f"{format_instant(last['happened_at'])}~{last['kind']}~{last['place']}" if last is not None else None
    return {"rows": rows, "next": following}


def _place(text: str | None) -> tuple[Any, int, int]:
    if text is None:
        return None, 0, 0
    try:
        at, kind, place = text.split("~")
        return parse_instant(at), int(kind), int(place)
    except ValueError as error:
        raise NotAPlace(f"`{text:.80}` is no place in a time line", hint="give `next` of the page before") from error


def _row(row: Row, line: Line | None, document: Row | None) -> Row:
    kind = KINDS[row["kind"]]
    node = row["node"]
    has_node = line is not None and node is not None and 0 <= node < len(line.operators)
    return {
        "at": format_instant(row["happened_at"]), "kind": kind,
        "document": document["id"] if document is not None else None,
        "version": document["version"] if document is not None else None,
        "node": node_id(line, node) if line is not None and has_node else None,
        "name": _name(kind, row, line), "channel": _channel(kind, row),
        "detail": row["detail"] if kind != "event" else None,
        "properties": json.loads(row["detail"]) if kind == "event" and row["detail"] else None,
    }  # fmt: skip


def _name(kind: str, row: Row, line: Line | None) -> str | None:
    code = row["code"]
    if kind == "event":
        return str(row["name"])
    if kind == "step":
        return line.outcome_name(code) if line is not None else None
    if kind == "feedback":
        return FEEDBACK_KINDS[code]
    if kind == "discard":
        return DISCARD_REASONS[code]
    if kind == "left":
        return PASSAGE_STATES[code] if row["more"] is None else PASSAGE_REASONS[row["more"]]
    return None


def _channel(kind: str, row: Row) -> str | None:
    code = {"message": row["code"], "discard": row["more"]}.get(kind)
    return CHANNEL_TYPES[code] if code is not None and code >= 0 else None
