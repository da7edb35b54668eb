"""What every provider must do, and what SMTP must do with servers of every kind."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sojourn.channels.port import Bounced, Failed, Outgoing, Provider, Receipt, Retry, Sent, SoftBounced, Surroundings
from sojourn.channels.registry import make_provider, providers
from sojourn.model.channels import CHANNEL_TYPES, ChannelType

AT = datetime(2026, 3, 2, tzinfo=UTC)
ALL = [(kind, name) for kind in CHANNEL_TYPES for name in providers(kind)]
Answer = Callable[[str], str | None]


class SmtpServer:
    """A small SMTP server: `answers` may replace the reply to a command; `hang up` and `silence` are replies too."""

    def __init__(
        self, *, pipelining: bool = True, answers: dict[str, str] | None = None, greeting: str = "220 hi"
    ) -> None:
        self.pipelining = pipelining
        self.answers = answers or {}
        self.greeting = greeting
        self.taken: list[str] = []
        self.connections = 0
        self._handlers: list[tuple[asyncio.Task[Any] | None, asyncio.StreamWriter]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._handlers.append((asyncio.current_task(), writer))
        self.connections += 1
        await self._talk(reader, writer)
        writer.close()

    async def stop(self, listening: asyncio.Server) -> None:
        listening.close()
        for task, writer in self._handlers:
            assert task is not None
            task.cancel()
            writer.close()
        await asyncio.gather(*(task for task, _ in self._handlers if task), return_exceptions=True)
        await asyncio.sleep(0.01)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"{self.greeting}\r\n".encode())
        state: dict[str, str | None] = {"from": None, "to": None}
        while line := (await reader.readline()).decode().strip():
            reply = self.answers[line] if line in self.answers else self._reply(line, state)
            if reply == "hang up":
                break
            if reply == "silence":
                await asyncio.sleep(60)
            writer.write(f"{reply}\r\n".encode())
            if reply.startswith("354"):
                content = (
                    (await reader.readuntil(b".\r\n")) if not state["to"] else await reader.readuntil(b"\r\n.\r\n")
                )
                final = self.answers.get(f"content for {state['to']}", "250 taken" if state["to"] else "554 nobody")
                if final == "hang up":
                    break
                if final.startswith("250"):
                    self.taken.append(content.decode())
                writer.write(f"{final}\r\n".encode())
                state = {"from": None, "to": None}

    def _reply(self, line: str, state: dict[str, str | None]) -> str:
        verb = line.upper().partition(" ")[0]
        if verb == "EHLO":
            return "250-here\r\n250 PIPELINING" if self.pipelining else "250 here"
        if verb == "MAIL":
            nested = state["from"] is not None
            state["from"] = line
            return "503 nested MAIL" if nested else "250 ok"
        if verb == "RCPT":
            state["to"] = line.partition("<")[2].rstrip(">")
            return "250 ok"
        if verb == "DATA":
            return "354 go on" if state["to"] else "503 no recipient"
        if verb == "RSET":
            state["from"] = state["to"] = None
        return "250 ok"


def outgoing(no: int, to: str | None = None, **fields: Any) -> Outgoing:
    content = {"subject": f"s{no}", "text": f"t{no}", "title": "t", "body": "b"} | fields
    return Outgoing(no, f"{no}.key", f"p{no}", "j/n", to or f"p{no}@a.example", content, AT)


def with_server(server: SmtpServer, script: Callable[[Provider], Awaitable[Any]], **settings: Any) -> Any:
    async def run() -> Any:
        listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        chosen = {"host": "127.0.0.1", "port": port, "from": "hi@shop.example", "timeout": "1s"} | settings
        provider = make_provider("smtp", chosen, Surroundings(Path(), "email"))
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


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_every_provider_gives_one_receipt_a_message_in_order(kind: ChannelType, name: str, tmp_path: Path) -> None:
    async def script(port: int) -> None:
        settings = {"host": "127.0.0.1", "port": port, "from": "hi@shop.example"} if name == "smtp" else {}
        provider = make_provider(name, settings, Surroundings(tmp_path, kind))
        assert provider.parallel >= 1
        assert await provider.send([]) == []
        assert await provider.send([outgoing(no) for no in range(30)]) == [Sent()] * 30
        both = await asyncio.gather(provider.send([outgoing(40)]), provider.send([outgoing(41), outgoing(42)]))
        assert both == [[Sent()], [Sent(), Sent()]]
        await provider.close()
        await provider.close()

    async def run() -> None:
        server = SmtpServer()
        listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
        await script(listening.sockets[0].getsockname()[1])
        await server.stop(listening)

    asyncio.run(run())


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
