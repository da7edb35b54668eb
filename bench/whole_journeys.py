"""Whole journeys: an event over HTTP, an e-mail, a condition, a webhook; all servers and the client on this machine."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, Final

from bench.hooks import hook_server
from bench.ingestion import CONNECTIONS, bare_server, post
from bench.live import authorization, mail_channel, profiles_file, run, serving, write_workspace
from bench.mails import send_pipelined
from bench.result import Result, Size
from bench.sink import mail_server
from demo.server import command

JOURNEYS: Final = 40_000
BATCH: Final = 100
PATIENCE_S: Final = 600.0
HOOKS: Final[dict[str, Any]] = {"kind": "channel", "id": "hooks", "type": "webhook", "provider": "http"}
JOURNEY: Final[dict[str, Any]] = {
    "kind": "journey", "id": "signing-up", "reentry": "never", "entry": {"type": "event", "event": "registered"},
    "nodes": [
        {"id": "greet", "type": "email", "template": "hello", "next": "paying"},
        {"id": "paying", "type": "condition", "paths": [{"when": "entry.plan = 'paid'", "next": "tell"}]},
        {"id": "tell", "type": "webhook", "template": "told"},
    ],
}  # fmt: skip


def measure(size: Size) -> list[Result]:
    """Post an event of each profile; by hand, the same calls, ready-made mails and ready-made requests."""
    batches = size.of(JOURNEYS // BATCH, least=CONNECTIONS)
    count = batches * BATCH
    whole_s = _engine(count)
    details: dict[str, float | int | str] = {"journeys": count, "connections": CONNECTIONS}
    return [Result("whole_journeys", count / whole_s, "journeys/s", count / _by_hand(count), 2_000, details=details)]


def _engine(count: int) -> float:
    """Return the seconds from the first call to the last mail and the last webhook."""
    with (
        TemporaryDirectory(prefix="bench-") as name,
        mail_server(count) as (mail_port, mails),
        hook_server(count) as (hook_port, hooks),
    ):
        folder = Path(name)
        workspace = write_workspace(folder, mail_channel(mail_port), HOOKS, _told(hook_port), JOURNEY)
        run("import", "profiles", profiles_file(folder, count), "--workspace", workspace)
        with serving(workspace) as server:
            command("publish", "--all", "--workspace", workspace)
            key = authorization(workspace)
            start = perf_counter()
            asyncio.run(post(server.url, "/v1/batch", key, _bodies(count), count // BATCH, CONNECTIONS))
            hooks.wait(PATIENCE_S)
            mails.wait(PATIENCE_S)
    return max(hooks.times[-1], mails.times[-1]) - start


def _by_hand(count: int) -> float:
    with bare_server() as url:
        start = perf_counter()
        asyncio.run(post(url, "/v1/batch", "-", _bodies(count), count // BATCH, CONNECTIONS))
        calls_s = perf_counter() - start
    with mail_server(count) as (port, mails):
        start = perf_counter()
        send_pipelined(port, count)
        mails.wait(PATIENCE_S)
        mails_s = perf_counter() - start
    with hook_server(count) as (port, hooks):
        start = perf_counter()
        asyncio.run(post(f"http://127.0.0.1:{port}", "/orders", "-", [b'{"who": "c000000001"}'], count, CONNECTIONS))
        hooks.wait(PATIENCE_S)
        hooks_s = perf_counter() - start
    return calls_s + mails_s + hooks_s


def _told(port: int) -> dict[str, Any]:
    return {
        "kind": "template", "id": "told", "channel": "webhook", "method": "POST",
        "url": f"http://127.0.0.1:{port}/orders", "body": '{"who": {{ profile.profile_id | json }}}',
    }  # fmt: skip


def _bodies(count: int) -> list[bytes]:
    return [json.dumps({"batch": [_call(i) for i in range(at, at + BATCH)]}).encode() for at in range(0, count, BATCH)]


def _call(number: int) -> dict[str, object]:
    return {"type": "track", "userId": f"c{number:09d}", "event": "registered", "properties": {"plan": "paid"}}
