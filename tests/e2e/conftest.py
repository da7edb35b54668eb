"""The mail server that the workspaces of end-to-end tests send to."""

from collections.abc import Iterator

import pytest

from tests.e2e.served import Mailbox


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    mailbox = Mailbox()
    mailbox.start()
    yield mailbox
    mailbox.stop()
