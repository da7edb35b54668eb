"""Twilio's API for messages, as its description says it answers."""

from __future__ import annotations

import json
from typing import Any

from sojourn.channels.port import Outgoing
from tests.contract.stands.stand import Mood
from tests.contract.stands.web_server import Answer
from tests.contract.stands.webhook import WebStand

ACCOUNT = "AC0123456789abcdef0123456789abcdef"
TOKEN = "the-auth-token-of-the-account"


def error(status: int, code: int, message: str, **headers: str) -> Answer:
    body = {"code": code, "message": message, "more_info": "https://www.twilio.com/docs", "status": status}
    return Answer(status, json.dumps(body).encode(), headers)


class TwilioStand(WebStand):
    """The part of the API that takes messages."""

    moods = ("takes", "refuses", "bounces", "busy", "asks", "breaks", "silent")
    secrets = (TOKEN,)
    told = ("id", "segments", "encoding")
    answers: dict[Mood, Answer] = {  # noqa: RUF012
        "takes": Answer(201, json.dumps({"sid": "SM01", "status": "queued", "num_segments": "1"}).encode()),
        "refuses": error(400, 21610, "Attempt to send to unsubscribed recipient"),
        "bounces": error(400, 21211, "The 'To' number is not a valid phone number."),
        "busy": Answer(503, b"<html>"),
        "asks": error(429, 20429, "Too Many Requests", **{"retry-after": "7"}),
        "breaks": Answer(hang_up=True),
        "silent": Answer(silence=True),
    }

    def settings(self) -> dict[str, Any]:
        return {
            "account_sid": ACCOUNT, "auth_token": TOKEN, "from": "+15005550006", "base_url": self.server.url,
            "timeout": self.patience,
        }  # fmt: skip

    def address(self, no: int) -> str:
        return f"+8210{no:08}"

    def fields(self, no: int) -> dict[str, Any]:
        return {"text": f"Hello {no}"}

    def hostile(self) -> list[Outgoing]:
        return [
            self.outgoing(1, to="+821012345678&Body=other"),
            self.outgoing(2, to="+821012345678\r\nX-Evil: yes"),
            self.outgoing(3, to="whatsapp:+821012345678"),
            self.outgoing(4, text=" "),
        ]


class WhatsAppStand(TwilioStand):
    """The same for WhatsApp."""

    told = ("id",)
