"""The profiles of the store, page by page."""

from __future__ import annotations

from collections.abc import Mapping

from sojourn.expr.names import identifier
from sojourn.model.entity import PROFILE_KEY
from sojourn.reports.reading import Cursor, Row, read
from sojourn.reports.runs import plain

PAGE = """
SELECT * FROM profile p WHERE _pno > $after{tests} ORDER BY _pno LIMIT $limit
"""
BY_OTHER_ID = "_pno IN (SELECT pno FROM identity WHERE starts_with(lower(alias), $search))"
HIDDEN = ("_pno", "_created_at")


def profiles(
    cursor: Cursor, types: Mapping[str, str], search: str = "", among: tuple[str, Mapping[str, object]] | None = None,
    after: int | None = None, limit: int = 50,
) -> Row:  # fmt: skip
    """Return a page of profiles, in the order in which they came.

    Parameters
    ----------
    types : mapping of attribute to type
        Texts among them are searched.
    search : str
        How an id or a text begins, in any case; empty: all.
    among : tuple of query and parameters, optional
        Gives the `_pno` of those that are wanted.
    after : int, optional
        `next` of the page before.

    Returns
    -------
    dict
        `rows`: `id`, `created_at`, `attributes`; `next`: None on the last page; `of`: all profiles, on the first page.
    """
    params: dict[str, object] = {"after": after if after is not None else -1, "limit": limit + 1}
    tests = ""
    if search:
        words = [PROFILE_KEY, *(name for name, kind in types.items() if kind == "string" and name != PROFILE_KEY)]
        found = " OR ".join(f"starts_with(lower(p.{identifier(name)}), $search)" for name in words)
        tests += f" AND ({found} OR {BY_OTHER_ID})"
        params["search"] = search.lower()
    if among is not None:
        tests += f" AND _pno IN (SELECT _pno FROM ({among[0]}))"
        params |= among[1]
    rows = read(cursor, PAGE.format(tests=tests), params)
    page: Row = {
        "rows": [_row(row) for row in rows[:limit]], "next": rows[limit - 1]["_pno"] if len(rows) > limit else None,
    }  # fmt: skip
    if after is None:
        [(page["of"],)] = cursor.execute("SELECT count(*) FROM profile").fetchall()
    return page


def _row(row: Row) -> Row:
    shown = plain(row)
    attributes = {name: value for name, value in shown.items() if name not in (*HIDDEN, PROFILE_KEY)}
    return {"id": row[PROFILE_KEY], "created_at": shown["_created_at"], "attributes": attributes}
