"""A condition over whole populations, as a query of the store."""

from __future__ import annotations

from sojourn.expr.conditions import Condition
from sojourn.expr.directory import EntitySpec
from sojourn.expr.linked import join_sql
from sojourn.expr.names import identifier
from sojourn.expr.problems import refuse

_FRAME = 'CAST($now AS TIMESTAMPTZ) AS "at", CAST($vars AS VARCHAR) AS vars, CAST(NULL AS BIGINT) AS own'


def population_sql(condition: Condition) -> str:
    """Give the query of all profiles that meet a condition at the instant `$now`.

    Returns
    -------
    str
        `SELECT p._pno, p.profile_id …` over `profile`, `history`, `engagement`, `consent`, `member` and
        `rows_<entity>`, in no order, with the one parameter `$now` (TIMESTAMPTZ) when `condition.reads.time`.

    Raises
    ------
    ExpressionErrors
        When the condition reads an event, an entry or a node.
    """
    if condition.population is None:
        raise refuse("EXPR-030", "this condition reads an event or an entry, which a population does not have")
    return f"SELECT p._pno, p.profile_id FROM profile AS p WHERE {condition.population}"


def rows_sql(condition: Condition, source: str, entity: EntitySpec, columns: str = "r.*") -> str:
    """Give the query of all rows that meet a condition at the instant `$now`.

    Parameters
    ----------
    condition
        Compiled with the columns and links of the entity.
    source
        Table of the rows: `"rows_booking"`, or a work table with the entity's columns.
    entity
        Whose links are followed; the first one to `profile` is the row's profile.
    columns
        What is selected, over `r`, `p` and `f`.

    Returns
    -------
    str
        With the parameters `$now` (TIMESTAMPTZ) and `$vars` (JSON by node id, `{"vars": {…}}` for a signal; or null).
    """
    links = "".join(join_sql(n, entity.links[n]) for n in condition.reads.followed)
    profile = next((link for link in entity.links.values() if link.to == "profile"), None)
    on = " AND ".join(f"p.{identifier(t)} = r.{identifier(c)}" for c, t in profile.on.items()) if profile else "false"
    frame = f"SELECT p._pno AS pno, {_FRAME}"
    from_ = f"{source} AS r LEFT JOIN profile AS p ON {on}{links}, LATERAL ({frame}) AS f"
    return f"SELECT {columns} FROM {from_} WHERE {condition.sql}"
