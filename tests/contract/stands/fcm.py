"""Firebase's API for messages and Google's token endpoint, as their descriptions say they answer."""

from __future__ import annotations

import json
from functools import cache
from typing import Any
from urllib.parse import parse_qs

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from joserfc import jwt
from joserfc.jwk import RSAKey

from sojourn.channels.port import Outgoing
from tests.contract.stands.stand import Mood
from tests.contract.stands.web_server import Answer, Asked
from tests.contract.stands.webhook import WebStand


@cache
def rsa() -> RSAPrivateKey:
    return generate_private_key(65_537, 2_048)


def private_pem() -> str:
    return rsa().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def error(code: int, status: str, error_code: str | None = None, **headers: str) -> Answer:
    kind = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
    details = [{"@type": kind, "errorCode": error_code}] if error_code else []
    body = {"error": {"code": code, "message": f"said {status}", "status": status, "details": details}}
    return Answer(code, json.dumps(body).encode(), headers)


class FcmStand(WebStand):
    """Both servers; a message counts when it comes with the newest access token."""

    moods = ("takes", "refuses", "bounces", "busy", "asks", "breaks", "silent")
    told = ("id",)
    answers: dict[Mood, Answer] = {  # noqa: RUF012
        "takes": Answer(200, b'{"name": "projects/shop-1/messages/0:1500"}'),
        "refuses": error(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT"),
        "bounces": error(404, "NOT_FOUND", "UNREGISTERED"),
        "busy": error(503, "UNAVAILABLE", "UNAVAILABLE"),
        "asks": error(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", **{"retry-after": "7"}),
        "breaks": Answer(hang_up=True),
        "silent": Answer(silence=True),
    }
    tokens = 0
    revoked = 0
    slack_s = 0
    """By how much the caller's clock may differ."""

    @property
    def secrets(self) -> tuple[str, ...]:  # type: ignore[override]
        return (private_pem().splitlines()[3], "access-1")

    def answer(self, asked: Asked) -> Answer:
        if asked.target == "/token":
            return self._token(asked)
        assert asked.target == "/v1/projects/shop-1/messages:send"
        if asked.headers["authorization"] != f"Bearer access-{self.tokens}" or self.tokens <= self.revoked:
            return error(401, "UNAUTHENTICATED")
        return self.answers[self.mood]

    def _token(self, asked: Asked) -> Answer:
        form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        public = rsa().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        claims = jwt.decode(form["assertion"], RSAKey.import_key(public), algorithms=["RS256"]).claims
        now = int(claims["iat"])
        assert abs(now - int(self.now.timestamp())) <= self.slack_s
        assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
        assert claims == {
            "iss": "push@shop-1.example", "scope": "https://www.googleapis.com/auth/firebase.messaging",
            "aud": f"{self.server.url}/token", "iat": now, "exp": now + 3600,
        }  # fmt: skip
        self.tokens += 1
        body = {"access_token": f"access-{self.tokens}", "expires_in": 3599, "token_type": "Bearer"}
        return Answer(200, json.dumps(body).encode())

    def taken(self) -> int:
        return sum(asked.target != "/token" for asked in self.server.asked)

    def account(self) -> str:
        return json.dumps({
            "type": "service_account", "project_id": "shop-1", "private_key_id": "k1", "private_key": private_pem(),
            "client_email": "push@shop-1.example", "token_uri": f"{self.server.url}/token",
        })  # fmt: skip

    def settings(self) -> dict[str, Any]:
        return {"service_account": self.account(), "base_url": self.server.url, "timeout": self.patience}

    def address(self, no: int) -> str:
        return f"token-{no}:APA91b"

    def fields(self, no: int) -> dict[str, Any]:
        return {"title": f"t{no}", "body": "안녕", "url": "https://shop.example/"}

    def hostile(self) -> list[Outgoing]:
        return [self.outgoing(1, to="a\r\nb"), self.outgoing(2, to="é"), self.outgoing(3, to="x" * 5_000)]
