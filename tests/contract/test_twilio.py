"""What Twilio gets, held against Twilio's own client, and what it means."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from msgspec.structs import replace
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from sojourn.channels.port import Bounced, Failed, Receipt, Retry
from sojourn.channels.registry import check_channel
from sojourn.model.channels import ChannelType
from tests.contract.stands.twilio import ACCOUNT, TOKEN, TwilioStand, WhatsAppStand, error
from tests.contract.stands.web_server import Answer, Asked
from tests.e2e.outside_thread import running


def sent(
    stand: TwilioStand, kind: ChannelType, answer: Answer | None = None, **fields: Any
) -> tuple[Asked, Receipt]:  # fmt: skip
    async def script() -> tuple[Asked, Receipt]:
        if answer is not None:
            stand.answers = {**stand.answers, "takes": answer}
        await stand.start()
        provider = stand.provider(kind, "twilio", "127.0.0.1")
        message = replace(stand.outgoing(7, **fields), status_url="https://t.example/callbacks/texts/abc")
        [receipt] = await provider.send([message])
        await provider.close()
        await stand.stop()
        return stand.server.asked[0], receipt

    return asyncio.run(script())


class ToStand(TwilioHttpClient):
    """Twilio's client, led to another host."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def request(self, method: str, url: str, **more: Any) -> Any:
        return super().request(method, url.replace("https://api.twilio.com", self.url), **more)


def test_the_request_is_the_one_of_twilios_own_client(tmp_path: Path) -> None:
    ours, _ = sent(TwilioStand(tmp_path), "sms", text="안녕 & hello")
    with running(TwilioStand(tmp_path)) as stand:
        assert isinstance(stand, TwilioStand)
        http = ToStand(stand.server.url)
        Client(ACCOUNT, TOKEN, http_client=http).messages.create(
            to=stand.address(7), from_="+15005550006", body="안녕 & hello",
            status_callback="https://t.example/callbacks/texts/abc",
        )  # fmt: skip
        http.session.close()
        theirs = stand.server.asked[0]
    assert (ours.method, ours.target) == (theirs.method, theirs.target)
    assert ours.headers["authorization"] == theirs.headers["authorization"]
    assert parse_qs(ours.body.decode()) == parse_qs(theirs.body.decode())


def test_whatsapp_numbers_have_their_prefix(tmp_path: Path) -> None:
    asked, _ = sent(WhatsAppStand(tmp_path), "whatsapp")
    form = parse_qs(asked.body.decode())
    assert (form["From"], form["To"]) == (["whatsapp:+15005550006"], ["whatsapp:+821000000007"])


def test_a_messaging_service_takes_the_place_of_a_number(tmp_path: Path) -> None:
    stand = TwilioStand(tmp_path)
    given = stand.settings()
    del given["from"]
    stand.settings = lambda: given | {"base_url": stand.server.url, "messaging_service": "MG1", "callbacks": False}  # type: ignore[method-assign]
    form = parse_qs(sent(stand, "sms")[0].body.decode())
    assert form.keys() == {"MessagingServiceSid", "To", "Body"}
    both = {"account_sid": "AC1", "auth_token": "x", "from": "+15005550006", "messaging_service": "MG1"}
    assert len(check_channel("sms", "twilio", both)) == 1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (error(400, 21614, "'To' number is not a valid mobile number"), Bounced),
        (error(400, 21408, "Permission to send an SMS has not been enabled for the region"), Failed),
        (error(400, 21617, "The concatenated message body exceeds the 1600 character limit"), Failed),
        (error(401, 20003, "Authenticate"), Retry),
        (error(404, 20404, "The requested resource was not found"), Retry),
        (Answer(404, b"nginx"), Retry),
        (Answer(301, headers={"location": "https://elsewhere.example/"}), Retry),
        (Answer(200, b"<html>sign in to the wireless network"), Retry),
        (Answer(201, b"[" * 100_000), Retry),
    ],
)
def test_an_answer_speaks_of_the_address_the_message_or_the_channel(
    tmp_path: Path, answer: Answer, kind: type
) -> None:  # fmt: skip
    assert type(sent(TwilioStand(tmp_path), "sms", answer)[1]) is kind


@pytest.mark.parametrize(("code", "attempted"), [(500, True), (502, True), (504, True), (503, False), (429, False)])
def test_an_answer_of_a_broken_server_leaves_open_whether_it_took_the_message(
    tmp_path: Path, code: int, attempted: bool
) -> None:
    receipt = sent(TwilioStand(tmp_path), "sms", Answer(code, b"<html>"))[1]
    assert isinstance(receipt, Retry) and receipt.attempted is attempted


def test_segments_are_told(tmp_path: Path) -> None:
    receipt = sent(TwilioStand(tmp_path), "sms", text="가" * 71)[1]
    assert receipt.detail == {"id": "SM01", "segments": 2, "encoding": "UCS-2"}  # type: ignore[union-attr]
