"""What the provider for SMTP must do with servers of every kind."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sojourn.channels.port import Bounced, Failed, Outgoing, Provider, Receipt, Retry, Sent, SoftBounced
from sojourn.channels.registry import make_provider
from tests.contract.stands.smtp import SmtpServer
from tests.contract.surrounded import surroundings

AT = datetime(2026, 3, 2, tzinfo=UTC)
Answer = Callable[[str], str | None]


def outgoing(no: int, to: str | None = None, **fields: Any) -> Outgoing:
    content = {"subject": f"s{no}", "text": f"t{no}", "title": "t", "body": "b"} | fields
    return Outgoing(no, f"{no}.key", f"p{no}", "j/n", to or f"p{no}@a.example", content, AT)


def with_server(server: SmtpServer, script: Callable[[Provider], Awaitable[Any]], **settings: Any) -> Any:
    async def run() -> Any:
        listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        chosen = {"host": "127.0.0.1", "port": port, "from": "hi@shop.example", "timeout": "1s"} | settings
        provider = make_provider("smtp", chosen, surroundings(Path(), "email"))
        try:
            return await script(provider)
        finally:
            await provider.close()
            await server.stop(listening)

    return asyncio.run(run())


def send(server: SmtpServer, *messages: Outgoing, **settings: Any) -> list[Receipt]:
    receipts: list[Receipt] = with_server(server, lambda provider: provider.send(messages), **settings)
    assert len(receipts) == len(messages)
    return receipts


def kinds(receipts: list[Receipt]) -> list[type]:
    return [type(receipt) for receipt in receipts]


@pytest.mark.parametrize("pipelining", [True, False])
def test_letters_arrive_whole(pipelining: bool) -> None:
    server = SmtpServer(pipelining=pipelining)
    text = ".\r\n..\n.dot\nend ."
    assert send(server, *(outgoing(no, text=text) for no in range(5))) == [Sent()] * 5
    assert server.connections == 1
    assert [mail.count(f"Message-ID: <{no}.key@shop.example>") for no, mail in enumerate(server.taken)] == [1] * 5
    assert server.taken[0].endswith("\r\n\r\n..\r\n...\r\n..dot\r\nend .\r\n.\r\n")


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize(
    ("command", "reply", "kind"),
    [
        ("RCPT TO:<p1@a.example>", "550 5.1.1 no such user", Bounced),
        ("RCPT TO:<p1@a.example>", "450 4.2.0 greylisted", SoftBounced),
        ("RCPT TO:<p1@a.example>", "550-5.7.1 policy\r\n550 5.7.1 see our page", Failed),
        ("content for p1@a.example", "554 5.6.0 bad content", Failed),
        ("content for p1@a.example", "452 4.3.1 disk full", SoftBounced),
    ],
)
def test_a_refusal_is_about_one_message_only(pipelining: bool, command: str, reply: str, kind: type) -> None:
    server = SmtpServer(pipelining=pipelining, answers={command: reply})
    assert kinds(send(server, *(outgoing(no) for no in range(4)))) == [Sent, kind, Sent, Sent]
    assert len(server.taken) == 3
    assert server.connections == 1


def test_data_begun_without_a_recipient_is_ended_empty() -> None:
    answers = {"RCPT TO:<p1@a.example>": "550 5.1.1 unknown", "DATA": "354 go on anyway"}
    server = SmtpServer(answers=answers)
    assert kinds(send(server, outgoing(0), outgoing(1), outgoing(2))) == [Sent, Bounced, Sent]
    assert len(server.taken) == 2


@pytest.mark.parametrize("pipelining", [True, False])
def test_a_connection_that_breaks_after_the_content_is_told_from_one_before(pipelining: bool) -> None:
    server = SmtpServer(pipelining=pipelining, answers={"content for p1@a.example": "hang up"})
    receipts = send(server, *(outgoing(no) for no in range(4)))
    assert kinds(receipts) == [Sent, Retry, Retry, Retry]
    assert [(r.attempted, r.after_s) for r in receipts if isinstance(r, Retry)] == [
        (True, None),
        (False, 0),
        (False, 0),
    ]


@pytest.mark.parametrize(
    ("answers", "greeting"),
    [
        ({"MAIL FROM:<hi@shop.example>": "421 too busy"}, "220 hi"),
        ({"MAIL FROM:<hi@shop.example>": "hang up"}, "220 hi"),
        ({"MAIL FROM:<hi@shop.example>": "silence"}, "220 hi"),
        ({"MAIL FROM:<hi@shop.example>": "<html>"}, "220 hi"),
        ({"MAIL FROM:<hi@shop.example>": "530 sign in first"}, "220 hi"),
        ({}, "554 go away"),
        ({}, "HTTP/1.1 400 Bad Request"),
    ],
)
def test_trouble_with_the_server_is_no_fault_of_the_message(answers: dict[str, str], greeting: str) -> None:
    receipts = send(SmtpServer(answers=answers, greeting=greeting), outgoing(1), outgoing(2))
    assert kinds(receipts) == [Retry, Retry]
    assert [r.attempted for r in receipts if isinstance(r, Retry)] == [False, False]


def test_an_address_that_could_carry_a_command_is_refused_before_the_server_sees_it() -> None:
    server = SmtpServer()
    evil = outgoing(1, to="a@b.example>\r\nRCPT TO:<x@y.example")
    assert kinds(send(server, outgoing(0), evil, outgoing(2))) == [Sent, Failed, Sent]
    assert len(server.taken) == 2


def test_starttls_that_is_insisted_on_is_not_done_without() -> None:
    server = SmtpServer()
    assert kinds(send(server, outgoing(1), tls="starttls")) == [Retry]
    assert server.taken == []


def test_connections_are_used_again() -> None:
    server = SmtpServer()

    async def script(provider: Provider) -> None:
        for no in range(5):
            assert await provider.send([outgoing(no)]) == [Sent()]

    with_server(server, script)
    assert server.connections == 1
