"""The cases of the specification, one test each; those that fail are named in `expected_failures.yaml`."""

import traceback
from pathlib import Path

import pytest
import yaml

from tests.conformance.comparison import case_name, case_paths, differences, read_case

EXPECTED_FAILURES = Path(__file__).with_name("expected_failures.yaml")
REASONS: dict[str, str] = yaml.safe_load(EXPECTED_FAILURES.read_text(encoding="utf-8")) or {}


def outcome(path: Path) -> list[str]:
    try:
        return differences(read_case(path))
    except Exception:
        return traceback.format_exc().strip().splitlines()[-6:]


def judge(name: str, lines: list[str], reasons: dict[str, str]) -> None:
    if name in reasons and lines:
        pytest.xfail(reasons[name])
    if name in reasons:
        pytest.fail(f"{name} passes now: take it out of {EXPECTED_FAILURES.name}", pytrace=False)
    if lines:
        pytest.fail("\n     ".join([name, *lines[:8]]), pytrace=False)


@pytest.mark.parametrize("path", case_paths(), ids=case_name)
def test_case(path: Path) -> None:
    judge(case_name(path), outcome(path), REASONS)


def test_a_case_that_fails_unexpectedly_fails_the_run() -> None:
    with pytest.raises(pytest.fail.Exception, match="messages: missing"):
        judge("area/case", ["messages: missing {}"], {})


def test_a_case_that_passes_unnoticed_fails_the_run() -> None:
    with pytest.raises(pytest.fail.Exception, match="take it out"):
        judge("area/case", [], {"area/case": "not built yet"})


def test_an_expected_failure_is_not_a_failure() -> None:
    with pytest.raises(pytest.xfail.Exception, match="not built yet"):
        judge("area/case", ["messages: missing {}"], {"area/case": "not built yet"})


def test_every_expected_failure_is_a_case() -> None:
    unknown = sorted(set(REASONS) - {case_name(path) for path in case_paths()})
    assert not unknown, f"{EXPECTED_FAILURES.name} names cases that do not exist: {unknown}"


def test_every_expected_failure_has_a_reason() -> None:
    assert all(isinstance(reason, str) and reason.strip() for reason in REASONS.values())


def test_a_case_has_the_name_of_its_file() -> None:
    assert [path for path in case_paths() if read_case(path)["id"] != path.stem] == []
