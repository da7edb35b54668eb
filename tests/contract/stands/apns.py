"""Apple's push service: real HTTP/2 over TLS on loopback, with the answers that Apple describes."""

from __future__ import annotations

import asyncio
import json
import ssl
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, StreamEnded, StreamReset

from sojourn.channels.port import Outgoing
from tests.contract.stands.stand import Mood, Stand
from tests.contract.stands.web_server import Answer, Asked
from tests.contract.stands.webpush import PEM


def reason(code: int, text: str, **headers: str) -> Answer:
    return Answer(code, json.dumps({"reason": text}).encode(), headers)


@cache
def certificate() -> bytes:
    """Return key and certificate of 127.0.0.1, which nobody else trusts."""
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(names, False).add_extension(x509.BasicConstraints(True, None), True).sign(key, SHA256())
    )  # fmt: skip
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem + made.public_bytes(Encoding.PEM)


class _Connection(asyncio.Protocol):
    """One HTTP/2 connection."""

    def __init__(self, stand: ApnsStand) -> None:
        self.stand = stand
        self.h2 = H2Connection(H2Configuration(client_side=False))
        self.open: dict[int, Asked] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.stand.connections.append(transport)
        self.h2.initiate_connection()
        transport.write(self.h2.data_to_send())

    def data_received(self, data: bytes) -> None:
        for event in self.h2.receive_data(data):
            match event:
                case RequestReceived():
                    named = {_text(name): _text(value) for name, value in event.headers or ()}
                    assert event.stream_id is not None
                    self.open[event.stream_id] = Asked(named[":method"], named[":path"], named, b"")
                case DataReceived():
                    assert event.stream_id is not None and event.data is not None
                    self.open[event.stream_id].body += event.data
                    self.h2.acknowledge_received_data(event.flow_controlled_length or 0, event.stream_id)
                case StreamEnded():
                    assert event.stream_id is not None
                    self.stand.asked.append(self.open[event.stream_id])
                    self._answer(event.stream_id, self.open.pop(event.stream_id))
                case StreamReset():
                    self.open.pop(event.stream_id or 0, None)
        self.transport.write(self.h2.data_to_send())

    def _answer(self, stream: int, asked: Asked) -> None:
        answer = self.stand.answer(asked)
        if answer.silence:
            return
        if answer.hang_up:
            self.transport.abort()
            return
        id = asked.headers.get("apns-id", "")
        headers = [(":status", str(answer.code)), ("apns-id", id), *answer.headers.items()]
        self.h2.send_headers(stream, headers, end_stream=not answer.body)
        if answer.body:
            self.h2.send_data(stream, answer.body, end_stream=True)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


class ApnsStand(Stand):
    """Apple's server."""

    moods = ("takes", "refuses", "bounces", "busy", "asks", "breaks", "silent")
    private = True
    secrets = (PEM.splitlines()[1],)
    told = ("id",)
    answers: dict[Mood, Answer] = {  # noqa: RUF012
        "takes": Answer(200),
        "refuses": reason(413, "PayloadTooLarge"),
        "bounces": reason(410, "Unregistered"),
        "busy": reason(503, "ServiceUnavailable"),
        "asks": reason(503, "Shutdown", **{"retry-after": "7"}),
        "breaks": Answer(hang_up=True),
        "silent": Answer(silence=True),
    }

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.asked: list[Asked] = []
        self.connections: list[asyncio.Transport] = []
        self.port = 0
        self.pem = folder / "apple.pem"

    def answer(self, asked: Asked) -> Answer:
        return self.answers[self.mood]

    async def start(self) -> None:
        self.pem.write_bytes(certificate())
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.pem)
        context.set_alpn_protocols(["h2"])
        loop = asyncio.get_running_loop()
        self.listening = await loop.create_server(lambda: _Connection(self), "127.0.0.1", self.port, ssl=context)
        self.port = self.listening.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self.listening.close()
        for transport in self.connections:
            transport.abort()
        await asyncio.sleep(0.01)

    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.pem))

    def taken(self) -> int:
        return len(self.asked)

    def settings(self) -> dict[str, Any]:
        return {
            "team_id": "TEAM123456", "key_id": "KEY1234567", "private_key": PEM, "topic": "example.shop.app",
            "base_url": f"https://127.0.0.1:{self.port}", "timeout": self.patience,
        }  # fmt: skip

    def address(self, no: int) -> str:
        return f"{no:064x}"

    def fields(self, no: int) -> dict[str, Any]:
        return {"title": f"t{no}", "body": "안녕", "url": "https://shop.example/"}

    def hostile(self) -> list[Outgoing]:
        return [
            self.outgoing(1, to="../../evil"),
            self.outgoing(2, to="00" * 32 + "\r\nx-evil: yes"),
            self.outgoing(3, to="00" * 32 + "?a=b"),
            self.outgoing(4, body="x" * 5_000),
        ]
