"""What Apple's server gets over HTTP/2, and what its reasons mean."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from sojourn.channels.port import Bounced, Failed, Receipt, Retry, Sent
from sojourn.channels.push.keys import read_key
from tests.contract.stands.apns import ApnsStand, reason
from tests.contract.stands.stand import AT
from tests.contract.stands.web_server import Answer
from tests.contract.stands.webpush import PEM


def sent(stand: ApnsStand, *moments: timedelta, **fields: Any) -> list[Receipt]:
    async def script() -> list[Receipt]:
        await stand.start()
        provider = stand.provider("push", "apns", "127.0.0.1")
        receipts = []
        for moment in moments or (timedelta(),):
            stand.now = AT + moment
            receipts += await provider.send([stand.outgoing(7, **fields)])
        await provider.close()
        await stand.stop()
        return receipts

    return asyncio.run(script())


def test_the_request_is_apples(tmp_path: Path) -> None:
    stand = ApnsStand(tmp_path)
    [receipt] = sent(stand)
    [asked] = stand.asked
    assert (asked.method, asked.target) == ("POST", f"/3/device/{7:064x}")
    wanted = {
        "apns-topic": "example.shop.app", "apns-push-type": "alert", "apns-priority": "10",
        "apns-expiration": str(int(AT.timestamp()) + 86_400),
    }  # fmt: skip
    assert {name: asked.headers[name] for name in wanted} == wanted
    assert json.loads(asked.body) == {
        "aps": {"alert": {"title": "t7", "body": "안녕"}, "sound": "default"}, "key": "7.key",
        "url": "https://shop.example/",
    }  # fmt: skip
    assert receipt == Sent({"id": asked.headers["apns-id"]})
    scheme, _, token = asked.headers["authorization"].partition(" ")
    found = jwt.decode(token, ECKey.import_key(read_key(PEM)), algorithms=["ES256"])
    assert scheme == "bearer"
    assert found.claims == {"iss": "TEAM123456", "iat": int(AT.timestamp())}
    assert found.header["kid"] == "KEY1234567"


def test_all_goes_over_one_connection(tmp_path: Path) -> None:
    stand = ApnsStand(tmp_path)
    sent(stand, *[timedelta()] * 5)
    assert (len(stand.asked), len(stand.connections)) == (5, 1)


def test_each_attempt_has_the_same_id(tmp_path: Path) -> None:
    stand = ApnsStand(tmp_path)
    sent(stand, timedelta(), timedelta())
    assert stand.asked[0].headers["apns-id"] == stand.asked[1].headers["apns-id"]


def test_the_token_is_renewed_as_often_as_apple_wants(tmp_path: Path) -> None:
    stand = ApnsStand(tmp_path)
    sent(stand, timedelta(), timedelta(minutes=39), timedelta(minutes=41))
    tokens = [asked.headers["authorization"] for asked in stand.asked]
    assert tokens[0] == tokens[1] != tokens[2]


def test_a_token_that_apple_calls_old_is_renewed(tmp_path: Path) -> None:
    stand = ApnsStand(tmp_path)
    stand.answers = {**stand.answers, "takes": reason(403, "ExpiredProviderToken")}
    sent(stand, timedelta(), timedelta(minutes=1))
    assert stand.asked[0].headers["authorization"] != stand.asked[1].headers["authorization"]


@pytest.mark.parametrize(
    ("answer", "kind", "alone"),
    [
        (reason(400, "BadDeviceToken"), Bounced, None),
        (reason(400, "DeviceTokenNotForTopic"), Bounced, None),
        (reason(410, "ExpiredToken"), Bounced, None),
        (reason(429, "TooManyRequests"), Retry, True),
        (reason(429, "TooManyProviderTokenUpdates"), Retry, False),
        (reason(403, "InvalidProviderToken"), Retry, False),
        (reason(400, "TopicDisallowed"), Retry, False),
        (reason(500, "InternalServerError"), Retry, False),
        (reason(400, "PayloadEmpty"), Failed, None),
        (Answer(404, b"nginx"), Retry, False),
        (Answer(400, b"[" * 10_000), Retry, False),
    ],
)
def test_a_reason_speaks_of_the_device_the_message_or_the_channel(
    tmp_path: Path, answer: Answer, kind: type, alone: bool | None
) -> None:  # fmt: skip
    stand = ApnsStand(tmp_path)
    stand.answers = {**stand.answers, "takes": answer}
    [receipt] = sent(stand)
    assert type(receipt) is kind
    assert getattr(receipt, "attempted", None) is alone
