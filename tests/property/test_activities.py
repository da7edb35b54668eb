"""Set activities beside a reading of the same rules in plain Python."""

import hashlib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sojourn import simulate

START, RUN, END = "2026-03-02T00:00:00Z", "2026-03-02T09:00:00Z", "2026-03-03T00:00:00Z"
SHOP: list[dict[str, Any]] = [
    {"kind": "entity", "id": "profile", "attributes": {"city": "string", "spend": "integer", "email": "string"}},
]
PEOPLE = [f"p{i:02}" for i in range(12)]
Row = dict[str, Any]

rows_ = st.lists(
    st.fixed_dictionaries({
        "profile_id": st.sampled_from(PEOPLE),
        "city": st.sampled_from(["Seoul", "Busan", None]),
        "spend": st.sampled_from([None, 1, 2, 3]),
    }),
    unique_by=lambda row: row["profile_id"],
    max_size=12,
)  # fmt: skip


def counts(activities: list[Row], rows: list[Row]) -> dict[str, int]:
    campaign = {
        "kind": "campaign", "id": "spring", "schedule": {"once": RUN}, "confirm": False, "activities": activities,
    }  # fmt: skip
    result = simulate([*SHOP, campaign], [], START, END, tables={"profile": rows})
    return {row["from"]: row["rows"] for row in result.transitions}


def members(rows: list[Row], **of: list[str | None]) -> list[Row]:
    (column, values), *_ = of.items()
    return [row for row in rows if row[column] in values and row[column] is not None]


def by_key(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row["profile_id"])


def once_each(inputs: list[list[Row]], column: str) -> list[Row]:
    found: dict[Any, Row] = {}
    for rows in inputs:
        for row in by_key(rows):
            key = object() if row[column] is None else row[column]
            found.setdefault(key, row)
    return list(found.values())


@settings(max_examples=8, deadline=None)
@given(rows=rows_, on=st.sampled_from(["profile_id", "city", "spend"]))
def test_combining(rows: list[Row], on: str) -> None:
    inputs = {"a": "spend >= 2", "b": "city = 'Seoul'", "c": "spend <= 2 or city = 'Busan'"}
    activities: list[Row] = [
        {"id": id, "type": "query", "entity": "profile", "where": where} for id, where in inputs.items()
    ]
    of = list(inputs)
    activities += [
        {"id": "u", "type": "combine", "op": "union", "of": of, "on": [on]},
        {"id": "i", "type": "combine", "op": "intersection", "of": of, "on": [on], "complement": "rest"},
        {"id": "x", "type": "combine", "op": "exclusion", "of": of, "on": [on], "complement": "rest"},
    ]
    found = counts(activities, rows)
    a = [r for r in rows if r["spend"] is not None and r["spend"] >= 2]
    b = members(rows, city=["Seoul"])
    c = [r for r in rows if (r["spend"] is not None and r["spend"] <= 2) or r["city"] == "Busan"]
    union = once_each([a, b, c], on)
    keys = [{r[on] for r in part if r[on] is not None} for part in (a, b, c)]
    common = set.intersection(*keys)
    excluded = [r for r in a if r[on] in keys[1] | keys[2]]
    assert found["u"] == len(union)
    assert found["i"] == len(common)
    assert found["i.rest"] == len(union) - len(common)
    assert found["x.rest"] == len(excluded)
    assert found["x"] == len(a) - len(excluded)


@settings(max_examples=8, deadline=None)
@given(rows=rows_, keep=st.integers(1, 3))
def test_deduplicating(rows: list[Row], keep: int) -> None:
    found = counts(
        [
            {"id": "all", "type": "query", "entity": "profile"},
            {"id": "one", "type": "deduplicate", "of": "all", "by": ["city"], "keep": keep, "complement": "more"},
        ],
        rows,
    )
    cities = [row["city"] for row in rows if row["city"] is not None]
    kept = sum(min(keep, cities.count(city)) for city in set(cities)) + sum(row["city"] is None for row in rows)
    assert (found["one"], found["one.more"]) == (kept, len(rows) - kept)


def bucket(key: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{key}/spring/parts".encode()).digest()[:8], "big") % 10_000


limits = st.one_of(st.none(), st.integers(0, 5), st.sampled_from(["0%", "25%", "33.3%", "100%"]))
orders = st.sampled_from([None, "spend desc", "spend"])


@settings(max_examples=12, deadline=None)
@given(
    rows=rows_,
    limits=st.lists(limits, min_size=2, max_size=2),
    orders=st.lists(orders, min_size=2, max_size=2),
    overlap=st.booleans(),
)
def test_splitting(rows: list[Row], limits: list[int | str | None], orders: list[str | None], overlap: bool) -> None:
    wheres = ["spend >= 2", "city = 'Seoul'"]
    paths: list[Row] = []
    for i, (where, limit, order) in enumerate(zip(wheres, limits, orders, strict=True)):
        path: Row = {"id": f"path{i}", "where": where}
        if limit is not None:
            path["limit"] = limit
            path |= {"order_by": order} if order else {}
        paths.append(path)
    split = {"id": "parts", "type": "split", "of": "all", "paths": paths, "complement": "rest", "overlap": overlap}
    found = counts([{"id": "all", "type": "query", "entity": "profile"}, split], rows)
    tests = [lambda r: (r["spend"] or 0) >= 2, lambda r: r["city"] == "Seoul"]
    taken: list[set[str]] = []
    for test, limit, order in zip(tests, limits, orders, strict=True):
        free = [r for r in rows if overlap or not any(r["profile_id"] in part for part in taken)]
        taken.append({r["profile_id"] for r in first([r for r in free if test(r)], limit, order)})
    assert [found["parts.path0"], found["parts.path1"]] == [len(part) for part in taken]
    assert found["parts.rest"] == len(rows) - len(set.union(*taken))


def first(rows: list[Row], limit: int | str | None, order: str | None) -> list[Row]:
    if limit is None:
        return rows
    if order is None:
        ranked = sorted(rows, key=lambda r: (bucket(r["profile_id"]), r["profile_id"]))
    else:
        sign = -1 if order.endswith("desc") else 1
        ranked = sorted(rows, key=lambda r: (r["spend"] is None, sign * (r["spend"] or 0), r["profile_id"]))
    if isinstance(limit, int):
        return ranked[:limit]
    return ranked[: int(len(rows) * round(float(limit[:-1]) * 1_000_000) // 100_000_000)]
