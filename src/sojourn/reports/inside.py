"""Who is behind a number of a document: at a node now, over an edge, sent to, refused, with feedback, converted, …."""

from __future__ import annotations

from sojourn.journeys.program import Line, Program
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.errors import SojournError, did_you_mean
from sojourn.model.instants import format_instant
from sojourn.reports.breakdown import PERIODS, key_of, name_of, period_of
from sojourn.reports.crowds import CROWDS, Behind
from sojourn.reports.narrowing import Number, tests_of
from sojourn.reports.nodes import node_id, slots_of, versions
from sojourn.reports.reading import Cursor, Row, one_moment, read

__all__ = ["Behind", "NoSuchPlace", "Number", "profile_ids", "who"]
NEWEST = 2**62
"""Before the newest row."""
PAGE = "SELECT * FROM ({rows}) t WHERE {among}{place} ORDER BY place {order} LIMIT $limit"


class NoSuchPlace(SojournError):
    """The document has no such node, or nothing of the kind."""

    code = "REPORT-004"


def who(cursor: Cursor, program: Program, id: str | None, number: Number, after: int | None, limit: int) -> Row:
    """Return a page of the profiles behind a number.

    Parameters
    ----------
    id : str, optional
        Of which document; None: of all of them together.
    after : int, optional
        `next` of the page before.

    Returns
    -------
    dict
        `rows`: `profile`, `at`, `document`, `version`, `node`, `key`, `until`, `name`, `detail`, of those inside by
        entry, of all else the newest first; `next`: None on the last page.

    Raises
    ------
    SojournError
        There is no such document, node or name.
    """
    if id is not None:
        versions(program, id)
    lines = {line.doc: line for line in program.by_doc.values() if id in (None, line.id)}
    if not lines:
        return {"rows": [], "next": None}
    crowd = CROWDS[number.behind]
    start = after if after is not None else -1 if crowd.rising else NEWEST
    with one_moment(cursor):
        query, params = _query(cursor, program, list(lines.values()), number)
        found = read(cursor, query, {"after": start, "limit": limit + 1, **params})
        ids = profile_ids(cursor, [row["pno"] for row in found[:limit]])
        numbers = {row["doc"]: row["version"] for row in read(cursor, "SELECT doc, version FROM document")}
    rows = [
        {
            "profile": ids.get(row["pno"]), "at": format_instant(row["happened_at"]),
            "document": lines[row["doc"]].id, "version": numbers.get(row["doc"], 1),
            "node": _node(lines[row["doc"]], row["node"]), "key": row["key"],
            "until": format_instant(row["until"]) if row["until"] is not None else None,
            "name": crowd.name(lines[row["doc"]], row["code"]) if row["code"] is not None else None,
            "detail": row["detail"],
        }
        for row in found[:limit]
    ]  # fmt: skip
    return {"rows": rows, "next": found[limit - 1]["place"] if len(found) > limit else None}


def _node(line: Line, node: int) -> str | None:
    return node_id(line, node) if 0 <= node < len(line.operators) else None


def _query(cursor: Cursor, program: Program, lines: list[Line], number: Number) -> tuple[str, Row]:
    """Return the SQL of a page, and its parameters."""
    crowd = CROWDS[number.behind]
    tests = tests_of(lines, number)
    if not tests:
        raise _missing(lines, number)
    docs = ", ".join(str(line.doc) for line in lines)
    within, among, params = _narrowed(cursor, program, number, docs)
    rows = crowd.rows.format(
        test=f"({' OR '.join(tests)}){within}", docs=docs, unstepped=_unstepped(lines), held=_held(lines, docs)
    )
    place = "place > $after" if crowd.rising else "place < $after"
    return PAGE.format(rows=rows, among=among, place=place, order="ASC" if crowd.rising else "DESC"), params


def _narrowed(cursor: Cursor, program: Program, number: Number, docs: str) -> tuple[str, str, Row]:
    """Return what else must be true of a row of the table, of a row of the crowd, and the parameters of both."""
    by, period = number.by, {"since": number.since, "until": number.until}
    if by is None and not any(period.values()):
        return "", "", {}
    if by is None and number.behind == "feedback":
        return f" AND {_between(AT)}", "", period  # counts of a period are told by any such feedback of a message
    if by is None:
        return "", f"{_between('happened_at')} AND ", period
    if by in PERIODS:
        among = f"{period_of(by, 'happened_at')} = $key AND {_between('happened_at')} AND "
        return "", among, {"key": number.key, "zone": number.zone, **period}
    if by == "link":
        if number.behind != "feedback":
            raise NoSuchPlace("only feedback has links")
        return f" AND link = $key AND {_between(AT)}", "", {"key": number.key, **period}
    if number.behind not in ("sent", "feedback"):
        raise NoSuchPlace(f"only `sent` and `feedback` are told by {by}")
    key, profile = key_of(by, program, number.zone)
    of = f"SELECT m.no, ({key})::VARCHAR AS key FROM message m{profile} WHERE doc IN ({docs}) AND {_between('m.' + AT)}"
    keys = {row["key"] for row in read(cursor, f"SELECT DISTINCT key FROM ({of}) k", period)}
    wanted = [one for one in keys if name_of(by, program, one) == number.key]
    unknown = " OR key IS NULL" if None in wanted else ""
    among = f"message IN (SELECT no FROM ({of}) k WHERE list_contains($keys, key){unknown}) AND "
    return "", among, {"keys": [one for one in wanted if one is not None] or [""], **period}


AT = '"at"'


def _between(instant: str) -> str:
    return f"($since IS NULL OR {instant} >= $since) AND ($until IS NULL OR {instant} < $until)"


def _unstepped(lines: list[Line]) -> str:
    docs = [str(line.doc) for line in lines if not line.steps]
    return f"doc IN ({', '.join(docs)})" if docs else "false"


def _held(lines: list[Line], docs: str) -> str:
    """Return the table of what is held, with the channel that each message will have."""
    cases = [
        f"WHEN doc = {line.doc} AND node = {node} AND slot = {number} THEN {CHANNEL_TYPES.index(slot.spec.channel)}"
        for line in lines
        for node in range(len(line.operators))
        for number, slot in enumerate(slots_of(line, node))
        if slot.spec.channel in CHANNEL_TYPES
    ]
    channel = f"CASE {' '.join(cases)} ELSE -1 END" if cases else "-1"
    return f"(SELECT *, {channel} AS channel FROM held WHERE doc IN ({docs}))"


def _missing(lines: list[Line], number: Number) -> NoSuchPlace:
    known = [node_id(line, i) for line in lines for i in range(len(line.operators))]
    what = f"`{number.node}`" if number.node not in (None, *known) else f"`{number.name}`"
    near = did_you_mean(number.node, known) if number.node is not None else ""
    ids = dict.fromkeys(line.id for line in lines)
    return NoSuchPlace(f"`{', '.join(ids)}` has no {what}{near}", hint="`GET /api/documents/{id}/report` has its nodes")


def profile_ids(cursor: Cursor, numbers: list[int]) -> dict[int, str]:
    """Return the ids of a few profiles by their numbers."""
    if not numbers:
        return {}
    listed = ", ".join(map(str, sorted(set(numbers))))
    found = read(cursor, f"SELECT _pno, profile_id FROM profile WHERE _pno IN ({listed})")
    return {row["_pno"]: row["profile_id"] for row in found}
