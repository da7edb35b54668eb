"""Which messages use a template, and what it is compared with."""

from typing import Any

import pytest

from sojourn.service.studio.uses_api import uses_of

HALVES = [{"name": "a", "template": "hi", "share": 50}, {"name": "b", "template": "hey", "share": 50}]
TWO_CHANNELS = [
    {
        "name": "a",
        "share": 70,
        "messages": [{"channel": "email", "template": "hi"}, {"channel": "sms", "template": "s"}],
    },
    {"name": "b", "share": 30, "messages": [{"channel": "email", "template": "hey"}]},
]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"nodes": [{"id": "hello", "template": "hi"}, {"id": "later", "template": "other"}]}, [("hello", [])]),
        ({"activities": [{"id": "mail", "template": "hi"}]}, [("mail", [])]),
        ({"nodes": [{"id": "hello", "variants": HALVES}]}, [("hello", ["a hi 50", "b hey 50"])]),
        ({"messages": [{"channel": "email", "template": "hi"}]}, [(None, [])]),
        ({"variants": TWO_CHANNELS}, [(None, ["a hi 70", "b hey 30"])]),
        ({"nodes": [{"id": "x", "template": {"no": "text"}}, "not a node"], "variants": "none"}, []),
        ({}, []),
    ],
    ids=["node", "activity", "variants", "triggered", "variants-of-triggered", "broken", "empty"],
)  # fmt: skip
def test_a_use_names_its_step_and_what_is_compared(body: dict[str, Any], expected: list[Any]) -> None:
    found = [
        (step, [f"{row.name} {row.template} {row.share:g}" for row in rows if row.share is not None])
        for step, rows in uses_of("hi", body)
    ]
    assert found == expected
