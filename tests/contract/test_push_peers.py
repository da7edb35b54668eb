"""Push messages and what others wrote: a service that opens ours, and a client of Apple's that our stand answers."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from sojourn.channels.port import Bounced, Outgoing, Receipt, Sent, Surroundings
from sojourn.channels.push.keys import public_text, read_key, workspace_key
from sojourn.channels.registry import make_provider
from sojourn.engine.web import opener
from sojourn.sources.addresses import AddressRules
from tests.clients import environment
from tests.contract.stands.apns import ApnsStand
from tests.contract.stands.webpush import PEM
from tests.e2e.outside_thread import running
from tests.e2e.served import free_port

HERE = Path(environment.__file__).parent / "node"

pytestmark = pytest.mark.timeout(300)


def script(name: str) -> list[str | Path]:
    """Return the words that call a program beside the packages of npm."""
    place = environment.node() / name
    shutil.copy(HERE / name, place)
    return [*environment.words("node"), place]


# ---- Web Push --------------------------------------------------------------------------------------------------------


@pytest.fixture
def service() -> Iterator[httpx.Client]:
    """The push service of `web-push-testing`."""
    port = free_port()
    process = subprocess.Popen(
        [*map(str, script("push-service.mjs")), str(port)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None and b"running" in process.stdout.readline()
    with httpx.Client(base_url=f"http://localhost:{port}", timeout=30) as client:
        yield client
    process.kill()
    process.wait()
    process.stdout.close()


def subscribed(service: httpx.Client, key: str) -> dict[str, Any]:
    options = {"userVisibleOnly": "true", "applicationServerKey": key}
    return dict(service.post("/subscribe", json=options).raise_for_status().json()["data"])


def push(folder: Path, *subscriptions: dict[str, Any]) -> list[Receipt]:
    """Send a message to each subscription."""
    rules = AddressRules(["localhost"])
    around = Surroundings(folder, "push", "browsers", opener(lambda: rules), lambda: datetime.now(UTC))
    messages = [
        Outgoing(
            no, f"{no}.key", f"p{no}", "j/n", json.dumps({name: each[name] for name in ("endpoint", "keys")}),
            {"title": f"t{no}", "body": "안녕" * 100, "url": "https://shop.example/"}, datetime.now(UTC),
        )
        for no, each in enumerate(subscriptions)
    ]  # fmt: skip

    async def send() -> list[Receipt]:
        provider = make_provider("webpush", {"contact": "mailto:push@shop.example"}, around)
        try:
            return await provider.send(messages)
        finally:
            await provider.close()

    return asyncio.run(send())


def test_a_push_service_of_others_opens_our_messages(service: httpx.Client, tmp_path: Path) -> None:
    mine = public_text(workspace_key(tmp_path))
    browsers = [subscribed(service, mine) for _ in range(2)]
    assert push(tmp_path, *browsers) == [Sent()] * 2
    for no, browser in enumerate(browsers):
        asked = {"clientHash": browser["clientHash"]}
        [read] = service.post("/get-notifications", json=asked).raise_for_status().json()["data"]["messages"]
        assert (json.loads(read)["title"], json.loads(read)["body"]) == (f"t{no}", "안녕" * 100)


def test_an_ended_subscription_and_anothers_key_are_understood(service: httpx.Client, tmp_path: Path) -> None:
    mine, other = public_text(workspace_key(tmp_path)), public_text(read_key(PEM))
    ended, strange, good = subscribed(service, mine), subscribed(service, other), subscribed(service, mine)
    service.post(f"/expire-subscription/{ended['clientHash']}").raise_for_status()
    first, second, third = push(tmp_path, ended, strange, good)
    assert isinstance(first, Bounced) and first.code == 410
    assert not isinstance(second, (Sent, Bounced)), "a key that it does not take says nothing about the browser"
    assert third == Sent()


# ---- Apple -----------------------------------------------------------------------------------------------------------


def sent_by_client(stand: ApnsStand, *devices: str) -> dict[str, Any]:
    words = [*map(str, script("send-with-node-apn.mjs")), str(stand.port), PEM, *devices]
    environ = {**os.environ, "NODE_EXTRA_CA_CERTS": str(stand.pem)}
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=100, env=environ)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


def sent_by_us(stand: ApnsStand, no: int) -> None:
    async def send() -> None:
        provider = stand.provider("push", "apns", "127.0.0.1")
        assert await provider.send([stand.outgoing(no)]) == [Sent({"id": stand.asked[-1].headers["apns-id"]})]
        await provider.close()

    asyncio.run(send())


def test_our_stand_is_apples_server_to_a_client_of_others_and_we_ask_as_it_does(tmp_path: Path) -> None:
    stand = ApnsStand(tmp_path)
    with running(stand):
        device = stand.address(7)
        assert sent_by_client(stand, device) == {"sent": [{"device": device}], "failed": []}
        stand.mood = "bounces"
        [failed] = sent_by_client(stand, device)["failed"]
        assert (failed["status"], failed["response"]["reason"]) == (410, "Unregistered")
        stand.mood = "takes"
        theirs = stand.asked[0]
        stand.now = datetime.fromtimestamp(time.time(), UTC)
        sent_by_us(stand, 7)
    ours = stand.asked[-1]
    assert (ours.method, ours.target) == (theirs.method, theirs.target)
    fields = {name for name in theirs.headers if name.startswith("apns-")}
    assert fields <= {name for name in ours.headers if name.startswith("apns-")}
    for name in fields - {"apns-id", "apns-expiration"}:
        assert ours.headers[name] == theirs.headers[name], name
    assert [asked.headers["authorization"].partition(" ")[0].lower() for asked in (ours, theirs)] == ["bearer"] * 2
    assert json.loads(ours.body)["aps"] == json.loads(theirs.body)["aps"]
