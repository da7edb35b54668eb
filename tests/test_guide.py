"""The guide's runs give what they say, and every trigger, reason, node and warning has one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from sojourn.campaigns.activities.activity import ACTIVITIES
from sojourn.journeys.nodes.node import NODES
from sojourn.journeys.triggered_document import Trigger
from sojourn.model.reasons import DISCARD_REASONS, PASSAGE_REASONS
from sojourn.workspace import read_workspace
from tests.conformance.comparison import Yaml12, differences, plain

GUIDE = Path(__file__).resolve().parent.parent / "docs" / "guide"
BLOCK = re.compile(r"```yaml\n(.*?)```", flags=re.DOTALL)
TABLE = re.compile(r"^\| `(\w+)` \| (.*) \|$", flags=re.MULTILINE)
WEEK = {"start": "2026-03-02T00:00:00Z", "until": "2026-03-09T00:00:00Z", "items": [], "documents": []}
NEVER_SIMULATED = {
    "failed": "every send of a simulation succeeds; tests/e2e/test_delivery.py has a provider that refuses"
}

Section = list[list[Any]]


def sections(page: str) -> dict[str, Section]:
    """Return the YAML blocks of a page by the first word of their heading; "" is what stands before the first."""
    first, *rest = re.split(r"^## ", (GUIDE / page).read_text(encoding="utf-8"), flags=re.MULTILINE)
    texts = {"": first} | {re.split(r"[:\s]", text, maxsplit=1)[0]: text for text in rest}
    return {name: [blocks(block) for block in BLOCK.findall(text)] for name, text in texts.items()}


def blocks(text: str) -> list[Any]:
    return [document for document in yaml.load_all(text, Yaml12) if document is not None]


def is_run(block: list[Any]) -> bool:
    return isinstance(block[0], dict) and "expect" in block[0]


def pages() -> list[str]:
    return sorted(path.relative_to(GUIDE).as_posix() for path in GUIDE.rglob("*.md"))


def runs() -> Iterator[Any]:
    for page in pages():
        for name, section in sections(page).items():
            for number, block in enumerate(filter(is_run, section)):
                yield pytest.param(block[0], id=f"{page}:{name or 'top'}:{number}")


def people() -> list[dict[str, Any]]:
    rows = TABLE.findall((GUIDE / "examples.md").read_text(encoding="utf-8"))
    read = {"email": str, "phone": str, "city": str, "age": int, "spend": int, "vip": "true".__eq__}
    values = {
        id: [make(cell) for make, cell in zip(read.values(), cells.split(" | "), strict=True)] for id, cells in rows
    }
    return [{"profile_id": id, **dict(zip(read, cells, strict=True))} for id, cells in values.items()]


COMMON = [plain(document) for document in sections("examples.md")[""][1]]
REASONS = sections("reasons.md")
WARNINGS = sections("warnings.md")
SHOP = WARNINGS.pop("")[0]


def case_of(run: dict[str, Any]) -> dict[str, Any]:
    case = {**WEEK, **plain(run)}
    tables = {"profile": people(), **case.get("tables", {})}
    return {**case, "documents": [*COMMON, *case["documents"]], "tables": tables}


@pytest.mark.parametrize("run", list(runs()))
def test_a_run_gives_what_the_page_says(run: dict[str, Any]) -> None:
    assert differences(case_of(run)) == []


def test_the_people_of_the_examples_are_those_of_the_table() -> None:
    assert [person["profile_id"] for person in people()] == ["ann", "ben"]
    assert people()[0]["phone"] == "+12065550101"


def test_every_trigger_form_has_a_run() -> None:
    forms = {
        next(field.alias or name for name, field in form.model_fields.items() if field.is_required())
        for form in get_args(get_args(Trigger)[0])
    }
    found = {name for name, section in sections("triggers.md").items() if any(map(is_run, section))}
    assert forms == found


def reasons_shown(name: str, kind: str) -> set[str]:
    expected = [block[0]["expect"].get(kind, []) for block in REASONS[name] if is_run(block)]
    return {row["reason"] for rows in expected for row in rows if row.get("reason")}


@pytest.mark.parametrize("reason", DISCARD_REASONS)
def test_every_reason_of_a_discard_has_a_run_that_yields_it_alone(reason: str) -> None:
    assert reasons_shown(reason, "discards") == (set() if reason in NEVER_SIMULATED else {reason})


@pytest.mark.parametrize("reason", PASSAGE_REASONS)
def test_every_reason_of_a_passage_has_a_run_that_yields_it(reason: str) -> None:
    assert reason in reasons_shown(reason, "passages")


def test_the_page_of_reasons_has_no_others() -> None:
    assert set(REASONS) - {""} == {*DISCARD_REASONS, *PASSAGE_REASONS}


def steps_shown(folder: str, field: str) -> set[str]:
    """Return the types of the steps in the runs of a folder: a page's own, and all of the messages' page."""
    used: set[str] = set()
    for path in (GUIDE / folder).glob("*.md"):
        for block in sections(f"{folder}/{path.name}")[""]:
            documents = block[0].get("documents", []) if is_run(block) else []
            here = {step["type"] for document in documents for step in document.get(field, [])}
            used |= here if path.stem == "message" else here & {path.stem}
    return used


def test_every_node_type_has_a_run() -> None:
    assert steps_shown("nodes", "nodes") >= set(NODES)


def test_every_activity_type_has_a_run() -> None:
    assert steps_shown("activities", "activities") >= set(ACTIVITIES)


@pytest.mark.parametrize("code", sorted(WARNINGS))
def test_each_example_of_a_warning_gives_that_warning_alone(code: str) -> None:
    for block in WARNINGS[code]:
        assert [problem.code for problem in read_workspace([*SHOP, *block]).warnings] == [code]


def test_every_warning_has_an_example() -> None:
    source = GUIDE.parent.parent / "src" / "sojourn"
    codes = {code for path in source.rglob("*.py") for code in re.findall(r'"(WARN-\d+)"', path.read_text())}
    assert codes == {code for code, section in WARNINGS.items() if section}


def test_the_workspace_of_the_warnings_gives_none() -> None:
    assert read_workspace(SHOP).warnings == []
