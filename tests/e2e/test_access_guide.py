"""The commands of the guide's page about access print what the page says."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.console import follow, pattern, steps
from tests.e2e.served import Mailbox, Shop

SERVE = "sojourn serve shop"


@pytest.fixture
def shop(tmp_path: Path, mailbox: Mailbox) -> Iterator[Shop]:
    shop = Shop(tmp_path / "shop", mailbox.port)
    shop.init()
    yield shop
    shop.stop()


def test_the_commands_print_what_the_page_says(shop: Shop) -> None:
    shop.start()
    said = dict(steps("access.md"))[SERVE].replace("http://127.0.0.1:8080", "…")
    assert re.search(pattern(said), shop.log.read_text(), flags=re.DOTALL)
    todo = [(command, printed) for command, printed in steps("access.md") if command != SERVE]
    assert len(todo) > 10
    follow(todo, shop.folder.parent, URL=shop.url)
