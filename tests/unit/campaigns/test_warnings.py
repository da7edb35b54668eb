"""Warnings of campaigns: paths that no row can take."""

from typing import Any

from sojourn.workspace import read_workspace

Row = dict[str, Any]
SHOP: list[Row] = [
    {"kind": "entity", "id": "profile", "attributes": {"city": "string", "age": "integer"}},
    {"kind": "template", "id": "t", "channel": "webhook", "url": "https://x.example/{{ row.nmae }}"},
]


def codes(*activities: Row) -> list[tuple[str, str]]:
    campaign = {"kind": "campaign", "id": "c", "activities": list(activities)}
    return [(problem.code, problem.path) for problem in read_workspace([*SHOP, campaign]).warnings]


def query(where: str) -> Row:
    return {"id": "q", "type": "query", "entity": "profile", "where": where}


def split(*wheres: str | None, of: str = "q", id: str = "s", **more: Any) -> Row:
    paths = [{"id": f"p{i}", **({"where": where} if where else {})} for i, where in enumerate(wheres)]
    return {"id": id, "type": "split", "of": of, "paths": paths, **more}


def test_a_path_that_contradicts_the_query() -> None:
    assert codes(query("city = 'Seoul'"), split("city = 'Busan'", "age > 3")) == [
        ("WARN-003", "activities[1].paths[0]")
    ]


def test_a_path_that_contradicts_the_outlet() -> None:
    narrower = split("age < 18", of="s.rest", id="again")
    found = codes(query("age is not null"), split("age < 21", complement="rest"), narrower)
    assert found == [("WARN-003", "activities[2].paths[0]")]


def test_a_path_behind_a_wider_one() -> None:
    assert codes(query("age > 3"), split("age > 10", "age > 20")) == [("WARN-004", "activities[1].paths[1]")]
    assert codes(query("age > 3"), split(None, "age > 20")) == [("WARN-004", "activities[1].paths[1]")]
    assert codes(query("age > 3"), split("age > 10", "age > 20", overlap=True)) == []


def test_a_limit_leaves_rows_for_later_paths() -> None:
    limited = split("age > 10", "age > 20")
    limited["paths"][0]["limit"] = 5
    assert codes(query("age > 3"), limited) == []


def test_paths_of_a_test() -> None:
    paths = [{"id": "many", "when": "count > 10"}, {"id": "more", "when": "count > 100"}]
    test = {"id": "t", "type": "test", "of": "q", "paths": paths, "otherwise": "none"}
    assert codes(query("age > 3"), test) == [("WARN-004", "activities[1].paths[1].when")]


def test_columns_that_the_rows_do_not_have() -> None:
    assert codes(query("age > 3"), {"id": "w", "type": "webhook", "of": "q", "template": "t"}) == [
        ("WARN-019", "activities[1].template")
    ]
