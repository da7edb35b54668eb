"""The comparison itself: it must find what differs, or no case says anything."""

from types import SimpleNamespace

from tests.conformance.comparison import pair_up, refusal_differences, result_differences


def test_a_row_agrees_on_the_fields_it_names() -> None:
    actual = [{"profile": "ann", "at": "2026-03-02T09:00:00+00:00", "to": "ann@example.com"}]
    assert pair_up([{"profile": "ann", "at": "2026-03-02T09:00:00Z"}], actual) == ([], [])


def test_each_expected_row_takes_a_row_of_its_own() -> None:
    lost, extra = pair_up([{"profile": "ann"}, {"profile": "ann"}], [{"profile": "ann"}, {"profile": "bob"}])
    assert (lost, extra) == ([{"profile": "ann"}], [{"profile": "bob"}])


def test_a_loose_row_leaves_the_strict_one_its_match() -> None:
    actual = [{"profile": "ann", "node": "a"}, {"profile": "ann", "node": "b"}]
    assert pair_up([{"profile": "ann"}, {"profile": "ann", "node": "a"}], actual) == ([], [])


def test_missing_and_surplus_rows_are_named() -> None:
    result = SimpleNamespace(messages=[{"profile": "bob"}])
    assert result_differences({"messages": [{"profile": "ann"}]}, result) == [
        "messages: missing {'profile': 'ann'}",
        "messages: not expected {'profile': 'bob'}",
    ]


def test_a_refusal_must_name_the_place_and_the_words() -> None:
    refusal = SimpleNamespace(errors=[SimpleNamespace(path="nodes[1].paths", message="shares sum to 90, not 100")])
    assert refusal_differences({"error": {"path": "paths", "says": [100]}}, refusal) == []
    assert refusal_differences({"error": {"path": "paths", "says": ["cycle"]}}, refusal) != []
    assert refusal_differences({"error": {"path": "next"}}, refusal) != []
    assert refusal_differences({"messages": []}, refusal) == ["refused: nodes[1].paths: shares sum to 90, not 100"]
