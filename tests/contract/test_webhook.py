"""What arrives at the receiver of a webhook."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sojourn.channels.port import Failed, Provider, Retry, Sent
from sojourn.channels.registry import check_channel
from sojourn.channels.webhook.signature import key_of, signed_headers
from tests.contract.stands.web_server import Answer, Asked
from tests.contract.stands.webhook import WebhookStand

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def run(folder: Path, script: Callable[[WebhookStand, Provider], Awaitable[Any]], **settings: Any) -> Any:
    async def whole() -> Any:
        stand = WebhookStand(folder)
        given = stand.settings
        stand.settings = lambda: given() | settings  # type: ignore[method-assign]
        await stand.start()
        provider = stand.provider("webhook", "http", "127.0.0.1")
        try:
            return await script(stand, provider)
        finally:
            await provider.close()
            await stand.stop()

    return asyncio.run(whole())


def asked(folder: Path, settings: dict[str, Any] | None = None, **fields: Any) -> Asked:
    async def script(stand: WebhookStand, provider: Provider) -> Asked:
        assert [type(receipt) for receipt in await provider.send([stand.outgoing(7, **fields)])] == [Sent]
        return stand.server.asked[0]

    found: Asked = run(folder, script, **(settings or {}))
    return found


def test_the_signature_is_the_one_of_the_specification() -> None:
    """The example of https://www.standardwebhooks.com."""
    at = datetime.fromtimestamp(1614265330, UTC)
    headers = signed_headers(key_of(SECRET), "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_request_is_what_its_template_says(tmp_path: Path) -> None:
    got = asked(tmp_path, method="PUT", headers={"X-Shop": " one "}, body='{"a": "한"}')
    assert (got.method, got.target, got.body) == ("PUT", "/hook?no=7", '{"a": "한"}'.encode())
    assert got.headers["x-shop"] == "one"
    assert got.headers["content-type"] == "application/json"
    assert got.headers["authorization"] == "Bearer very-secret"
    assert got.headers["user-agent"] == "Sojourn"
    known = signed_headers(key_of(SECRET), "7.key", datetime(2026, 3, 2, tzinfo=UTC), got.body)
    assert {name: got.headers[name] for name in known} == known


def test_without_method_a_body_is_posted_and_a_get_has_none(tmp_path: Path) -> None:
    assert asked(tmp_path, method=None).method == "POST"
    got = asked(tmp_path, method="GET", body=None)
    assert (got.method, got.body, "content-length" in got.headers) == ("GET", b"", False)


def test_a_message_waits_alone_and_as_long_as_it_is_asked_to(tmp_path: Path) -> None:
    async def script(stand: WebhookStand, provider: Provider) -> None:
        answers = {"/hook?no=1": Answer(429, headers={"retry-after": "7"}), "/hook?no=2": Answer(200)}
        stand.server._answer = lambda asked: answers[asked.target]
        waits, sent = await provider.send([stand.outgoing(1), stand.outgoing(2)])
        assert waits == Retry("answered 429", 7, attempted=True)
        assert sent == Sent({"code": 200})

    run(tmp_path, script)


def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    async def script(stand: WebhookStand, provider: Provider) -> None:
        stand.server._answer = lambda _: Answer(302, headers={"location": f"{stand.server.url}/other"})
        [receipt] = await provider.send([stand.outgoing(1)])
        assert isinstance(receipt, Failed)
        assert len(stand.server.asked) == 1

    run(tmp_path, script)


@pytest.mark.parametrize("url", ["http://127.0.0.1.evil.example/", "http://shop.example@127.0.0.1/", "http://["])
def test_only_the_hosts_of_the_channel_get_its_secrets(tmp_path: Path, url: str) -> None:
    async def script(stand: WebhookStand, provider: Provider) -> None:
        [receipt] = await provider.send([stand.outgoing(1, url=url)])
        assert isinstance(receipt, Failed)
        assert stand.taken() == 0

    run(tmp_path, script, hosts=["shop.example"])


def test_a_weak_secret_is_a_fault_of_the_document() -> None:
    for secret in ("short", "whsec_no base64"):
        assert [p.path for p in check_channel("webhook", "http", {"secret": secret})] == ["settings.secret"]
    assert check_channel("webhook", "http", {"secret": {"env": "HOOK_SECRET"}}) == []
