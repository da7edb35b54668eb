"""A receiver of webhooks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sojourn.channels.port import Outgoing
from tests.contract.stands.stand import Mood, Stand
from tests.contract.stands.web_server import Answer, Asked, WebServer

ANSWERS: dict[Mood, Answer] = {
    "takes": Answer(204),
    "refuses": Answer(404),
    "busy": Answer(503),
    "asks": Answer(429, headers={"retry-after": "7"}),
    "breaks": Answer(hang_up=True),
    "silent": Answer(silence=True),
}


class WebStand(Stand):
    """An HTTP server on loopback, one answer for each mood."""

    private = True
    answers: dict[Mood, Answer] = ANSWERS

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.server = WebServer(self.answer)

    def answer(self, asked: Asked) -> Answer:
        return self.answers[self.mood]

    async def start(self) -> None:
        await self.server.start()

    async def stop(self) -> None:
        await self.server.stop()

    def taken(self) -> int:
        return len(self.server.asked)


class WebhookStand(WebStand):
    """A receiver that its template leads to."""

    moods = ("takes", "refuses", "busy", "asks", "breaks", "silent")
    alone = True
    secrets = ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "Bearer very-secret")
    told = ("code",)

    def settings(self) -> dict[str, Any]:
        signature, authorization = self.secrets
        return {"secret": signature, "secret_headers": {"Authorization": authorization}, "timeout": self.patience}

    def fields(self, no: int) -> dict[str, Any]:
        return {"method": "POST", "url": f"{self.server.url}/hook?no={no}", "body": f'{{"no": {no}}}'}

    def hostile(self) -> list[Outgoing]:
        return [
            self.outgoing(1, headers={"X-Name": "a\r\nX-Evil: yes"}),
            self.outgoing(2, headers={"X-Name\r\nX-Evil": "yes"}),
            self.outgoing(3, headers={"Host": "bank.example"}),
            self.outgoing(4, headers={"Webhook-Signature": "v1,forged"}),
            self.outgoing(5, url="file:///etc/passwd"),
            self.outgoing(6, url="javascript:alert(1)"),
            self.outgoing(7, url=f"{self.server.url}/a b\r\nX-Evil: yes"),
            self.outgoing(8, url=""),
            self.outgoing(9, url="https://"),
        ]
