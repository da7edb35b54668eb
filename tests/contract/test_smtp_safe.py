"""SMTP with certificates and passwords, against a server of others: STARTTLS, TLS from the first byte, AUTH."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from sojourn.channels.port import Receipt, Retry, Sent
from sojourn.channels.registry import make_provider
from tests.contract.stands.apns import certificate
from tests.contract.surrounded import surroundings
from tests.contract.test_smtp import kinds, outgoing
from tests.e2e.served import free_port

PASSWORD = "s3cret of the mail server"
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
"""It does not see that a connection is TLS from the first byte."""


class Server:
    """Takes mails of who has signed in over TLS."""

    def __init__(self, folder: Path) -> None:
        self.mails: list[tuple[bool, bool]] = []
        self.port = free_port()
        self.pem = folder / "server.pem"
        self.pem.write_bytes(certificate())

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.mails.append((session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None,
                           bool(session.authenticated)))  # fmt: skip
        return "250 OK"

    @staticmethod
    def knows(_: SMTP, session: Session, envelope: Envelope, mechanism: str, told: LoginPassword) -> AuthResult:
        return AuthResult(success=(told.login, told.password) == (b"shop", PASSWORD.encode()), handled=False)

    @asynccontextmanager
    async def listening(self, tls: str) -> AsyncIterator[None]:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.pem)
        how: dict[str, Any] = (
            {"auth_require_tls": False} if tls == "implicit" else {"tls_context": context, "require_starttls": True}
        )
        listening = await asyncio.get_running_loop().create_server(
            lambda: SMTP(self, auth_required=True, authenticator=self.knows, **how),
            "127.0.0.1", self.port, ssl=context if tls == "implicit" else None,
        )  # fmt: skip
        yield
        listening.close()
        await asyncio.sleep(0.05)

    def send(self, tls: str, **settings: Any) -> list[Receipt]:
        chosen = {
            "host": "127.0.0.1", "port": self.port, "from": "hi@shop.example", "timeout": "5s", "tls": tls,
            "username": "shop", "password": PASSWORD, **settings,
        }  # fmt: skip

        async def run() -> list[Receipt]:
            async with self.listening(tls):
                provider = make_provider("smtp", chosen, surroundings(Path(), "email"))
                try:
                    return await provider.send([outgoing(no) for no in range(3)])
                finally:
                    await provider.close()

        return asyncio.run(run())


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path)


@pytest.fixture
def own_authority(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(server.pem))


@pytest.mark.usefixtures("own_authority")
@pytest.mark.parametrize("tls", ["starttls", "auto", "implicit"])
def test_mails_go_over_tls_from_who_signs_in(tls: str, server: Server) -> None:
    assert server.send(tls) == [Sent()] * 3
    assert server.mails == [(True, True)] * 3


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_certificate_that_nobody_knows_gets_nothing_unless_that_is_wanted(tls: str, server: Server) -> None:
    assert kinds(server.send(tls)) == [Retry] * 3 and server.mails == []
    assert server.send(tls, verify_certificate=False) == [Sent()] * 3


@pytest.mark.usefixtures("own_authority")
def test_a_password_that_is_refused_lets_the_channel_rest_and_is_not_told(server: Server) -> None:
    receipts = server.send("starttls", password="another " + PASSWORD)
    assert kinds(receipts) == [Retry] * 3 and not any(r.attempted for r in receipts if isinstance(r, Retry))
    assert PASSWORD not in str(receipts) and server.mails == []
