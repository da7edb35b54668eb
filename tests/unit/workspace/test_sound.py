"""One document is tried while others have errors."""

from pathlib import Path

import pytest

from sojourn.model.errors import DocumentError
from sojourn.workspace.sound import sound_workspace

SHOP = """
{kind: template, id: hello, channel: sms, text: Hi}
---
{kind: template, id: broken, channel: sms, text: "{% if %}"}
---
kind: journey
id: good
entry: {type: api}
nodes: [{id: say, type: sms, template: hello}]
---
kind: journey
id: poor
entry: {type: api}
nodes: [{id: say, type: sms, template: broken}]
---
kind: journey
id: wrong
entry: {type: event, event: nothing}
nodes: [{id: say, type: sms, template: hello}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop.yaml").write_text(SHOP)
    (tmp_path / "half.yaml").write_text("kind: [journey")
    return tmp_path


def test_what_others_have_wrong_is_left_out(folder: Path) -> None:
    found = sound_workspace(folder, [], {}, ["good"])
    assert [each.id for each in found.deliveries] == ["good"]
    assert [template.id for template in found.catalog.all("template").values()] == ["hello"]


def test_what_is_tried_may_mend_what_is_saved(folder: Path) -> None:
    mended = {"kind": "journey", "id": "wrong", "entry": {"type": "api"}, "nodes": [{"id": "over", "type": "end"}]}
    assert sorted(each.id for each in sound_workspace(folder, [mended], {}, ["wrong"]).deliveries) == ["good", "wrong"]


def test_without_a_wish_all_are_needed(folder: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        sound_workspace(folder, [], {}, [])
    assert ("template", "broken") in {problem.document for problem in caught.value.errors}


@pytest.mark.parametrize(("id", "said"), [("wrong", "no event `nothing`"), ("poor", "no template `broken`")])
def test_what_is_tried_says_what_is_wrong_with_it_alone(folder: Path, id: str, said: str) -> None:
    with pytest.raises(DocumentError) as caught:
        sound_workspace(folder, [], {}, [id])
    assert {problem.document for problem in caught.value.errors} == {("journey", id)}
    assert said in caught.value.errors[0].message
