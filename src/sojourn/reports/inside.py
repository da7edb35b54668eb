"""Who is behind a number of a document: at a node now, over an edge, sent to, refused, or with feedback."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sojourn.journeys.program import Line, Program
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.errors import SojournError, did_you_mean
from sojourn.model.instants import format_instant
from sojourn.model.reasons import DISCARD_REASONS, FEEDBACK_KINDS, PASSAGE_REASONS, PASSAGE_STATES
from sojourn.reports.nodes import node_id, versions
from sojourn.reports.reading import Cursor, Row, one_moment, read

Behind = Literal["inside", "edge", "ended", "sent", "discard", "feedback"]

INSIDE = """
SELECT no AS place, doc, node, pno, key, entered_at AS happened_at, wake_at AS until, NULL AS code, NULL AS detail
FROM passage WHERE {test} AND no > $after ORDER BY no LIMIT $limit
"""
EDGE = """
SELECT rowid AS place, doc, node, pno, NULL AS key, s."at" AS happened_at, NULL AS until, outcome AS code,
    NULL AS detail
FROM step s WHERE {test} AND rowid < $after ORDER BY rowid DESC LIMIT $limit
"""
ENDED = """
SELECT rowid AS place, doc, node, pno, key, left_at AS happened_at, NULL AS until, state AS code, NULL AS detail
FROM passage_end WHERE {test} AND rowid < $after ORDER BY rowid DESC LIMIT $limit
"""
SENT = """
SELECT no AS place, doc, node, pno, NULL AS key, m."at" AS happened_at, NULL AS until, channel AS code, "to" AS detail
FROM message m WHERE {test} AND no < $after AND no NOT IN (SELECT no FROM unsent) ORDER BY no DESC LIMIT $limit
"""
DISCARD = """
SELECT rowid AS place, doc, node, pno, NULL AS key, d."at" AS happened_at, NULL AS until, reason AS code, detail
FROM discard d WHERE {test} AND rowid < $after ORDER BY rowid DESC LIMIT $limit
"""
FEEDBACK = """
SELECT rowid AS place, doc, node, pno, NULL AS key, f."at" AS happened_at, NULL AS until, kind AS code, link AS detail
FROM feedback f WHERE {test} AND rowid < $after ORDER BY rowid DESC LIMIT $limit
"""
QUERIES: dict[Behind, str] = {
    "inside": INSIDE, "edge": EDGE, "ended": ENDED, "sent": SENT, "discard": DISCARD, "feedback": FEEDBACK,
}  # fmt: skip
NEWEST = 2**62
"""Before the newest row."""


class NoSuchPlace(SojournError):
    """The document has no such node, or nothing of the kind."""

    code = "REPORT-004"


@dataclass(frozen=True)
class Number:
    """A number of a document, behind which profiles are.

    Attributes
    ----------
    behind : str
        What is counted.
    node : str, optional
        Where; None: in the whole document.
    name : str, optional
        Of an edge the outcome, of ends the state, of a discard the reason, of feedback the kind; None: any.
    """

    behind: Behind = "inside"
    node: str | None = None
    name: str | None = None


def who(cursor: Cursor, program: Program, id: str, number: Number, after: int | None, limit: int) -> Row:
    """Return a page of the profiles behind a number.

    Parameters
    ----------
    after : int, optional
        `next` of the page before.

    Returns
    -------
    dict
        `rows`: `profile`, `at`, `version`, `node`, `key`, `until`, `name`, `detail`, of those inside by entry, of all
        else the newest first; `next`: None on the last page.

    Raises
    ------
    SojournError
        There is no such document, node or name.
    """
    versions(program, id)
    lines = {line.doc: line for line in program.by_doc.values() if line.id == id}
    test = _test(list(lines.values()), number)
    start = after if after is not None else -1 if number.behind == "inside" else NEWEST
    with one_moment(cursor):
        found = read(cursor, QUERIES[number.behind].format(test=test), {"after": start, "limit": limit + 1})
        ids = profile_ids(cursor, [row["pno"] for row in found[:limit]])
        numbers = {row["doc"]: row["version"] for row in read(cursor, "SELECT doc, version FROM document")}
    rows = [
        {
            "profile": ids.get(row["pno"]), "at": format_instant(row["happened_at"]),
            "version": numbers.get(row["doc"], 1), "node": _node(lines[row["doc"]], row["node"]), "key": row["key"],
            "until": format_instant(row["until"]) if row["until"] is not None else None,
            "name": _NAMES[number.behind](lines[row["doc"]], row["code"]), "detail": row["detail"],
        }
        for row in found[:limit]
    ]  # fmt: skip
    return {"rows": rows, "next": found[limit - 1]["place"] if len(found) > limit else None}


_NAMES: dict[Behind, Callable[[Line, int], str | None]] = {
    "inside": lambda line, code: None,
    "edge": lambda line, code: line.names[code],
    "ended": lambda line, code: PASSAGE_STATES[code],
    "sent": lambda line, code: CHANNEL_TYPES[code],
    "discard": lambda line, code: DISCARD_REASONS[code],
    "feedback": lambda line, code: FEEDBACK_KINDS[code],
}


def _node(line: Line, node: int) -> str | None:
    return node_id(line, node) if 0 <= node < len(line.operators) else None


def _test(lines: list[Line], number: Number) -> str:
    """Return the SQL that tells the number's rows, by version."""
    tests = []
    for line in lines:
        nodes = [i for i in range(len(line.operators)) if number.node in (None, node_id(line, i))]
        named = _named(line, number)
        if nodes and named is not None:
            place = f" AND node IN ({', '.join(map(str, nodes))})" if number.node is not None else ""
            tests.append(f"(doc = {line.doc}{place}{named})")
    if not tests:
        known = [node_id(line, i) for line in lines for i in range(len(line.operators))]
        what = f"`{number.node}`" if number.node not in (None, *known) else f"`{number.name}`"
        near = did_you_mean(number.node, known) if number.node is not None else ""
        raise NoSuchPlace(f"`{lines[0].id}` has no {what}{near}", hint="`GET /api/documents/{id}/report` has its nodes")
    return f"({' OR '.join(tests)})"


def _named(line: Line, number: Number) -> str | None:
    """Return the SQL that tells rows of the number's name; None when the version has none."""
    name = number.name
    if name is None:
        return " AND outcome <> 0" if number.behind == "edge" else ""
    if number.behind == "edge" and name in line.names:
        return f" AND outcome = {list(line.names).index(name)}"
    if number.behind == "ended" and name in PASSAGE_STATES:
        return f" AND state = {PASSAGE_STATES.index(name)}"
    if number.behind == "ended" and name in PASSAGE_REASONS:
        return f" AND reason = {PASSAGE_REASONS.index(name)}"
    if number.behind == "sent" and name in CHANNEL_TYPES:
        return f" AND channel = {CHANNEL_TYPES.index(name)}"
    if number.behind == "discard" and name in DISCARD_REASONS:
        return f" AND reason = {DISCARD_REASONS.index(name)}"
    if number.behind == "feedback" and name in FEEDBACK_KINDS:
        return f" AND kind = {FEEDBACK_KINDS.index(name)}"
    return None


def profile_ids(cursor: Cursor, numbers: list[int]) -> dict[int, str]:
    """Return the ids of a few profiles by their numbers."""
    if not numbers:
        return {}
    listed = ", ".join(map(str, sorted(set(numbers))))
    found = read(cursor, f"SELECT _pno, profile_id FROM profile WHERE _pno IN ({listed})")
    return {row["_pno"]: row["profile_id"] for row in found}
