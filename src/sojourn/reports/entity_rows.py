"""The rows of an entity, page by page."""

from __future__ import annotations

from sojourn.expr.directory import EntitySpec
from sojourn.expr.names import identifier
from sojourn.model.errors import SojournError, did_you_mean
from sojourn.reports.reading import Cursor, Row, one_moment, read
from sojourn.reports.runs import plain

PAGE = "SELECT rowid AS place, * FROM {table} WHERE rowid > $after{tests} ORDER BY rowid LIMIT $limit"


class NoSuchEntity(SojournError):
    """There is no table of this entity in the live store."""

    code = "REPORT-008"

    def __init__(self, id: str, known: list[str]) -> None:
        super().__init__(
            f"no rows of an entity `{id:.80}`{did_you_mean(id, known)}",
            hint="an entity has a table from the next publication on; profiles are under /api/profiles",
        )


def entity_rows(
    cursor: Cursor, id: str, entity: EntitySpec, search: str = "", after: int | None = None, limit: int = 50
) -> Row:
    """Return a page of an entity's rows, in the order in which they came or were changed.

    Parameters
    ----------
    search : str
        How the key or a text begins, in any case; empty: all.
    after : int, optional
        `next` of the page before.

    Returns
    -------
    dict
        `columns`: names, the key first; `rows`: values by column; `next`: None on the last page; `of`: all rows, on
        the first page.
    """
    table = identifier(f"rows_{id}")
    params: dict[str, object] = {"after": after if after is not None else -1, "limit": limit + 1}
    tests = ""
    if search:
        words = dict.fromkeys([entity.key, *(name for name, kind in entity.attributes.items() if kind == "string")])
        begins = (f"starts_with(lower(CAST({identifier(name)} AS VARCHAR)), $search)" for name in words)
        tests = f" AND ({' OR '.join(begins)})"
        params["search"] = search.lower()
    with one_moment(cursor):
        found = read(cursor, PAGE.format(table=table, tests=tests), params)
        count = cursor.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] if after is None else None
    shown = [plain({name: value for name, value in row.items() if name != "place"}) for row in found[:limit]]
    columns = [entity.key, *(name for name in entity.attributes if name != entity.key)]
    return {
        "columns": columns, "rows": shown, "of": count,
        "next": found[limit - 1]["place"] if len(found) > limit else None,
    }  # fmt: skip
