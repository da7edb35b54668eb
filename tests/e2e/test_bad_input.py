"""What a running server makes of bad documents, bad requests, a full disk and a mail server that is away."""

import gzip
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

from tests.e2e.served import Mailbox, Shop, until

SIGNED_UP = {"type": "track", "event": "Signed Up"}


def person(name: str, **more: Any) -> dict[str, Any]:
    return {"type": "identify", "userId": name, "traits": {"email": f"{name}@example.com", "first_name": name, **more}}


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    mailbox = Mailbox()
    mailbox.start()
    yield mailbox
    mailbox.stop()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, mailbox: Mailbox) -> Iterator[Shop]:
    shop = Shop(tmp_path_factory.mktemp("bad") / "shop", mailbox.port)
    shop.init()
    shop.edit("channels.yaml", "from:", "timeout: 1s, tls: none, from:")
    shop.start()
    assert publish(shop).status_code == 200
    yield shop
    assert shop.stop() == 0


def admin(shop: Shop) -> httpx.Client:
    token = json.loads((shop.folder / "data" / "server.json").read_text())["token"]
    return httpx.Client(base_url=shop.url, auth=("local", token), timeout=60)


def publish(shop: Shop, *ids: str) -> httpx.Response:
    with admin(shop) as api:
        return api.post("/api/publish", json={"ids": list(ids)})


def is_alive(shop: Shop, mailbox: Mailbox, name: str) -> None:
    """Let somebody sign up, and see the mail leave."""
    shop.send(person(name), {**SIGNED_UP, "userId": name})
    until(lambda: mailbox.to(f"{name}@example.com"), 30)


@contextmanager
def beside(shop: Shop, text: str) -> Iterator[None]:
    """Have one more file in the workspace's folder for a while."""
    extra = shop.folder / "extra.yaml"
    extra.write_text(text)
    try:
        yield
    finally:
        extra.unlink()


# ---- documents -------------------------------------------------------------------------------------------------------

NESTED = 3_000


def audience(where: str) -> str:
    return f"kind: audience\nid: extra\nwhere: {json.dumps(where)}\n"


BAD_DOCUMENTS = {
    "an unknown field": ("kind: audience\nid: extra\nwhere: 'true'\nwehre: 'true'\n", "wehre"),
    "a wrong type": ("kind: triggered\nid: extra\ntrigger: 7\nmessages: yes\n", "trigger"),
    "an unknown kind": ("kind: journy\nid: extra\n", "journy"),
    "no YAML": ("kind: [\n", "extra.yaml"),
    "a file": (audience("profile.first_name in (select column0 from read_csv('/etc/passwd'))"), "extra"),
    "a file as a function": (audience("read_text('/etc/passwd') is not null"), "read_text"),
    "a subquery": (audience("(select count(*) from profile) > 0"), "extra"),
    "another statement": (audience("true; attach '/tmp/x.db'"), "extra"),
    "a setting": (audience("getenv('HOME') = 'x'"), "getenv"),
    "another connection": (audience("query('select 1') is not null"), "query"),
    "many parentheses": (audience("(" * NESTED + "true" + ")" * NESTED), "extra"),
    "many negations": (audience("not " * NESTED + "true"), "extra"),
    "many maps": ("kind: audience\nid: extra\nwhere: " + "{not: " * NESTED + "'true'" + "}" * NESTED + "\n", "extra"),
    "an endless list": (
        "kind: audience\nid: extra\na: &a [x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
        "extra",
    ),
    "Liquid without end": (
        "kind: template\nid: extra\nchannel: email\nsubject: s\ntext: '" + "{% if true %}" * NESTED + "'\n",
        "extra",
    ),
}


