"""The mail server of the demo: a process of its own that takes every message and says what came."""

import asyncio
import multiprocessing
import signal
import socket
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from multiprocessing.queues import Queue
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from demo.customers import Habits, exists
from demo.letters import Letter, read_letter

REFUSAL = "550 5.1.1 no such mailbox"


@dataclass(frozen=True)
class Refused:
    """A recipient that the mail server turned away for good."""

    recipient: str


Mail = Letter | Refused


@dataclass(frozen=True)
class Sink:
    """A running mail server.

    Attributes
    ----------
    port
        Where it listens, on 127.0.0.1.
    mails
        What came, in the order in which it came.
    """

    port: int
    mails: "Queue[Mail]"
    process: BaseProcess

    def stop(self) -> None:
        """End the process; what is still in the queue is lost."""
        self.process.terminate()
        self.process.join(5)
        self.mails.close()
        self.mails.cancel_join_thread()


def start_sink(habits: Habits, port: int = 0) -> Sink:
    """Start a mail server.

    Parameters
    ----------
    habits
        Which addresses exist.
    port
        0 takes a free one.

    Raises
    ------
    OSError
        The port is taken.
    """
    context = multiprocessing.get_context("spawn")
    listener = socket.create_server(("127.0.0.1", port), backlog=128)
    mails: Queue[Mail] = context.Queue()
    process = context.Process(target=_serve, args=(listener, mails, habits), daemon=True, name="demo mail server")
    process.start()
    with listener:
        return Sink(int(listener.getsockname()[1]), mails, process)


@dataclass(frozen=True)
class _Mailbox:
    """The handler that aiosmtpd calls; its method names are aiosmtpd's."""

    mails: "Queue[Mail]"
    habits: Habits

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not exists(address, self.habits):
            self.mails.put(Refused(address))
            return REFUSAL
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content: Any = envelope.content
        for recipient in envelope.rcpt_tos:
            self.mails.put(read_letter(recipient, content))
        return "250 OK"


def _serve(listener: socket.socket, mails: "Queue[Mail]", habits: Habits) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(_listen(listener, _Mailbox(mails, habits)))


async def _listen(listener: socket.socket, mailbox: _Mailbox) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(mailbox, hostname="demo.example", enable_SMTPUTF8=True), sock=listener
    )
    await server.serve_forever()
