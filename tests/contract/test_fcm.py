"""What Firebase gets, and what its errors mean."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from sojourn.channels.port import Bounced, Failed, Receipt, Retry, Sent
from sojourn.channels.registry import make_provider
from tests.contract.stands.fcm import FcmStand, error
from tests.contract.stands.stand import AT
from tests.contract.stands.web_server import Answer
from tests.contract.surrounded import surroundings


def sent(stand: FcmStand, *before: Callable[[], object]) -> list[Receipt]:
    async def script() -> list[Receipt]:
        await stand.start()
        provider = stand.provider("push", "fcm", "127.0.0.1")
        receipts = []
        for change in before or (lambda: None,):
            change()
            receipts += await provider.send([stand.outgoing(7)])
        await provider.close()
        await stand.stop()
        return receipts

    return asyncio.run(script())


def test_the_message_is_firebases(tmp_path: Path) -> None:
    stand = FcmStand(tmp_path)
    assert sent(stand) == [Sent({"id": "0:1500"})]
    assert json.loads(stand.server.asked[-1].body) == {"message": {
        "token": "token-7:APA91b", "notification": {"title": "t7", "body": "안녕"},
        "data": {"url": "https://shop.example/", "key": "7.key"},
        "android": {"ttl": "86400s", "priority": "high"}, "apns": {"headers": {"apns-priority": "10"}},
        "webpush": {"headers": {"TTL": "86400"}, "fcm_options": {"link": "https://shop.example/"}},
    }}  # fmt: skip


def test_an_access_token_is_asked_for_once_an_hour(tmp_path: Path) -> None:
    stand = FcmStand(tmp_path)

    def at(minutes: int) -> Callable[[], object]:
        return lambda: setattr(stand, "now", AT + timedelta(minutes=minutes))

    assert {type(receipt) for receipt in sent(stand, at(0), at(58), at(60))} == {Sent}
    assert [asked.target == "/token" for asked in stand.server.asked] == [True, False, False, True, False]


def test_an_access_token_that_is_refused_is_renewed_once(tmp_path: Path) -> None:
    stand = FcmStand(tmp_path)

    def revoke(count: int) -> Callable[[], object]:
        return lambda: setattr(stand, "revoked", count)

    receipts = sent(stand, revoke(0), revoke(1), revoke(99))
    assert [type(receipt) for receipt in receipts] == [Sent, Sent, Retry]
    assert stand.tokens == 3


NO_TOKEN = [Answer(400, b'{"error": "invalid_grant"}'), Answer(200, b"{}"), Answer(hang_up=True)]


@pytest.mark.parametrize("answer", NO_TOKEN)
def test_without_an_access_token_the_channel_waits(tmp_path: Path, answer: Answer) -> None:
    stand = FcmStand(tmp_path)
    stand._token = lambda asked: answer  # type: ignore[method-assign]
    [receipt] = sent(stand)
    assert isinstance(receipt, Retry)
    assert not receipt.attempted


def bad(field: str) -> Answer:
    violation = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [{"field": field}]}
    body = {"error": {"code": 400, "status": "INVALID_ARGUMENT", "details": [violation]}}
    return Answer(400, json.dumps(body).encode())


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (error(403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH"), Bounced),
        (bad("message.token"), Bounced),
        (bad("message.data"), Failed),
        (error(403, "PERMISSION_DENIED"), Retry),
        (error(401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR"), Retry),
        (error(500, "INTERNAL", "INTERNAL"), Retry),
        (Answer(404, b"<html>"), Retry),
        (Answer(200, b"<html>"), Retry),
        (Answer(400, b'{"error": {"details": [7, {"fieldViolations": [7]}]}}'), Failed),
    ],
)
def test_an_error_speaks_of_the_device_the_message_or_the_channel(
    tmp_path: Path, answer: Answer, kind: type
) -> None:  # fmt: skip
    stand = FcmStand(tmp_path)
    stand.answers = {**stand.answers, "takes": answer}
    assert [type(receipt) for receipt in sent(stand)] == [kind]


@pytest.mark.parametrize("text", ["", "{}", '{"private_key": "x"}', "[]"])
def test_what_is_no_key_file_is_told_without_saying_it(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match="the service account is no JSON of a Google key file"):
        make_provider("fcm", {"service_account": text}, surroundings(tmp_path, "push"))
