"""The inbox that pages fetch messages from."""

from __future__ import annotations

from typing import Any

from sojourn.channels.port import Outgoing
from sojourn.store.inbox import Inbox
from tests.contract.stands.stand import AT, Stand


class InboxStand(Stand):
    """A folder with an inbox."""

    moods = ("takes", "busy")

    def address(self, no: int) -> str | None:
        return None

    def hostile(self) -> list[Outgoing]:
        return [
            self.outgoing(60, url="javascript:alert(1)"), self.outgoing(61, url="java\nscript:alert(1)"),
            self.outgoing(62, image="data:text/html,x"),
            self.outgoing(63, buttons=[{"text": "x", "url": "vbscript:x"}]),
        ]  # fmt: skip

    def taken(self) -> int:
        inbox = Inbox(self.folder)
        try:
            ids = [f"p{no}" for no in range(100)]
            return len(inbox.open(ids, int(AT.timestamp())))
        finally:
            inbox.close()

    def fields(self, no: int) -> dict[str, Any]:
        return {"title": f"t{no}", "body": "b"}
