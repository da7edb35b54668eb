"""The page of all errors has each code of the source, and says something of each."""

import re

from scripts.error_codes import AREAS, MORE, WARNINGS, errors, page, written
from sojourn.service.refusals import STATUSES


def test_no_code_is_missing() -> None:
    wanted = {code for code in written() if not code.startswith(WARNINGS)}
    assert len(wanted) > 200
    assert wanted - set(re.findall(r"^\| <a [^>]*></a>`([A-Z]+-\d{3})`", page(""), re.MULTILINE)) == set()


def test_something_is_said_of_each_code() -> None:
    silent = [error.code for error in errors() if not error.meanings and not error.messages]
    assert [code for code in silent if not code.startswith(WARNINGS)] == [], "say it in scripts/error_codes.py"


def test_every_code_has_an_area_and_every_area_codes() -> None:
    assert {error.code.partition("-")[0] for error in errors()} - {WARNINGS} == set(AREAS)


def test_what_is_said_by_hand_and_the_statuses_are_of_codes_that_there_are() -> None:
    assert set(MORE) | set(STATUSES) <= written()