@pytest.mark.parametrize("name", BAD_DOCUMENTS)
def test_a_bad_document_is_refused_with_its_place(shop: Shop, name: str) -> None:
    text, about = BAD_DOCUMENTS[name]
    with beside(shop, text):
        began = time.monotonic()
        answer = publish(shop)
    assert answer.status_code == 409, answer.text[:500]
    [first, *_] = answer.json()["errors"]
    assert first["file"].endswith("extra.yaml")
    assert about in json.dumps(first)
    assert first["message"]
    assert time.monotonic() - began < 20
    [verdict] = publish(shop, "welcome").json()
    assert (verdict["id"], verdict["version"], verdict["verdict"]) == ("welcome", 1, "already live")


HOSTILE = """
kind: template
id: hostile
channel: email
subject: Hostile
text: "{% if profile.first_name == 'mallory' %}LOOP{% endif %}Hello"
---
kind: triggered
id: ID
trigger: [{event: purchase, where: "event.order_id = 'ID'"}]
messages: [{channel: email, template: hostile}]
"""


@pytest.mark.parametrize("loop", [
    "{% for i in (1..1000000000) %}{{ i }}{% endfor %}",
    "{% for i in (1..9999) %}{% for j in (1..9999) %}{% for k in (1..9) %}{{ k }}{% endfor %}{% endfor %}{% endfor %}",
    "{% assign x = 'ab' %}{% for i in (1..99) %}{% assign x = x | append: x %}{% endfor %}{{ x }}",
    "{{ profile.first_name | divided_by: 0 }}",
])  # fmt: skip
def test_a_template_without_end_costs_its_own_message_only(shop: Shop, mailbox: Mailbox, loop: str) -> None:
    id_ = f"hostile-{abs(hash(loop)) % 10**9}"
    names = ["mallory", f"a-{id_}", f"b-{id_}"]
    with beside(shop, HOSTILE.replace("LOOP", loop).replace("ID", id_)):
        assert publish(shop, id_).status_code == 200
        bought = {"type": "track", "event": "Order Completed", "properties": {"order_id": id_}}
        shop.send(*(person(name) for name in names), *({**bought, "userId": name} for name in names))
        until(lambda: mailbox.to(f"b-{id_}@example.com") and mailbox.to(f"a-{id_}@example.com"), 40)
        until(lambda: shop.status(id_)["discards"] == {"render_error": 1}, 40)
    with admin(shop) as api:
        api.post(f"/api/documents/{id_}/stop")


