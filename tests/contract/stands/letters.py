"""The folder that letters are put into."""

from __future__ import annotations

from typing import Any

from sojourn.channels.direct_mail.spool import Spool
from sojourn.channels.port import Outgoing
from tests.contract.stands.stand import Stand


class LettersStand(Stand):
    """A folder of this machine."""

    moods = ("takes", "busy")

    def settings(self) -> dict[str, Any]:
        columns = [{"name": "name", "width": 10}, {"name": "city", "width": 8, "align": "right"}]
        return {"format": "fixed", "columns": columns, "settle": "1h"}

    def address(self, no: int) -> str | None:
        return None

    def fields(self, no: int) -> dict[str, Any]:
        return {"columns": {"name": f"n{no}", "city": "Seoul"}}

    def hostile(self) -> list[Outgoing]:
        hostile = [{"name": "much too long"}, {"name": "a\r\nb"}, {"nonsense": "x"}]
        return [self.outgoing(60 + i, columns=columns) for i, columns in enumerate(hostile)]

    def taken(self) -> int:
        spool = Spool(self.folder / "direct_mail" / "here.sqlite")
        try:
            return spool.count()
        finally:
            spool.close()
