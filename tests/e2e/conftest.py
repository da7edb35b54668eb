"""The mail server that end-to-end tests send to, and a served workspace as `sojourn init` makes it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.served import Mailbox, Shop


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    mailbox = Mailbox()
    mailbox.start()
    yield mailbox
    mailbox.stop()


@pytest.fixture
def shop(tmp_path: Path, mailbox: Mailbox) -> Iterator[Shop]:
    shop = Shop(tmp_path / "shop", mailbox.port)
    shop.init()
    shop.start()
    yield shop
    shop.stop()
