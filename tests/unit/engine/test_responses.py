"""What a simulation answers for systems outside."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from sojourn.engine.responses import ResponseError, Responses
from sojourn.workspace import read_workspace

SOURCE = {
    "kind": "source", "id": "s", "request": {"url": "https://x.example"}, "response": {"temp": "number"},
    "parameters": {"city": "string", "n": "integer", "at": "timestamp"},
}  # fmt: skip


def status(rows: list[dict[str, Any]], params: dict[str, Any], hour: int = 10) -> str:
    responses = Responses(read_workspace([SOURCE]), {"s": rows})
    return responses.answer("source/s", json.dumps(params), datetime(2026, 3, 2, hour, tzinfo=UTC))[0]


def test_the_first_that_fits_answers() -> None:
    rows = [{"when": {"city": "Seoul"}, "status": 404}, {"when": {"city": "Seoul"}}, {"status": 500}]
    assert status(rows, {"city": "Seoul"}) == "404"
    assert status(rows, {"city": "Lima"}) == "500"


def test_all_parameters_of_when_must_be_equal() -> None:
    rows = [{"when": {"city": "Seoul", "n": 3}}]
    assert status(rows, {"city": "Seoul", "n": 3}) == "200"
    assert status(rows, {"city": "Seoul", "n": 4}) == "failed"


def test_an_instant_is_equal_however_it_is_written() -> None:
    rows = [{"when": {"at": "2026-03-02T11:00:00+01:00"}}]
    assert status(rows, {"at": "2026-03-02T10:00:00Z"}) == "200"


def test_from_is_inside_and_until_is_not() -> None:
    rows = [{"from": "2026-03-02T10:00:00Z", "until": "2026-03-02T12:00:00Z"}]
    assert [status(rows, {}, hour) for hour in (9, 10, 11, 12)] == ["failed", "200", "200", "failed"]


def test_a_time_out_is_one() -> None:
    assert status([{"timed_out": True}], {}) == "timed_out"


def test_a_source_without_responses_answers_200_without_fields() -> None:
    assert Responses(read_workspace([SOURCE]), {}).answer("source/s", "{}", datetime.now(UTC)) == ("200", "{}")


def test_only_declared_fields_are_answered() -> None:
    responses = Responses(read_workspace([SOURCE]), {"s": [{"json": {"temp": "4", "sky": "grey"}}]})
    assert responses.answer("source/s", "{}", datetime.now(UTC)) == ("200", '{"temp":4.0}')


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"x": []}, "no source or action `x`"),
        ({"s": {}}, "s: write a list"),
        ({"s": [{"jsno": {}}]}, "s[0]: unknown field `jsno`; did you mean `json`?"),
        ({"s": [{"when": {"citty": 1}}]}, "has no parameter `citty`; did you mean `city`?"),
        ({"s": [{"status": "200"}]}, "is no HTTP code"),
        ({"s": [{"from": "soon"}]}, "s[0]: from: "),
    ],
)
def test_what_is_wrong_is_said(declared: dict[str, Any], said: str) -> None:
    with pytest.raises(ResponseError) as caught:
        Responses(read_workspace([SOURCE]), declared)
    assert said in str(caught.value)