# ---- requests --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("body", "headers", "status", "code"), [
    (b'{"batch": [', {}, 400, "unreadable"),
    (b"[" * 200_000, {}, 400, "unreadable"),
    (b'{"batch": ' + b"[" * 200_000, {}, 400, "unreadable"),
    (b"\xff\xfe\x00", {}, 400, "unreadable"),
    (b" " * 5_000_000, {}, 413, "too_large"),
    (b"no gzip", {"content-encoding": "gzip"}, 400, "bad_gzip"),
    (gzip.compress(b'{"batch": []}', mtime=0)[:-5], {"content-encoding": "gzip"}, 400, "bad_gzip"),
    (gzip.compress(b" " * 300_000_000, 1, mtime=0), {"content-encoding": "gzip"}, 413, "too_large"),
])  # fmt: skip
def test_a_bad_body_is_said_to_be(shop: Shop, body: bytes, headers: dict[str, str], status: int, code: str) -> None:
    answer = shop.client().post("/v1/batch", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["message"]


def test_a_key_opens_what_it_is_for(shop: Shop) -> None:
    call = {**SIGNED_UP, "userId": "nobody"}
    assert shop.client("wrong").post("/v1/track", json=call).status_code == 401
    assert httpx.post(f"{shop.url}/v1/track", json=call).status_code == 401
    ingest = shop.client(shop.ingest_key)
    assert ingest.post("/v1/track", json={**call, "event": "seen"}).status_code == 200
    for method, path in [("GET", "/api/status"), ("POST", "/api/publish"), ("POST", "/api/documents/welcome/stop")]:
        assert ingest.request(method, path, json={}).status_code == 403
        assert shop.client("wrong").request(method, path, json={}).status_code == 401
    assert shop.client().post("/api/publish", json={}).status_code == 403
    assert shop.client().get("/api/status").status_code == 200


def test_clocks_that_are_years_off_move_nothing(shop: Shop, mailbox: Mailbox) -> None:
    now = datetime.now(UTC)
    instants = [
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        (now + timedelta(days=3_650)).isoformat(),
        "1970-01-01T00:00:00Z",
    ]
    names = [f"skew{n}" for n in range(len(instants))]
    shop.send(
        *(person(name) for name in names),
        *({**SIGNED_UP, "userId": name, "timestamp": at} for name, at in zip(names, instants, strict=True)),
    )
    until(lambda: all(mailbox.to(f"{name}@example.com") for name in names), 30)
    skewed = {
        "batch": [{**SIGNED_UP, "userId": "late", "timestamp": now.isoformat()}],
        "sentAt": "2000-01-01T00:00:00Z",
    }
    assert shop.client().post("/v1/batch", json=skewed).status_code == 200
    is_alive(shop, mailbox, "after-skew")


def test_slow_senders_block_nobody(shop: Shop, mailbox: Mailbox) -> None:
    with ExitStack() as stack:
        for n in range(300):
            slow = stack.enter_context(socket.create_connection(("127.0.0.1", int(shop.url.rsplit(":", 1)[1]))))
            slow.sendall(
                b"POST /v1/track HTTP/1.1\r\nHost: x\r\n" + (b"X-Slow: 1" if n % 2 else b"Content-Length: 90\r\n\r\n{")
            )
        began = time.monotonic()
        assert shop.client().get("/healthz").status_code == 200
        assert time.monotonic() - began < 5
        is_alive(shop, mailbox, "fast")


SLOW = {
    "a large body that never comes": b"POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Length: 4194304\r\n\r\n",
    "half a body": b"POST /sdk/v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n" + b"x" * 30_000,
    "half a form": b"POST /callbacks/texts HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nFrom",
    "an answer that nobody reads": b"GET /sdk.js HTTP/1.1\r\nHost: x\r\n\r\n" * 30,
}


@pytest.mark.parametrize("what", SLOW)
def test_slow_clients_take_neither_place_nor_memory(shop: Shop, mailbox: Mailbox, what: str) -> None:
    before = memory_mb(shop)
    with ExitStack() as stack:
        for _ in range(300):
            slow = stack.enter_context(socket.create_connection(("127.0.0.1", int(shop.url.rsplit(":", 1)[1]))))
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            slow.sendall(SLOW[what])
        time.sleep(1)
        is_alive(shop, mailbox, f"beside-{list(SLOW).index(what)}")
        assert memory_mb(shop) - before < 120


def test_a_header_without_end_is_not_kept(shop: Shop, mailbox: Mailbox) -> None:
    before = memory_mb(shop)
    with socket.create_connection(("127.0.0.1", int(shop.url.rsplit(":", 1)[1]))) as endless:
        endless.sendall(b"GET /healthz HTTP/1.1\r\n")
        with pytest.raises(OSError):
            for n in range(100_000):
                endless.sendall(b"X-%d: %s\r\n" % (n, b"x" * 8_000))
    assert memory_mb(shop) - before < 60
    is_alive(shop, mailbox, "beside-endless")


def memory_mb(shop: Shop) -> float:
    assert shop.process is not None
    pages = int(Path(f"/proc/{shop.process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


# ---- the mail server -------------------------------------------------------------------------------------------------


def test_mails_wait_for_a_server_that_is_away(shop: Shop, mailbox: Mailbox) -> None:
    mailbox.stop()
    try:
        names = [f"away{n}" for n in range(5)]
        shop.send(*(person(name) for name in names), *({**SIGNED_UP, "userId": name} for name in names))
        until(lambda: shop.status("welcome")["messages"]["pending"] >= 5, 30)
        until(lambda: "mail" in (found := channels(shop)) and found["mail"]["trouble"], 30)
        assert shop.client().get("/healthz").status_code == 200
    finally:
        mailbox.start()
    until(lambda: all(len(mailbox.to(f"{name}@example.com")) == 1 for name in names), 60)
    until(lambda: shop.status("welcome")["messages"]["pending"] == 0, 30)


def test_mails_wait_for_a_server_that_hangs(shop: Shop, mailbox: Mailbox) -> None:
    mailbox.stop()
    with socket.create_server(("127.0.0.1", mailbox.port)):
        shop.send(person("hung"), {**SIGNED_UP, "userId": "hung"})
        until(lambda: "mail" in (found := channels(shop)) and found["mail"]["trouble"], 30)
        assert shop.status("welcome")["messages"]["pending"] == 1
    mailbox.start()
    until(lambda: len(mailbox.to("hung@example.com")) == 1, 60)


def channels(shop: Shop) -> dict[str, Any]:
    with admin(shop) as api:
        found: dict[str, Any] = api.get("/api/channels").json()
        return found


# ---- the disk --------------------------------------------------------------------------------------------------------


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root on Linux may mount a small disk")
    before = shutil.copytree(folder, folder.with_suffix(".before"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", folder], capture_output=True
    )
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.decode().strip()}")
    shutil.copytree(before, folder, dirs_exist_ok=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(disk: Path, left: int) -> Path:
    """Take all space of a disk but some bytes."""
    filler = disk / "filler"
    free = os.statvfs(disk)
    filler.write_bytes(bytes(free.f_bavail * free.f_bsize - left))
    return filler


def orders(batch: int) -> list[dict[str, Any]]:
    name = f"full{batch}"
    call = {"type": "track", "userId": name, "event": "Order Completed", "properties": {"order_id": "x" * 2_000}}
    return [person(name), *({**call, "messageId": f"{batch}-{n}"} for n in range(10))]


def readiness(shop: Shop) -> tuple[int, list[str]]:
    answer = shop.client().get("/readyz")
    return answer.status_code, [reason["code"] for reason in answer.json()["reasons"]]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("left", [0, 300_000, 1_000_000])
def test_a_full_disk_is_said_and_nothing_is_lost(tmp_path: Path, mailbox: Mailbox, left: int) -> None:
    shop = Shop(tmp_path / "shop", mailbox.port)
    shop.init()
    with small_disk(shop.folder / "data", "48m") as disk:
        shop.start()
        try:
            assert publish(shop, "thanks").status_code == 200
            until(lambda: readiness(shop) == (200, []), 60)
            filler = fill(disk, left)
            assert readiness(shop)[0] == 503
            assert "disk_full" in readiness(shop)[1]
            refused = [n for n in range(BATCHES) if not is_taken(shop, n)]
            assert refused, "the disk was not full"
            assert shop.client().get("/healthz").status_code == 200
            filler.unlink()
            assert [n for n in refused if not is_taken(shop, n)] == []
            until(shop.is_worked_off, 60)
            until(lambda: shop.status("thanks")["messages"]["sent"] == BATCHES, 60)
            until(lambda: readiness(shop) == (200, []), 60)
        finally:
            code = shop.stop()
        assert code == 0
        with duckdb.connect(str(disk / "sojourn.duckdb"), read_only=True) as store:
            assert store.execute("SELECT count(*) FROM event").fetchall() == [(10 * BATCHES,)]
            assert store.execute("SELECT count(*) FROM reject").fetchall() == [(0,)]
    assert {f"full{n}@example.com" for n in range(BATCHES)} <= {mail["To"] for mail in mailbox.mails}


BATCHES = 60


def is_taken(shop: Shop, batch: int) -> bool:
    """Post a batch; when it is not taken, see that the answer says why."""
    answer = shop.client().post("/v1/batch", json={"batch": orders(batch)})
    if answer.status_code == 200:
        return True
    assert (answer.status_code, answer.json()["code"]) == (507, "LOG-001")
    assert "full" in answer.json()["message"]
    return False
