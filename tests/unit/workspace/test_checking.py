"""Unsaved documents are checked over the others of their folder, with the messages of `sojourn validate`."""

from pathlib import Path

import pytest

from sojourn.model.errors import DocumentError, Problem
from sojourn.workspace import load_workspace
from sojourn.workspace.drafting import Drafting

EVENTS = "kind: event\nid: bought\nproperties: {total: number}\n---\nkind: event\nid: seen\n"
JOURNEY = "kind: journey\nid: hello\nentry: {type: event, event: bought}\nnodes:\n  - {id: rest, type: wait, for: 1d}\n"


@pytest.fixture
def drafting(tmp_path: Path) -> Drafting:
    (tmp_path / "events.yaml").write_text(EVENTS)
    (tmp_path / "hello.yaml").write_text(JOURNEY)
    return Drafting(tmp_path)


def validated(folder: Path) -> list[Problem]:
    try:
        return load_workspace(folder).warnings
    except DocumentError as error:
        return error.errors


def test_a_folder_without_problems_has_none(drafting: Drafting) -> None:
    assert drafting.problems() == []


def test_an_unsaved_document_stands_in_for_the_saved_one(drafting: Drafting) -> None:
    broken = JOURNEY.replace("event: bought", "event: boughd")
    found = drafting.check(texts=[broken])
    drafting.folder.directory.joinpath("hello.yaml").write_text(broken)
    said = validated(drafting.folder.directory)
    assert [(p.code, p.message, p.path, p.line, p.column, p.hint, p.document) for p in found] == [
        (p.code, p.message, p.path, p.line, p.column, p.hint, p.document) for p in said
    ]
    assert found[0].path == "entry.event"


def test_a_document_as_a_map_has_paths(drafting: Drafting) -> None:
    journey = {"kind": "journey", "id": "hello", "entry": {"type": "event", "event": "bought"}, "nodes": []}
    [problem] = drafting.check([journey])
    assert (problem.path, problem.document) == ("nodes", ("journey", "hello"))


def test_a_change_is_told_where_it_breaks_another_document(drafting: Drafting) -> None:
    [problem] = drafting.check(removed=[("event", "bought")])
    assert (problem.document, problem.file, problem.line) == (("journey", "hello"), "hello.yaml", 3)


def test_a_text_that_is_not_yaml_is_told_with_its_place(drafting: Drafting) -> None:
    [problem] = drafting.check(texts=["kind: event\nid: [\n"])
    assert (problem.code, problem.line) == ("DOC-010", 3)


def test_a_file_that_changes_is_read_again(drafting: Drafting) -> None:
    assert drafting.problems() == []
    drafting.folder.directory.joinpath("hello.yaml").write_text(JOURNEY.replace("1d", "often"))
    assert [problem.path for problem in drafting.problems()] == ["nodes[0].for"]
