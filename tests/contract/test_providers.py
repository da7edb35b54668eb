"""What every provider must do, whatever it speaks; each against the outside that it was made for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from sojourn.channels.port import Bounced, Failed, Provider, Receipt, Retry, Sent
from sojourn.channels.registry import check_channel, providers
from sojourn.model.channels import CHANNEL_TYPES, ChannelType
from tests.contract.stands import STANDS, stand_for
from tests.contract.stands.stand import Mood, Stand

ALL = [(kind, name) for kind in CHANNEL_TYPES for name in providers(kind) if name != "log" or kind == "sms"]
LOOPBACK = "127.0.0.1"
Script = Callable[[Stand, Provider], Awaitable[Any]]
every = pytest.mark.parametrize(("kind", "name"), ALL)


def run(folder: Path, kind: ChannelType, name: str, script: Script, *allowed: str, mood: Mood = "takes") -> Any:
    async def whole() -> Any:
        stand = stand_for(kind, name, folder)
        await stand.start()
        stand.mood = mood
        provider = stand.provider(kind, name, *(allowed or (LOOPBACK,)))
        try:
            return await script(stand, provider)
        finally:
            await provider.close()
            await stand.stop()

    return asyncio.run(whole())


async def send_two(stand: Stand, provider: Provider) -> list[Receipt]:
    return await provider.send([stand.outgoing(1), stand.outgoing(2)])


def in_mood(folder: Path, kind: ChannelType, name: str, mood: Mood) -> list[Receipt]:
    if mood not in stand_for(kind, name, folder).moods:
        pytest.skip(f"nothing outside of `{name}` can be so")
    receipts: list[Receipt] = run(folder, kind, name, send_two, mood=mood)
    assert len(receipts) == 2
    return receipts


def test_every_provider_has_a_stand() -> None:
    assert {(kind, name) for kind, name in ALL if name != "log"} == set(STANDS)


@every
def test_there_is_one_receipt_a_message_in_order(kind: ChannelType, name: str, tmp_path: Path) -> None:
    async def script(stand: Stand, provider: Provider) -> None:
        assert provider.parallel >= 1
        assert await provider.send([]) == []
        receipts = await provider.send([stand.outgoing(no) for no in range(30)])
        assert [type(receipt) for receipt in receipts] == [Sent] * 30
        assert all(tuple(receipt.detail) == stand.told for receipt in receipts if isinstance(receipt, Sent))
        both = await asyncio.gather(
            provider.send([stand.outgoing(40)]), provider.send([stand.outgoing(41), stand.outgoing(42)])
        )
        assert [len(receipts) for receipts in both] == [1, 2]
        assert stand.taken() == 33
        await provider.close()
        await provider.close()

    run(tmp_path, kind, name, script)


@every
def test_a_refusal_is_final(kind: ChannelType, name: str, tmp_path: Path) -> None:
    assert [type(receipt) for receipt in in_mood(tmp_path, kind, name, "refuses")] == [Failed, Failed]


@every
def test_an_address_that_is_gone_bounces(kind: ChannelType, name: str, tmp_path: Path) -> None:
    assert [type(receipt) for receipt in in_mood(tmp_path, kind, name, "bounces")] == [Bounced, Bounced]


@every
@pytest.mark.parametrize("mood", ["busy", "asks", "breaks", "silent"])
def test_trouble_outside_is_no_fault_of_the_message(
    kind: ChannelType, name: str, mood: Mood, tmp_path: Path
) -> None:  # fmt: skip
    if name == "log":
        (tmp_path / "outbox").write_text("a file where the folder should be")
    if name == "files":
        (tmp_path / "direct_mail").write_text("a file where the folder should be")
    if name == "sdk":
        (tmp_path / "inbox.sqlite").mkdir()
    receipts = in_mood(tmp_path, kind, name, mood)
    assert [type(receipt) for receipt in receipts] == [Retry, Retry]
    alone = stand_for(kind, name, tmp_path).alone
    for receipt in receipts:
        assert isinstance(receipt, Retry)
        assert receipt.after_s == 7 if mood == "asks" else receipt.after_s in (None, 0)
        assert receipt.attempted or not alone


@every
def test_an_outside_that_is_not_there_is_no_fault_of_the_message(
    kind: ChannelType, name: str, tmp_path: Path
) -> None:  # fmt: skip
    async def script(stand: Stand, provider: Provider) -> list[Receipt]:
        await stand.stop()
        receipts = await provider.send([stand.outgoing(1), stand.outgoing(2)])
        await stand.start()
        return receipts

    if len(stand_for(kind, name, tmp_path).moods) <= 2:
        pytest.skip("it has no server")
    receipts = run(tmp_path, kind, name, script)
    assert [type(receipt) for receipt in receipts] == [Retry, Retry]
    alone = stand_for(kind, name, tmp_path).alone
    assert [receipt.attempted for receipt in receipts] == [alone, alone]


@every
def test_values_that_would_do_harm_fail_alone(kind: ChannelType, name: str, tmp_path: Path) -> None:
    async def script(stand: Stand, provider: Provider) -> None:
        hostile = stand.hostile()
        receipts = await provider.send([stand.outgoing(50), *hostile, stand.outgoing(51)])
        assert [type(receipt) for receipt in (receipts[0], receipts[-1])] == [Sent, Sent]
        assert all(isinstance(receipt, Failed | Bounced) for receipt in receipts[1:-1]), receipts
        assert stand.taken() == 2

    run(tmp_path, kind, name, script)


@every
def test_a_private_address_is_not_reached(kind: ChannelType, name: str, tmp_path: Path) -> None:
    if not stand_for(kind, name, tmp_path).private:
        pytest.skip("its server is named in the channel document, not by data")

    async def script(stand: Stand, provider: Provider) -> None:
        receipts = await provider.send([stand.outgoing(1)])
        assert [type(receipt) for receipt in receipts] == [Failed if stand.alone else Retry]
        assert "allow_private_hosts" in str(receipts[0])
        assert stand.taken() == 0

    run(tmp_path, kind, name, script, "10.0.0.1")


@every
@pytest.mark.parametrize("mood", ["takes", "refuses", "bounces", "busy", "breaks"])
def test_secrets_are_never_told(kind: ChannelType, name: str, mood: Mood, tmp_path: Path) -> None:
    stand = stand_for(kind, name, tmp_path)
    with capture_logs() as logged:
        told = str(in_mood(tmp_path, kind, name, mood))
    shown = told + str(logged) + repr(providers(kind)[name].settings_model.model_validate(stand.settings()))
    assert [secret for secret in stand.secrets if secret in shown] == []


@every
def test_no_more_is_under_way_than_is_said(kind: ChannelType, name: str, tmp_path: Path) -> None:
    async def script(stand: Stand, provider: Provider) -> None:
        batches = iter([[stand.outgoing(5 * batch + no) for no in range(5)] for batch in range(6)])

        async def work() -> None:
            for batch in batches:
                await provider.send(batch)

        await asyncio.gather(*(work() for _ in range(provider.parallel)))
        assert getattr(getattr(stand, "server", None), "most_at_once", 0) <= provider.parallel
        assert stand.taken() == 30

    run(tmp_path, kind, name, script)


@every
def test_settings_have_a_form(kind: ChannelType, name: str, tmp_path: Path) -> None:
    settings = stand_for(kind, name, tmp_path).settings()
    schema = providers(kind)[name].settings_model.model_json_schema()
    assert json.loads(json.dumps(schema)) == schema
    assert [field for field, facts in schema["properties"].items() if not facts.get("description")] == []
    assert check_channel(kind, name, settings) == []
    assert [problem.path for problem in check_channel(kind, name, settings | {"nonsense": 1})] == ["settings.nonsense"]
