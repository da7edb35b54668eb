"""The pages for who begins and for who runs it print what they say."""

from pathlib import Path

import pytest

from tests.e2e.console import follow, steps
from tests.e2e.served import Mailbox, Shop, command, until

pytestmark = pytest.mark.timeout(300)
"""Each command is a process of its own."""


def test_first_steps(shop: Shop, mailbox: Mailbox) -> None:
    follow(list(steps("start.md")), shop.folder.parent, URL=shop.url, KEY=shop.server_key)
    until(lambda: [mail["Subject"] for mail in mailbox.to("ann@example.com")] == ["Welcome, Ann", "Your order 7"])


def test_a_backup_is_taken_and_put_back(shop: Shop, tmp_path: Path) -> None:
    command("publish", "--all", "--workspace", shop.folder)
    shop.send({"type": "identify", "userId": "ann", "traits": {"email": "ann@example.com"}})
    shop.send({"type": "track", "userId": "ann", "event": "Signed Up"})
    until(shop.is_worked_off)
    follow(list(steps("operating.md")), tmp_path)
    again = Shop(tmp_path / "restored", shop.smtp_port, shop.server_key)
    again.start()
    try:
        assert again.status("welcome")["state"] == "live"
        told = command("explain", "--profile", "ann", "--document", "welcome", "--workspace", again.folder)
        assert "is at `bought`" in told
    finally:
        again.stop()
