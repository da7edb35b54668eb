"""The cases of the specification, one test each."""

import traceback
from pathlib import Path

import pytest

from tests.conformance.comparison import case_name, case_paths, differences, read_case


def outcome(path: Path) -> list[str]:
    try:
        return differences(read_case(path))
    except Exception:
        return traceback.format_exc().strip().splitlines()[-6:]


def judge(name: str, lines: list[str]) -> None:
    if lines:
        pytest.fail("\n     ".join([name, *lines[:8]]), pytrace=False)


@pytest.mark.parametrize("path", case_paths(), ids=case_name)
def test_case(path: Path) -> None:
    judge(case_name(path), outcome(path))


def test_a_case_that_fails_fails_the_run() -> None:
    with pytest.raises(pytest.fail.Exception, match="messages: missing"):
        judge("area/case", ["messages: missing {}"])


def test_a_case_has_the_name_of_its_file() -> None:
    assert [path for path in case_paths() if read_case(path)["id"] != path.stem] == []
