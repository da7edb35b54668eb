"""What a browser gets, decrypted by code that shares nothing with what encrypts; and whose signature it comes with."""

from __future__ import annotations

import asyncio
import base64
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from joserfc import jwt
from joserfc.jwk import ECKey

from sojourn.channels.port import Sent
from sojourn.channels.push.keys import public_text, read_key, workspace_key
from sojourn.channels.push.subscription import Subscription
from sojourn.channels.push.webpush import seal
from tests.contract.stands.stand import AT
from tests.contract.stands.web_server import Asked
from tests.contract.stands.webpush import PEM, Browser, WebPushStand


def sent(stand: WebPushStand, *numbers: int, later: timedelta = timedelta()) -> list[Asked]:
    async def script() -> list[Asked]:
        await stand.start()
        provider = stand.provider("push", "webpush", "127.0.0.1")
        for no in numbers:
            assert await provider.send([stand.outgoing(no)]) == [Sent()]
            stand.now += later
        await provider.close()
        await stand.stop()
        return stand.server.asked

    return asyncio.run(script())


def test_each_browser_reads_its_own_message(tmp_path: Path) -> None:
    stand = WebPushStand(tmp_path)
    for no, asked in zip((3, 4), sent(stand, 3, 4), strict=True):
        assert stand.browsers[no].read(asked.body) == {
            "title": f"t{no}", "body": "안녕", "url": "https://shop.example/", "key": f"{no}.key",
        }  # fmt: skip


def test_the_longest_message_fits_what_every_push_service_takes() -> None:
    browser = Browser(1)
    sealed = seal(b'"' + b"x" * 3_991 + b'"', Subscription("", "", browser.point, browser.auth))
    assert len(sealed) <= 4_096
    assert len(browser.read(sealed)) == 3_991


def test_the_headers_are_those_of_the_standards(tmp_path: Path) -> None:
    stand = WebPushStand(tmp_path)
    [asked] = sent(stand, 1)
    assert asked.method == "POST"
    wanted = {"content-encoding": "aes128gcm", "ttl": "86400", "urgency": "normal"}
    assert {name: asked.headers[name] for name in wanted} == wanted
    scheme, _, rest = asked.headers["authorization"].partition(" ")
    parts = dict(part.split("=", 1) for part in rest.split(", "))
    assert scheme == "vapid"
    assert claims_of(parts) == {
        "aud": stand.server.url, "sub": "mailto:push@shop.example", "exp": int(AT.timestamp()) + 12 * 3600
    }  # fmt: skip


def claims_of(parts: dict[str, str]) -> dict[str, Any]:
    point = base64.urlsafe_b64decode(parts["k"] + "=")
    key = ECKey.import_key(EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point))
    return jwt.decode(parts["t"], key, algorithms=["ES256"]).claims


def test_a_token_is_shown_again_until_it_is_old(tmp_path: Path) -> None:
    asked = sent(WebPushStand(tmp_path), 1, 2, 3, later=timedelta(hours=4))
    tokens = [one.headers["authorization"] for one in asked]
    assert tokens[0] == tokens[1] != tokens[2]


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    stand = WebPushStand(tmp_path)
    stand.settings = lambda: {"contact": "mailto:push@shop.example"}  # type: ignore[method-assign]
    sent(stand, 1)
    path = tmp_path / "vapid.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    made = path.read_text()
    assert f"k={public_text(workspace_key(tmp_path))}" in sent(stand, 2)[-1].headers["authorization"]
    assert path.read_text() == made
    assert list(tmp_path.iterdir()) == [path]


def test_the_public_key_is_an_uncompressed_point() -> None:
    point = base64.urlsafe_b64decode(public_text(read_key(PEM)) + "=")
    assert (len(point), point[0]) == (65, 4)
