"""Providers are found by their file, and channel documents are checked against them."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sojourn.channels.port import Outgoing, Retry, Sent
from sojourn.channels.registry import UnknownProvider, check_channel, make_provider, providers
from sojourn.model.channels import CHANNEL_TYPES, ChannelType
from tests.contract.surrounded import surroundings

SMTP = {"host": "127.0.0.1", "port": 2525, "from": "Shop <hi@shop.example>"}


@pytest.mark.parametrize("channel_type", CHANNEL_TYPES)
def test_every_channel_has_the_log_provider(channel_type: ChannelType) -> None:
    assert "log" in providers(channel_type)
    assert ("smtp" in providers(channel_type)) == (channel_type == "email")


@pytest.mark.parametrize(
    ("provider", "settings", "path"),
    [
        ("smpt", SMTP, "provider"),
        ("smtp", {"host": "x"}, "settings.from"),
        ("smtp", SMTP | {"hots": "x"}, "settings.hots"),
        ("smtp", SMTP | {"port": 70000}, "settings.port"),
        ("smtp", SMTP | {"from": "x@y.example\r\nBcc: a@b.example"}, "settings.from"),
        ("smtp", SMTP | {"timeout": "soon"}, "settings.timeout"),
        ("log", {"file": "../escape"}, "settings.file"),
    ],
)
def test_faults_are_told_with_their_path(provider: str, settings: dict[str, object], path: str) -> None:
    [problem] = check_channel("email", provider, settings)
    assert problem.path == path
    assert problem.hint


def test_right_settings_have_no_problem() -> None:
    assert check_channel("email", "smtp", SMTP) == []
    assert check_channel("sms", "log", {}) == []


def test_an_unknown_provider_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnknownProvider, match="log"):
        make_provider("nope", {}, surroundings(tmp_path, "sms"))


def outgoing(no: int) -> Outgoing:
    return Outgoing(no, f"{no}.k", "ann", "j/n", "+821", {"text": "안녕"}, datetime(2026, 3, 2, tzinfo=UTC))


def test_the_log_provider_appends_lines(tmp_path: Path) -> None:
    provider = make_provider("log", {}, surroundings(tmp_path, "sms"))
    assert asyncio.run(provider.send([outgoing(1), outgoing(2)])) == [Sent(), Sent()]
    assert asyncio.run(provider.send([outgoing(3)])) == [Sent()]
    lines = [json.loads(line) for line in (tmp_path / "outbox" / "sms.ndjson").read_text().splitlines()]
    assert [line["no"] for line in lines] == [1, 2, 3]
    assert lines[0] == {"no": 1, "key": "1.k", "profile": "ann", "of": "j/n", "to": "+821",
                        "at": "2026-03-02T00:00:00Z", "text": "안녕"}  # fmt: skip


def test_the_log_provider_waits_for_a_disk_that_refuses(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file where the folder should be")
    provider = make_provider("log", {}, surroundings(tmp_path, "sms"))
    [receipt] = asyncio.run(provider.send([outgoing(1)]))
    assert isinstance(receipt, Retry)
