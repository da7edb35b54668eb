"""The commands of the guide's pages about data and rights print what the pages say, with a server and without one."""

import json

import pytest

from tests.e2e.console import GUIDE, follow, steps
from tests.e2e.served import Shop, command, until

pytestmark = pytest.mark.timeout(300)
"""Each command is a process of its own."""


def test_registry(shop: Shop) -> None:
    text = (GUIDE / "registry.md").read_text(encoding="utf-8")
    shop.send(*json.loads(text.split("```json")[1].split("```")[0])["batch"])
    until(shop.is_worked_off)
    until(lambda: shop.client().get("/api/registry").json()["seen"] >= 3)
    before = (shop.folder / "data.yaml").read_text(encoding="utf-8")
    follow(list(steps("registry.md")), shop.folder.parent)
    after = (shop.folder / "data.yaml").read_text(encoding="utf-8")
    assert before.splitlines()[0].startswith("#") and after.splitlines()[0] == before.splitlines()[0]
    assert shop.client().get("/api/registry").json()["rows"] == []


def test_files(shop: Shop) -> None:
    text = (GUIDE / "files.md").read_text(encoding="utf-8")
    with (shop.folder / "data.yaml").open("a", encoding="utf-8") as file:
        file.write("---\n" + text.split("```yaml")[1].split("```")[0])
    command("publish", "--all", "--workspace", shop.folder)
    todo = list(steps("files.md"))
    moved = next(n for n, (line, _) in enumerate(todo) if line.startswith("ls "))
    follow(todo[:moved], shop.folder.parent, URL=shop.url)
    until(lambda: (shop.folder / "inbox" / "done" / "people-1.csv").exists())
    follow(todo[moved:], shop.folder.parent)
    assert shop.client().get("/api/profiles/p-1").json()["attributes"]["first_name"] == "Ann"


def test_retention(shop: Shop) -> None:
    follow(list(steps("retention.md")), shop.folder.parent)


@pytest.mark.parametrize("runs", [True, False], ids=["served", "not served"])
def test_people_s_rights(shop: Shop, runs: bool) -> None:
    shop.send({"type": "identify", "userId": "ann", "traits": {"email": "ann@example.com"}})
    until(shop.is_worked_off)
    if not runs:
        shop.stop()
    follow(list(steps("rights.md")), shop.folder.parent)
    files = [path for path in (shop.folder / "data").rglob("*") if path.is_file()]
    assert [path for path in files if b"ann@example.com" in path.read_bytes()] == []
