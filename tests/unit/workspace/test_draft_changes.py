"""Drafts saved, made, deleted, restored and renamed in the files of a folder."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sojourn.model.errors import SojournError
from sojourn.workspace.draft_changes import DraftChanges
from sojourn.workspace.drafting import Drafting
from sojourn.workspace.trash import Trash

NOW = datetime(2026, 3, 1, tzinfo=UTC)
MAILS = """\
# Mails of the shop.
kind: template   # a mail
id: hello
channel: email
subject: "Hello"  # short
text: hi
---
# The second one.
kind: template
id: bye
channel: email
text: bye
"""


@pytest.fixture
def changes(tmp_path: Path) -> DraftChanges:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "mails.yaml").write_text(MAILS)
    return DraftChanges(Drafting(folder), Trash(folder / "data" / "trash"))


def text(changes: DraftChanges, name: str = "mails.yaml") -> str:
    return (changes.drafting.folder.directory / name).read_text()


def etag(changes: DraftChanges, id: str) -> str:
    return changes.drafting.draft("template", id).etag


def test_a_save_of_values_keeps_comments_and_the_other_documents(changes: DraftChanges) -> None:
    document = {**changes.drafting.draft("template", "hello").document, "subject": "Welcome"}
    before, after = changes.save("template", "hello", etag(changes, "hello"), document)
    assert text(changes) == MAILS.replace('"Hello"', '"Welcome"')
    assert (before.document["subject"], after.document["subject"]) == ("Hello", "Welcome")
    assert after.etag != before.etag


def test_a_save_of_text_takes_it_as_it_is(changes: DraftChanges) -> None:
    fresh = "kind: template\nid: bye\n# all new\nchannel: email\ntext: 'good bye'\n"
    changes.save("template", "bye", etag(changes, "bye"), fresh)
    assert text(changes) == MAILS[: MAILS.index("# The second")] + fresh


def test_an_old_etag_saves_nothing_and_tells_the_present_draft(changes: DraftChanges) -> None:
    old = etag(changes, "hello")
    document = dict(changes.drafting.draft("template", "hello").document)
    changes.save("template", "hello", old, {**document, "text": "first"})
    with pytest.raises(SojournError) as caught:
        changes.save("template", "hello", old, {**document, "text": "second"})
    assert caught.value.code == "DRAFT-003"
    assert caught.value.draft.document["text"] == "first"  # type: ignore[attr-defined]


def test_an_edit_of_another_document_of_the_file_is_no_conflict(changes: DraftChanges) -> None:
    mine = etag(changes, "bye")
    hello = changes.drafting.draft("template", "hello")
    changes.save("template", "hello", hello.etag, {**hello.document, "text": "first"})
    changes.save("template", "bye", mine, {**changes.drafting.draft("template", "bye").document, "text": "second"})
    assert "text: first" in text(changes) and "text: second" in text(changes)


def test_a_draft_may_have_errors_but_is_yaml(changes: DraftChanges) -> None:
    document = {**changes.drafting.draft("template", "hello").document, "channel": "pigeon"}
    changes.save("template", "hello", etag(changes, "hello"), document)
    assert [problem.path for problem in changes.drafting.problems()] == ["channel"]
    for broken in ("kind: template\nid: hello\ntext: [\n", "", "kind: a\nid: hello\n---\nkind: b\nid: c\n", "- 1\n"):
        with pytest.raises(SojournError) as caught:
            changes.save("template", "hello", etag(changes, "hello"), broken)
        assert caught.value.code == "DRAFT-004"


def test_the_content_has_the_kind_and_id_that_it_is_saved_as(changes: DraftChanges) -> None:
    with pytest.raises(SojournError, match="`id` is `bye`"):
        changes.save("template", "hello", etag(changes, "hello"), {"kind": "template", "id": "bye"})


def test_a_new_document_gets_a_file_named_after_it(changes: DraftChanges) -> None:
    made = changes.create("journey", "welcome", {"kind": "journey", "id": "welcome", "nodes": []})
    assert (made.file, text(changes, "journey/welcome.yaml")) == (
        "journey/welcome.yaml", "kind: journey\nid: welcome\nnodes: []\n",
    )  # fmt: skip
    with pytest.raises(SojournError, match="exists already"):
        changes.create("journey", "welcome", {"kind": "journey", "id": "welcome"})


@pytest.mark.parametrize("id", ["../../etc/x", "/tmp/x", "a/b", "A", "", ".hidden", "a\0b", "x" * 64])
def test_an_id_that_is_none_makes_no_file(changes: DraftChanges, id: str) -> None:
    with pytest.raises(SojournError) as caught:
        changes.create("journey", id, {"kind": "journey", "id": id})
    assert caught.value.code == "DRAFT-004"
    assert [path.name for path in changes.drafting.folder.directory.iterdir()] == ["mails.yaml"]


def test_no_link_leads_out_of_the_folder(changes: DraftChanges, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (changes.drafting.folder.directory / "journey").symlink_to(outside)
    with pytest.raises(SojournError) as caught:
        changes.create("journey", "welcome", {"kind": "journey", "id": "welcome"})
    assert (caught.value.code, list(outside.iterdir())) == ("DRAFT-006", [])


def test_a_deleted_document_is_kept_and_comes_back(changes: DraftChanges) -> None:
    _, kept = changes.delete("template", "hello", etag(changes, "hello"), NOW)
    assert text(changes) == MAILS[MAILS.index("---") :]
    assert [each.id for each in changes.trash.all()] == ["hello"]
    changes.restore(kept.key)
    assert changes.drafting.draft("template", "hello").text == MAILS[: MAILS.index("---")]
    assert changes.trash.all() == []


def test_a_file_goes_with_its_last_document_and_comes_back_with_it(changes: DraftChanges) -> None:
    kept = [changes.delete("template", id, etag(changes, id), NOW)[1] for id in ("hello", "bye")]
    assert not (changes.drafting.folder.directory / "mails.yaml").exists()
    assert [changes.restore(each.key).file for each in kept] == ["mails.yaml", "mails.yaml"]


@pytest.mark.parametrize("key", ["../../mails", "0" * 16, ""])
def test_what_is_not_kept_is_not_restored(changes: DraftChanges, key: str) -> None:
    with pytest.raises(SojournError) as caught:
        changes.restore(key)
    assert caught.value.code == "DRAFT-007"


def test_a_rename_changes_the_id_and_the_name_of_a_file_of_its_own(changes: DraftChanges) -> None:
    _, after = changes.rename("template", "bye", etag(changes, "bye"), "farewell")
    assert (after.file, text(changes)) == ("mails.yaml", MAILS.replace("id: bye", "id: farewell"))
    made = changes.create("group", "news", {"kind": "group", "id": "news", "channel": "email"})
    _, after = changes.rename("group", "news", made.etag, "offers")
    assert after.file == "group/offers.yaml"
    with pytest.raises(SojournError, match="exists already"):
        changes.rename("template", "hello", etag(changes, "hello"), "farewell")


def test_a_file_that_cannot_be_written_stays_as_it_was(changes: DraftChanges, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(SojournError) as caught:
        changes.save("template", "hello", etag(changes, "hello"), {"kind": "template", "id": "hello"})
    assert caught.value.code == "DRAFT-006"
    assert (text(changes), sorted(path.name for path in changes.drafting.folder.directory.iterdir())) == (
        MAILS, ["mails.yaml"],
    )  # fmt: skip


def test_numbers_that_would_read_back_otherwise_are_refused(changes: DraftChanges) -> None:
    with pytest.raises(SojournError, match="more than 18 digits"):
        changes.create("group", "g", {"kind": "group", "id": "g", "channel": 10**20})
