import pickle

import pytest

from sojourn.model.errors import DocumentError, Problem, SojournError, did_you_mean
from sojourn.model.items import ItemError


def test_a_suggestion_is_near_or_nothing() -> None:
    assert did_you_mean("citty", ["city", "country"]) == "; did you mean `city`?"
    assert did_you_mean("Citty", ["CITY"]) == "; did you mean `CITY`?"
    assert did_you_mean("zebra", ["city"]) == ""


def test_a_problem_leaves_out_what_is_not_known() -> None:
    assert str(Problem("DOC-001", "no", "a.b", "f.yaml", 3, 5)) == "f.yaml:3:5: a.b: no (DOC-001)"
    assert str(Problem("DOC-001", "no")) == "no (DOC-001)"


@pytest.mark.parametrize(
    "error",
    [
        SojournError("wrong", code="X-001", hint="do it", retryable=True),
        DocumentError([Problem("DOC-001", "no", "a")]),
        ItemError(3, "bad"),
    ],
)
def test_errors_survive_a_pickle(error: SojournError) -> None:
    # The bytes are our own, made in this line.
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is type(error)
    assert (back.__dict__, str(back)) == (error.__dict__, str(error))
