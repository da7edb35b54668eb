"""A push service of browsers, and browsers that read what they are sent."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sojourn.channels.port import Outgoing
from tests.contract.stands.stand import Mood
from tests.contract.stands.web_server import Answer
from tests.contract.stands.webhook import WebStand

PEM = """-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2
OF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMvdyHKcvjBeBSDZH2r
1RTwjmYSi9R/zpBnuQ4EiMnCqfMPWiZqB4QdbAd0E7oH50VpuZ1P087G
-----END PRIVATE KEY-----
"""
"""A key that everybody knows (of RFC examples); it signs nothing but tests."""


class Browser:
    """Has a subscription, and reads messages as RFC 8291 and RFC 8188 say; shares no code with what seals them."""

    auth = bytes(range(16))

    def __init__(self, seed: int) -> None:
        self.key: EllipticCurvePrivateKey = derive_private_key(seed + 1, SECP256R1())
        self.point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def subscription(self, endpoint: str) -> str:
        keys = {"p256dh": text_of(self.point), "auth": text_of(self.auth)}
        return json.dumps({"endpoint": endpoint, "expirationTime": None, "keys": keys})

    def read(self, body: bytes) -> Any:
        salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(sealed) <= size
        shared = self.key.exchange(ECDH(), EllipticCurvePublicKey.from_encoded_point(SECP256R1(), theirs))
        info = b"WebPush: info\0" + self.point + theirs
        secret = HKDF(SHA256(), 32, self.auth, info).derive(shared)
        content_key = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(secret)
        nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(secret)
        plain = AESGCM(content_key).decrypt(nonce, sealed, None)
        return json.loads(plain.rstrip(b"\0").removesuffix(b"\2"))


def text_of(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class WebPushStand(WebStand):
    """One push service for all browsers."""

    moods = ("takes", "refuses", "bounces", "busy", "asks", "breaks", "silent")
    alone = True
    secrets = (PEM.splitlines()[1],)
    answers: dict[Mood, Answer] = {  # noqa: RUF012
        "takes": Answer(201),
        "refuses": Answer(403, b"invalid JWT provided"),
        "bounces": Answer(410, b"push subscription has unsubscribed or expired.\n"),
        "busy": Answer(503),
        "asks": Answer(429, headers={"retry-after": "7"}),
        "breaks": Answer(hang_up=True),
        "silent": Answer(silence=True),
    }

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.browsers = {no: Browser(no) for no in range(60)}

    def settings(self) -> dict[str, Any]:
        return {"contact": "mailto:push@shop.example", "private_key": PEM, "timeout": self.patience}

    def address(self, no: int) -> str:
        return self.browsers[no].subscription(f"{self.server.url}/wpush/{no}")

    def fields(self, no: int) -> dict[str, Any]:
        return {"title": f"t{no}", "body": "안녕", "url": "https://shop.example/"}

    def hostile(self) -> list[Outgoing]:
        good = json.loads(self.address(1))
        endpoints = [
            "http://10.0.0.1/x", "file:///etc/passwd", "https://", "https://a.example\r\nX-Evil: yes/", "https://[",
            "https://user@127.0.0.1/", "ftp://127.0.0.1/",
        ]  # fmt: skip
        addresses = [json.dumps({**good, "endpoint": endpoint}) for endpoint in endpoints]
        addresses += [
            "no json", "[]", "null", "{}", "[" * 3_000, json.dumps({**good, "keys": {"p256dh": "AA", "auth": "AA"}}),
            json.dumps({**good, "keys": {**good["keys"], "p256dh": text_of(b"\4" + bytes(64))}}),
        ]  # fmt: skip
        return [
            *(self.outgoing(no, to=address) for no, address in enumerate(addresses)),
            self.outgoing(1, body="x" * 4_000),
        ]
