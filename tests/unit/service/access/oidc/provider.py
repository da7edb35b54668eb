"""A small OpenID Connect provider on loopback: real HTTP, real keys, real signatures."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

CLIENT, SECRET = "sojourn", "a secret/with+signs"
RSA_KEY = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})
FOREIGN_KEY = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})


def sign(claims: dict[str, Any], key: Any = RSA_KEY, header: dict[str, Any] | None = None) -> str:
    header = header or {"alg": "RS256", "kid": key.kid}
    return jwt.encode(header, claims, key, algorithms=[header["alg"]])


def unsigned(claims: dict[str, Any], header: dict[str, Any]) -> str:
    parts = (json.dumps(part).encode() for part in (header, claims))
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


def with_public_key_as_secret(claims: dict[str, Any]) -> str:
    """Return a token that a verifier accepts who lets the token choose between secrets and public keys."""
    text = unsigned(claims, {"alg": "HS256", "kid": "rsa"}).rstrip(".")
    mac = hmac.digest(RSA_KEY.as_pem(private=False), text.encode(), "sha256")
    return f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


@dataclass
class IdProvider:
    """What the provider knows, and how it misbehaves."""

    issuer: str = ""
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "248289761001", "preferred_username": "Ann"})
    userinfo: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    """Stand in for those of the token."""
    keys: list[Any] = field(default_factory=lambda: [RSA_KEY])
    make: Any = sign
    """Makes a token of claims."""
    answer: dict[str, str] = field(default_factory=dict)
    """Stands in for what the browser brings back."""
    metadata: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo", "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            **self.metadata,
        }  # fmt: skip

    def authorize(self, asked: dict[str, str]) -> str:
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert "openid" in asked["scope"].split()
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        brought = {"code": code, "state": asked["state"], **self.answer}
        return f"{asked['redirect_uri']}?{urlencode({k: v for k, v in brought.items() if v})}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        asked = self.codes.pop(form["code"], None)
        name, _, password = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        if (unquote_plus(name), unquote_plus(password)) != (CLIENT, SECRET):
            return 401, {"error": "invalid_client"}
        if (
            asked is None
            or form["redirect_uri"] != asked["redirect_uri"]
            or challenge.decode() != asked["code_challenge"]
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"],
            **self.person, **self.claims,
        }  # fmt: skip
        token = self.make({name: value for name, value in claims.items() if value is not None})
        return 200, {"id_token": token, "access_token": "the access token", "token_type": "Bearer"}


class Handler(BaseHTTPRequestHandler):
    provider: IdProvider

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        self.provider.asked.append(url.path)
        if url.path == "/authorize":
            self.send_response(302)
            self.send_header("Location", self.provider.authorize(first(url.query)))
            self.end_headers()
        elif url.path == "/.well-known/openid-configuration":
            self.tell(200, self.provider.discovery())
        elif url.path == "/keys":
            self.tell(200, {"keys": [key.as_dict(private=False) for key in self.provider.keys]})
        elif url.path == "/userinfo" and self.headers["Authorization"] == "Bearer the access token":
            self.tell(200, self.provider.userinfo)
        else:
            self.tell(404, {"error": "not found"})

    def do_POST(self) -> None:
        form = first(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.tell(*self.provider.token(form, self.headers["Authorization"]))

    def tell(self, status: int, body: dict[str, Any]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: Any) -> None:
        pass


def first(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


@contextmanager
def running() -> Iterator[IdProvider]:
    provider = IdProvider()
    handler = type("Bound", (Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


EC_KEY = ECKey.generate_key("P-256", {"kid": "ec", "use": "sig"})
