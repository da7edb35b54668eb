"""Differences of documents, as people read them."""

from typing import Any

import pytest

from sojourn.service.access.difference import difference

NODE = {"id": "mail", "type": "message", "template": "hello"}


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        pytest.param({"a": 1}, {"a": 1}, [], id="same"),
        pytest.param({"a": 1}, {"a": 1, "b": None}, [{"path": "b", "after": None}], id="added"),
        pytest.param({"a": {"b": 1}}, {"a": {}}, [{"path": "a.b", "before": 1}], id="removed"),
        pytest.param(
            {"nodes": [NODE]}, {"nodes": [{"id": "w", "type": "wait"}, {**NODE, "template": "hi"}]},
            [
                {"path": "nodes[mail].template", "before": "hello", "after": "hi"},
                {"path": "nodes[w]", "after": {"id": "w", "type": "wait"}},
            ],
            id="nodes by id",
        ),
        pytest.param([1, 2], [1], [{"path": "", "before": [1, 2], "after": [1]}], id="plain list"),
        pytest.param({1: "a"}, {1: "b"}, [{"path": "1", "before": "a", "after": "b"}], id="names that are numbers"),
        pytest.param(
            {"password": "a"}, {"password": "b"}, [{"path": "password", "before": "•••", "after": "•••"}],
            id="a secret changed",
        ),
    ],
)  # fmt: skip
def test_changes(before: Any, after: Any, changes: list[Any]) -> None:
    assert difference(before, after) == {"changes": changes}


def test_texts_are_told_line_by_line() -> None:
    assert difference("a: 1\nb: 2\n", "a: 1\nb: 3\n") == {"text": "@@ -1,2 +1,2 @@\n a: 1\n-b: 2\n+b: 3"}


def test_what_is_too_long_is_cut() -> None:
    told = difference({}, {str(n): n for n in range(1000)})
    assert len(told["changes"]) == 500
    assert told["truncated"]
