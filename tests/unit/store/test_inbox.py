"""Messages that pages fetch."""

from pathlib import Path

from sojourn.store.inbox import Inbox, Shown, erase_shown


def shown(no: int, profile: str = "ann", expires_s: int = 100) -> Shown:
    return Shown(no, "content_card", profile, f"t{no}", 10, expires_s, {"title": f"secret {profile} {no}"})


def test_a_message_is_there_once_until_it_expires(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path)
    inbox.put([shown(1), shown(1), shown(2, expires_s=20)], 10)
    inbox.put([shown(1)], 11)
    assert [row["no"] for row in inbox.open(["ann"], 11)] == [2, 1]
    assert [row["no"] for row in inbox.open(["ann"], 20)] == [1]
    assert inbox.open(["bob"], 11) == []
    inbox.put([], 30)
    assert inbox.reactions(2) is None
    inbox.react(1, "viewed", 12)
    assert inbox.reactions(1) == {"viewed"}
    inbox.close()


def test_who_is_erased_stands_nowhere_in_the_file(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path)
    inbox.put([shown(1), shown(2, "bob")], 10)
    inbox.close()
    erase_shown(tmp_path, ["ann"])
    found = b"".join(path.read_bytes() for path in tmp_path.glob("inbox.sqlite*"))
    assert b"secret ann" not in found
    assert b"secret bob" in found
    erase_shown(tmp_path / "nothing", ["ann"])
