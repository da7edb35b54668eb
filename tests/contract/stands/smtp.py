"""SMTP servers of every kind."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, ClassVar

from sojourn.channels.port import Outgoing
from tests.contract.stands.stand import Stand
from tests.e2e.served import free_port


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
            if state["from"] is None:
                return "503 no sender"
            state["to"] = line.partition("<")[2].rstrip(">")
            return "250 ok"
        if verb == "DATA":
            return "354 go on" if state["to"] else "503 no recipient"
        if verb == "RSET":
            state["from"] = state["to"] = None
        return "250 ok"


class SmtpStand(Stand):
    """A server that one message at a time is sent to."""

    moods = ("takes", "refuses", "bounces", "busy", "breaks", "silent")
    secrets = ("hunter2-of-smtp",)

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.server = SmtpServer()
        self.port = free_port()

    async def start(self) -> None:
        self.server.answers = _Moody(self)
        self.listening = await asyncio.start_server(self.server.serve, "127.0.0.1", self.port)

    async def stop(self) -> None:
        await self.server.stop(self.listening)

    def settings(self) -> dict[str, Any]:
        return {"host": "127.0.0.1", "port": self.port, "from": "hi@shop.example", "timeout": self.patience} | {
            "password": self.secrets[0]
        }

    def hostile(self) -> list[Outgoing]:
        return [
            self.outgoing(1, to="a@b.example>\r\nRCPT TO:<x@y.example"),
            self.outgoing(2, to="a@b.example\nBcc: x@y.example"),
            self.outgoing(3, to="a@b.example, x@y.example"),
        ]

    def taken(self) -> int:
        return len(self.server.taken)


class _Moody(dict[str, str]):
    """Answers to the recipient, by the stand's mood."""

    REPLIES: ClassVar[dict[str, str]] = {
        "refuses": "550 5.7.1 policy", "bounces": "550 5.1.1 unknown", "busy": "421 too busy", "breaks": "hang up",
        "silent": "silence",
    }  # fmt: skip

    def __init__(self, stand: SmtpStand) -> None:
        self.stand = stand

    def _applies(self, line: str) -> bool:
        # MAIL FROM is where a server says that it is busy; RCPT TO is about the address.
        verb = "MAIL" if self.stand.mood == "busy" else "RCPT"
        return self.stand.mood != "takes" and line.startswith(verb)

    def __contains__(self, line: object) -> bool:
        return self._applies(str(line))

    def __getitem__(self, line: str) -> str:
        return self.REPLIES[self.stand.mood]
