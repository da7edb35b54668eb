"""No document of a case is called wrong, but for those that are about what a warning tells."""

from sojourn.workspace import read_workspace
from tests.conformance.comparison import case_name, case_paths, read_case

TOLD = {
    "conditions/data-template-objects": ["WARN-019"],  # reads a property that its event does not declare, on purpose
    "journeys/reaction-to-another-branch": ["WARN-008"],
    "triggered/triggered-audience-entered-by-its-own-event": ["WARN-015"],
    "triggered/triggered-audience-same-event": ["WARN-015"],  # is about that rule
    "triggered/triggered-audience-sum-same-event": ["WARN-015"],
}


def test_the_cases_give_no_other_warnings() -> None:
    cases = {case_name(path): read_case(path) for path in case_paths()}
    right = {name: case for name, case in cases.items() if "error" not in case["expect"]}
    found = {
        name: [problem.code for problem in read_workspace(case["documents"], case.get("files")).warnings]
        for name, case in right.items()
    }
    assert {name: codes for name, codes in found.items() if codes} == TOLD
